package dev.hearsay.sim.cli;

import dev.hearsay.sim.replay.ReplayFailedException;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.sessions.MalformedRecordingException;
import dev.hearsay.sim.sessions.Recording;
import dev.hearsay.sim.sessions.RecordingReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hearsay replay FILE}: the demo over anybody's recorded sessions. */
@Command(
    name = "replay",
    description = {
      "Plays recorded agent sessions on real node processes, with cuts and kills on the way, and"
          + " checks every node's memory against the file.",
      "FILE has one session a line: {\"session\": …, \"messages\": [{\"role\": \"user\","
          + " \"content\": …}, …]}."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ReplayFlags flags;

  @Parameters(paramLabel = "FILE", description = "Recorded sessions, one JSON object a line.")
  private Path file;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Messages a second outside of cuts; 0 for as fast as the nodes acknowledge (default:"
              + " ${DEFAULT-VALUE}).")
  private int rate;

  @Override
  public Integer call() throws IOException, ReplayFailedException {
    ReplayOptions options = flags.options(rate);
    Recording recording;
    try {
      recording = RecordingReader.read(file);
    } catch (MalformedRecordingException e) {
      throw new BadInputException(e.getMessage(), e);
    }
    return new ReplayRun(spec.commandLine().getOut(), spec.commandLine().getErr())
        .run(recording, options, flags.json, flags.quiet, false);
  }
}
