package dev.hearsay.sim.bench.types;

import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.Machine;
import dev.hearsay.sim.bench.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What Hearsay's types cost, beside Pekko Distributed Data, wurmloch-crdt and the collections of
 * the JDK. Times are means over short iterations of JMH in fresh JVMs; the median and the 99th
 * percentile are those of the iterations.
 */
public final class TypesBench {

  /** Every size that is measured unless others are asked for. */
  public static final List<Integer> SIZES = List.of(1, 1_000, 100_000, 1_000_000);

  /** Forks unless another number is asked for. */
  public static final int FORKS = 3;

  private static final List<Integer> QUICK_SIZES = List.of(100_000);
  private static final int LARGEST = 1_000_000;

  /**
   * What to measure.
   *
   * @param quick one short fork at one size
   * @param forks of each case; counts only if not quick
   * @param sizes of states; empty for the usual ones
   * @param works empty for all
   * @param contenders empty for all
   */
  public record Options(
      boolean quick, int forks, List<Integer> sizes, Set<Work> works, Set<Contender> contenders) {

    public Options {
      sizes = List.copyOf(sizes);
      works = Set.copyOf(works);
      contenders = Set.copyOf(contenders);
    }
  }

  /** A case at one size. */
  record Planned(Case what, int size) {
    String sizeLabel() {
      return what.work().kind() == Work.Kind.CODEC
          ? Transaction.OPERATIONS + " operations"
          : size + (what.isOfFields() ? " fields" : " elements");
    }
  }

  private record Figures(Rounds rounds, String unit, @Nullable String detail) {}

  private final Options options;
  private final Consumer<String> progress;

  /**
   * Sets up the benchmark.
   *
   * @param progress told a line for each case
   */
  public TypesBench(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** How many cases are to be measured. */
  public int count() {
    return plan().size();
  }

  List<Planned> plan() {
    List<Planned> plan = new ArrayList<>();
    for (Case what : Catalogue.cases()) {
      boolean wanted =
          (options.works().isEmpty() || options.works().contains(what.work()))
              && (options.contenders().isEmpty()
                  || options.contenders().contains(what.contender()));
      if (wanted) {
        sizes(what.work().kind()).forEach(size -> plan.add(new Planned(what, size)));
      }
    }
    // A work at one size stands together, so that systems are compared at a glance.
    plan.sort(
        (a, b) -> {
          int byWork = a.what().work().compareTo(b.what().work());
          return byWork != 0 ? byWork : Integer.compare(a.size(), b.size());
        });
    return plan;
  }

  private List<Integer> sizes(Work.Kind kind) {
    if (kind == Work.Kind.CODEC) {
      return List.of(1);
    }
    if (!options.sizes().isEmpty()) {
      return options.sizes();
    }
    return kind == Work.Kind.SPACE ? List.of(LARGEST) : options.quick() ? QUICK_SIZES : SIZES;
  }

  /** Measures everything, in minutes or, if not quick, the better part of an hour. */
  public BenchReport run() throws BenchFailedException {
    List<BenchReport.Row> rows = new ArrayList<>();
    List<Planned> plan = plan();
    long started = System.nanoTime();
    for (Planned planned : plan) {
      BenchReport.Row row = measure(planned);
      rows.add(row);
      progress.accept(
          String.format(
              Locale.ROOT,
              "%d of %d, %d s: %s of %s by %s: %,.1f %s",
              rows.size(),
              plan.size(),
              TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started),
              row.work(),
              row.size(),
              row.system(),
              row.median(),
              row.unit()));
    }
    return new BenchReport(Machine.description(), Machine.commit(), rows).withRatios();
  }

  private BenchReport.Row measure(Planned planned) throws BenchFailedException {
    Case what = planned.what();
    Figures figures = figures(planned);
    String note = what.note();
    if (figures.detail() != null) {
      note += "; " + figures.detail();
    }
    if (options.quick() && what.benchmark() != null) {
      note += "; quick: one fork, short iterations";
    }
    return new BenchReport.Row(
        what.work().label(),
        planned.sizeLabel(),
        what.contender().label(),
        figures.rounds().median(),
        figures.rounds().p99(),
        figures.unit(),
        figures.rounds().count(),
        null,
        note);
  }

  private Figures figures(Planned planned) throws BenchFailedException {
    Case what = planned.what();
    String size = Integer.toString(planned.size());
    return switch (what.work()) {
      case HEAP -> {
        double bytes = ChildJvm.probe("heap", what.contender().label(), size).get(0);
        yield new Figures(one(bytes / planned.size()), "B/element", null);
      }
      case DIFF_BYTES, DIFF_BYTES_SPARSE -> {
        List<Long> numbers =
            ChildJvm.probe(
                "diff",
                what.contender().label(),
                size,
                what.work() == Work.DIFF_BYTES ? "dense" : "sparse");
        yield new Figures(
            one(numbers.get(0)),
            "B",
            numbers.size() == 1 ? null : DiffBytes.of(numbers).explained());
      }
      case CODEC_BYTES ->
          new Figures(one(ChangeCodec.of(what.contender()).encode().length), "B", null);
      default -> new Figures(JmhRun.measure(what, planned.size(), effort()), "ns", null);
    };
  }

  private Effort effort() {
    return options.quick() ? Effort.quick() : Effort.full(options.forks());
  }

  private static Rounds one(double figure) {
    Rounds rounds = new Rounds();
    rounds.add(figure);
    return rounds;
  }
}
