package dev.hearsay.sim.cli;

import dev.hearsay.sim.history.HistoryFile;
import dev.hearsay.sim.sessions.MalformedRecordingException;
import dev.hearsay.sim.sessions.RecordingReader;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.FaultKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code hearsay sim} and {@code hearsay lab} are asked for alike, checked. */
final class RunFlags {
  private static final List<String> ALL = List.of("all");

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      split = ",",
      description = "What clients do; several take turns (default: all there are).")
  @Nullable List<String> workloadNames;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      description = "What goes wrong, all, or none (default: all that is possible).")
  @Nullable List<String> faultNames;

  @Option(
      names = "--schedule",
      paramLabel = "FILE",
      description = "What goes wrong and when, instead of drawing it: a fault a line.")
  @Nullable Path scheduleFile;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "The first run's seed; the others follow (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Write every operation of a client there, a JSON object a line.")
  @Nullable Path historyFile;

  @Option(names = "--json", description = "Print one JSON object on stdout, nothing else there.")
  boolean json;

  @Option(
      names = "--recording",
      paramLabel = "FILE",
      description = "Recorded sessions for the workload 'sessions', a JSON object a line.")
  @Nullable Path recordingFile;

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description =
          "Folders and jars with workloads of your own, as java -cp has them; see"
              + " docs/simulation.md.")
  @Nullable String classPath;

  /**
   * The same workloads, of which 'sessions' plays the recording that is named.
   *
   * @throws BadInputException if it cannot be played, or by nobody
   */
  List<Workload> withRecording(List<Workload> all) {
    if (recordingFile == null) {
      return all;
    }
    Workload sessions;
    try {
      sessions = Workloads.sessions(RecordingReader.read(recordingFile));
    } catch (MalformedRecordingException e) {
      throw new BadInputException("--recording " + e.getMessage(), e);
    }
    if (workloads(all).stream().noneMatch(one -> one.name().equals(sessions.name()))) {
      throw new BadInputException(
          "--recording " + recordingFile + ": it is for --workload " + sessions.name());
    }
    return all.stream().map(one -> one.name().equals(sessions.name()) ? sessions : one).toList();
  }

  /** What a command that makes a run again says of where workloads are. */
  List<String> classPathWords() {
    return classPath == null ? List.of() : List.of("--class-path", classPath);
  }

  /** What a command that makes a run of that workload again says of the recording. */
  List<String> recordingWords(Workload workload) {
    return recordingFile == null || !workload.name().equals(Workloads.SESSIONS)
        ? List.of()
        : List.of("--recording", recordingFile.toString());
  }

  /** How many workloads are named; 1 if all are meant. */
  int workloadsNamed() {
    return workloadNames == null || workloadNames.equals(ALL) ? 1 : workloadNames.size();
  }

  /** Those that are asked for. */
  List<Workload> workloads(List<Workload> all) {
    if (workloadNames == null || workloadNames.equals(ALL)) {
      return all;
    }
    List<String> names = all.stream().map(Workload::name).toList();
    standsAlone("--workload", workloadNames, "all");
    List<Workload> chosen = new ArrayList<>();
    for (String name : workloadNames) {
      int index = names.indexOf(name);
      if (index < 0) {
        throw BadInputException.unknown("--workload", name, names);
      }
      chosen.add(all.get(index));
    }
    return chosen;
  }

  /**
   * What is to go wrong; none if a schedule says it.
   *
   * @param why a kind is impossible; null if it is not
   */
  List<FaultKind> faults(Function<FaultKind, @Nullable String> why) {
    if (scheduleFile != null) {
      if (faultNames != null) {
        throw new BadInputException("--faults and --schedule: one of the two says what goes wrong");
      }
      return List.of();
    }
    List<FaultKind> possible =
        Arrays.stream(FaultKind.values()).filter(kind -> why.apply(kind) == null).toList();
    if (isAnythingPossible()) {
      return possible;
    }
    if (faultNames.equals(List.of("none"))) {
      return List.of();
    }
    standsAlone("--faults", faultNames, "all");
    standsAlone("--faults", faultNames, "none");
    List<FaultKind> kinds = new ArrayList<>();
    for (String name : faultNames) {
      FaultKind kind = FaultKind.find(name).orElseThrow(() -> unknownFault(name, possible));
      String reason = why.apply(kind);
      if (reason != null) {
        throw new BadInputException("--faults " + name + ": " + reason);
      }
      kinds.add(kind);
    }
    return kinds;
  }

  /** Whether nobody has said which kinds of faults there are to be. */
  boolean isAnythingPossible() {
    return faultNames == null || faultNames.equals(ALL);
  }

  private static void standsAlone(String option, List<String> names, String word) {
    if (names.contains(word)) {
      throw new BadInputException(
          option + " " + String.join(",", names) + ": '" + word + "' stands alone");
    }
  }

  private static BadInputException unknownFault(String name, List<FaultKind> possible) {
    List<String> there = new ArrayList<>(List.of("all", "none"));
    possible.forEach(kind -> there.add(kind.label()));
    return BadInputException.unknown("--faults", name, there);
  }

  /** Where operations are to be written; null if nowhere. */
  @Nullable HistoryFile createHistory() {
    if (historyFile == null) {
      return null;
    }
    try {
      return HistoryFile.create(historyFile);
    } catch (IOException e) {
      throw new BadInputException("--history " + historyFile + ": cannot be written", e);
    }
  }
}
