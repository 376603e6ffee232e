package dev.hearsay.sim.cli;

import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.FaultKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** What clients can do and what can go wrong, at the end of what a command says of itself. */
final class Footer {
  private Footer() {}

  /**
   * Gives it to the command.
   *
   * @param parameters that can be set, each with what it is; empty if there are none
   */
  static void of(CommandSpec command, List<FaultKind> faults, Map<String, String> parameters) {
    List<String> lines = new ArrayList<>();
    Workloads.all().forEach(one -> lines.add(line(one.name(), one.description())));
    lines.addAll(List.of("", "Faults:"));
    faults.forEach(kind -> lines.add(line(kind.label(), kind.what())));
    if (!parameters.isEmpty()) {
      lines.addAll(List.of("", "Parameters of --set and --sweep:"));
      parameters.forEach((name, what) -> lines.add(line(name, what)));
    }
    // A footer is a format.
    command
        .usageMessage()
        .footer(lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
  }

  private static String line(String name, String what) {
    return String.format("  %-14s %s", name, what);
  }
}
