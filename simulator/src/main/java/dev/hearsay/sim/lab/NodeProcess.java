package dev.hearsay.sim.lab;

import dev.hearsay.mesh.HearsayException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM that hosts one node, or what it is compared with, and does what it is told on its standard
 * input. It ends when its input does, so that nothing is left behind when the driver dies.
 */
public final class NodeProcess {

  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  private final PrintStream out;

  private NodeProcess(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    // A library that prints must not get between the lines of the protocol.
    System.setOut(System.err);
    int status = 1;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      status = new NodeProcess(out).run(in);
    } finally {
      // Whatever threads are left, the process ends here.
      Runtime.getRuntime().halt(status);
    }
  }

  private int run(BufferedReader in) throws IOException {
    String first = in.readLine();
    if (first == null) {
      return 0;
    }
    Envelope.Ask start = Envelope.ask(first);
    if (!(start.request() instanceof Request.Start settings)) {
      answer(start.id(), new Reply.Failed("INVALID", "the first request must be start"));
      return 1;
    }
    Envelope.@Nullable Ask stop;
    try (Hosted node = Hosted.start(settings)) {
      answer(start.id(), node.started());
      stop = serveUntilStop(node, in);
    } catch (HearsayException e) {
      LOG.error("the node did not start", e);
      answer(start.id(), failed(e));
      return 1;
    }
    if (stop != null) {
      answer(stop.id(), new Reply.Stopped());
    }
    return 0;
  }

  /** Returns the request to stop, or null if the input ended without one. */
  private Envelope.@Nullable Ask serveUntilStop(Hosted node, BufferedReader in) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Envelope.Ask ask = Envelope.ask(line);
      if (ask.request() instanceof Request.Stop) {
        return ask;
      }
      serve(node, ask);
    }
    LOG.info("the driver has gone");
    return null;
  }

  private void serve(Hosted node, Envelope.Ask ask) {
    try {
      var unused =
          node.serve(ask.request())
              .whenComplete(
                  (reply, failure) -> answer(ask.id(), failure == null ? reply : failed(failure)));
    } catch (RuntimeException e) {
      answer(ask.id(), failed(e));
    }
  }

  private static Reply failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof HearsayException e) {
      return new Reply.Failed(e.code().name(), String.valueOf(e.getMessage()));
    }
    LOG.error("a request failed", cause);
    return new Reply.Failed("INTERNAL", cause.toString());
  }

  private void answer(long id, Reply reply) {
    String line = Envelope.line(new Envelope.Answer(id, reply));
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }
}
