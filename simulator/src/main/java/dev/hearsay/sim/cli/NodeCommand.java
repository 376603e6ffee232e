package dev.hearsay.sim.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.mesh.MeshNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hearsay node}: a node by itself. */
@Command(
    name = "node",
    description = {
      "Runs one node until Ctrl-C, with its state in one line.",
      "Another node reaches it with --join and the address given here with --listen."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class NodeCommand implements Callable<Integer> {

  private static final long STATUS_MILLIS = 1_000;

  @Spec private CommandSpec spec;
  @Mixin private NodeFlags flags;

  @Option(
      names = "--json",
      description = "Print one JSON object on stdout once the node runs, and nothing else there.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread onInterrupt =
        new Thread(
            () -> {
              stop.countDown();
              await(stopped);
            },
            "stop");
    MeshNode node = flags.start();
    try {
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      StatusLine status = new StatusLine(out, Terminal.isInteractive());
      if (json) {
        out.println(new ObjectMapper().writeValueAsString(description(node)));
      } else {
        out.println(
            node.name()
                + " runs at "
                + node.address()
                + " in mesh '"
                + node.mesh()
                + "', data in "
                + flags.data().toAbsolutePath().normalize()
                + "; Ctrl-C stops it");
      }
      do {
        if (!json) {
          status.show(node);
        }
      } while (!stop.await(STATUS_MILLIS, TimeUnit.MILLISECONDS));
      status.end();
      node.close();
      if (!json) {
        out.println("stopped; everything acknowledged is in " + flags.data());
        out.flush();
      }
    } finally {
      // The process may end now: until here the interrupt waited.
      stopped.countDown();
    }
    return ExitStatus.OK;
  }

  private Map<String, Object> description(MeshNode node) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("name", node.name());
    description.put("mesh", node.mesh());
    description.put("address", node.address());
    description.put("data", flags.data().toAbsolutePath().normalize().toString());
    description.put("pid", ProcessHandle.current().pid());
    description.put("spaces", node.spaces().size());
    return description;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
