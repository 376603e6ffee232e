package dev.hearsay.sim.cli;

import dev.hearsay.sim.replay.ReplayFailedException;
import dev.hearsay.sim.sessions.RecordingReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hearsay demo}: the whole story in half a minute. */
@Command(
    name = "demo",
    description = {
      "Three real node processes share the memory of a user, an assistant and its tools.",
      "On the way one node is cut off, and one is killed while it writes; in the end every node's"
          + " memory is compared with the recording, message by message."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ReplayFlags flags;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10",
      description = "Messages a second outside of cuts (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Override
  public Integer call() throws IOException, ReplayFailedException {
    return new ReplayRun(spec.commandLine().getOut(), spec.commandLine().getErr())
        .run(RecordingReader.sample(), flags.options(rate), flags.json, flags.quiet, true);
  }
}
