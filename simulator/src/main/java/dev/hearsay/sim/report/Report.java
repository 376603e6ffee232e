package dev.hearsay.sim.report;

import java.util.List;
import java.util.Optional;

/**
 * What an experiment found.
 *
 * @param name of the experiment
 * @param title what it asks, in a line
 * @param lead what was done and what came of it, in paragraphs
 * @param checks what must hold
 * @param sections plots and tables, in their order
 * @param rows everything that was measured, for programs: the CSV and the JSON
 */
public record Report(
    String name,
    String title,
    List<String> lead,
    List<Check> checks,
    List<Section> sections,
    Table rows) {
  public Report {
    lead = List.copyOf(lead);
    checks = List.copyOf(checks);
    sections = List.copyOf(sections);
  }

  /**
   * Something that must hold.
   *
   * @param promise what
   * @param held whether it did
   * @param found the figures behind it
   */
  public record Check(String promise, boolean held, String found) {}

  /** A part of the page: a text, a plot unless there is nothing to draw, and a table. */
  public record Section(String title, String text, Optional<Plot> plot, Table table) {
    public static Section of(String title, String text, Plot plot, Table table) {
      return new Section(title, text, Optional.of(plot), table);
    }

    public static Section of(String title, String text, Table table) {
      return new Section(title, text, Optional.empty(), table);
    }
  }

  /**
   * Where a report comes from.
   *
   * @param command that makes it again
   * @param seed of all chance in it
   * @param machine it was measured on
   * @param commit of the code
   * @param time at which it was made, to the second
   */
  public record Origin(String command, long seed, String machine, String commit, String time) {}

  /** Whether all checks held. */
  public boolean holds() {
    return checks.stream().allMatch(Check::held);
  }
}
