package dev.hearsay.sim.experiment.failures;

import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.report.Axis;
import dev.hearsay.sim.report.BarPlot;
import dev.hearsay.sim.report.LinePlot;
import dev.hearsay.sim.report.LinePlot.Line;
import dev.hearsay.sim.report.LinePlot.Point;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Section;
import dev.hearsay.sim.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Six ways in which agents lose their memory, on a plain store and on Hearsay. */
public final class FailureModes implements Experiment {
  private static final String PLAIN = "plain store";
  private static final String OURS = "hearsay";

  private record Finding(String title, String story, Trial plain, Trial ours) {}

  @Override
  public String name() {
    return "failure-modes";
  }

  @Override
  public String purpose() {
    return "six ways for agents to lose their memory, on a plain store and here";
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException {
    SplittableRandom random = new SplittableRandom(settings.seed());
    int rounds = settings.quick() ? 100 : 500;
    List<Finding> findings = new ArrayList<>();
    List<FailureMode> modes =
        List.of(new LostUpdate(), new StaleRead(), new TornCheckpoint(), new Deadlock());
    for (FailureMode mode : modes) {
      progress.accept(mode.title());
      int some = settings.quick() && mode instanceof TornCheckpoint ? 4 : rounds;
      findings.add(
          new Finding(
              mode.title(),
              mode.story(),
              mode.plain(rounds, random.split()),
              mode.hearsay(some, random.split())));
    }
    progress.accept("unbounded history, context overflow");
    LongSession session =
        new LongSession(settings.quick() ? 400 : 2_000, settings.seed(), random.split());
    findings.add(
        new Finding(
            "unbounded history",
            "A plain store keeps a history as one value, which is read and written back with every"
                + " message and grows for ever. In Hearsay a log takes a message in a change of its"
                + " own, and every 50 messages one change writes a summary and trims the log to its"
                + " last 50 entries; no tombstones stay behind.",
            session.plainHistoryTrial(),
            session.ourHistoryTrial()));
    findings.add(
        new Finding(
            "context overflow",
            "Before it answers an agent reads what there is, and 32,000 characters (about 8,000"
                + " tokens) fit its context. The history as one value comes whole or not at all;"
                + " here the agent reads the summary and the last 50 messages.",
            session.plainContextTrial(),
            session.ourContextTrial()));
    return report(findings, session);
  }

  private static Report report(List<Finding> findings, LongSession session) {
    List<Check> checks = new ArrayList<>();
    for (Finding finding : findings) {
      checks.add(
          new Check(
              finding.title() + ": happens on a plain store, and not here",
              finding.plain().harmed() > 0 && finding.ours().harmed() == 0,
              said(PLAIN, finding.plain()) + "; " + said(OURS, finding.ours())));
    }
    return new Report(
        "failure-modes",
        "Six ways for agents to lose their memory",
        List.of(
            "The plain store is a small model of what agents usually share: texts under keys, where"
                + " the last writer wins. Chance decides whose step comes next. Hearsay is the real"
                + " thing: nodes with journals and sockets in this process, or, for the long"
                + " session, production's core in the virtual world."),
        checks,
        List.of(
            overview(findings),
            lines(
                "Unbounded history",
                "Bytes of the whole memory, the most since the point before; a message has 200"
                    + " characters.",
                "What is kept",
                "bytes",
                new Line(PLAIN, session.plainBytes),
                new Line(OURS, session.ourBytes)),
            lines(
                "Context overflow",
                "Characters that an agent has to read before it can answer, the most since the"
                    + " point before.",
                "What an agent has to read",
                "characters",
                new Line(PLAIN, session.plainContext),
                new Line(OURS, session.ourContext),
                new Line(
                    "fits the context",
                    List.of(
                        new Point(1, LongSession.CONTEXT_CHARS),
                        new Point(session.messages, LongSession.CONTEXT_CHARS)),
                    true))),
        rows(findings));
  }

  private static String said(String store, Trial trial) {
    return store + ": " + trial.harmed() + " of " + trial.of() + " " + trial.what();
  }

  private static String counted(Trial trial) {
    // In one line.
    return trial.harmed() + "\u00a0of\u00a0" + trial.of();
  }

  private static Section overview(List<Finding> findings) {
    Table table = Table.of("failure", "how it comes about", "plain store", "hearsay");
    for (Finding finding : findings) {
      table =
          table.with(
              finding.title(), finding.story(), counted(finding.plain()), counted(finding.ours()));
    }
    return Section.of(
        "How often it happens",
        "In percent of all tries.",
        new BarPlot(
            "Tries that end in the failure",
            "failure",
            Axis.linear("%"),
            findings.stream().map(Finding::title).toList(),
            List.of(
                new BarPlot.Bars(
                    PLAIN, findings.stream().map(finding -> finding.plain().share()).toList()),
                new BarPlot.Bars(
                    OURS, findings.stream().map(finding -> finding.ours().share()).toList()))),
        table);
  }

  private static Section lines(
      String title, String text, String plotTitle, String unit, Line... lines) {
    Table table = Table.of("messages", PLAIN, OURS);
    List<Point> plain = lines[0].points();
    for (int i = 0; i < plain.size(); i += Math.max(1, plain.size() / 8)) {
      table =
          table.with(
              (long) plain.get(i).x(),
              (long) plain.get(i).y(),
              (long) lines[1].points().get(i).y());
    }
    return Section.of(
        title,
        text,
        new LinePlot(plotTitle, Axis.linear("messages"), Axis.log(unit), List.of(lines)),
        table);
  }

  private static Table rows(List<Finding> findings) {
    Table rows = Table.of("failure", "store", "harmed", "of", "what");
    for (Finding finding : findings) {
      rows =
          rows.with(
              finding.title(),
              PLAIN,
              finding.plain().harmed(),
              finding.plain().of(),
              finding.plain().what());
      rows =
          rows.with(
              finding.title(),
              OURS,
              finding.ours().harmed(),
              finding.ours().of(),
              finding.ours().what());
    }
    return rows;
  }
}
