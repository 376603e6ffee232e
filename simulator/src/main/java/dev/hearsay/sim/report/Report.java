package dev.hearsay.sim.report;

import java.util.List;
import java.util.Optional;

/**
 * What an experiment found.
 *
 * @param name of the experiment
 * @param title what it asks, in a line
 * @param lead what was done and what came of it, in paragraphs
 * @param checks what must hold, and goals
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
   * Something that must hold, or a goal.
   *
   * @param promise what
   * @param held whether it did
   * @param found the figures behind it
   * @param goal whether it is a figure to be reached, and no promise
   */
  public record Check(String promise, boolean held, String found, boolean goal) {
    /** A promise. */
    public Check(String promise, boolean held, String found) {
      this(promise, held, found, false);
    }

    /** A goal: to miss it is told, and breaks nothing. */
    public static Check goal(String goal, boolean reached, String found) {
      return new Check(goal, reached, found, true);
    }

    /** In a word or two. */
    public String verdict() {
      if (goal) {
        return held ? "reached" : "NOT REACHED";
      }
      return held ? "holds" : "DOES NOT HOLD";
    }
  }

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

  /** Whether everything held that must. */
  public boolean holds() {
    return checks.stream().allMatch(check -> check.held() || check.goal());
  }
}
