package dev.hearsay.sim.bench.types;

import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.Rounds;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one JMH benchmark with one system at one size, in JVMs of its own. */
final class JmhRun {

  /**
   * The young generation, small enough to be gone through during the warm-up. Left to itself it
   * grows with the heap, and the first touch of every page is charged to small operations: ten
   * times their own cost on some virtual machines.
   */
  private static final String YOUNG = "-Xmn256m";

  private JmhRun() {}

  /** The mean time of an operation in each iteration, in nanoseconds. */
  static Rounds measure(Case planned, int size, Effort effort) throws BenchFailedException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8)) {
      OutputFormat format = OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL);
      Rounds rounds = new Rounds();
      for (RunResult run : new Runner(options(planned, size, effort).build(), format).run()) {
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
          for (IterationResult iteration : fork.getIterationResults()) {
            rounds.add(iteration.getPrimaryResult().getScore());
          }
        }
      }
      return rounds;
    } catch (RunnerException e) {
      throw new BenchFailedException(
          planned.benchmark()
              + " with "
              + planned.contender().label()
              + " at "
              + size
              + " failed: "
              + e.getMessage()
              + "\n"
              + log.toString(StandardCharsets.UTF_8),
          e);
    }
  }

  private static ChainedOptionsBuilder options(Case planned, int size, Effort effort) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(
                "^"
                    + Pattern.quote(JmhRun.class.getPackageName() + "." + planned.benchmark())
                    + "$")
            .param("system", planned.contender().label())
            .forks(effort.forks())
            // Not the options of this JVM: what is measured is measured under the same everywhere.
            .jvmArgs(ChildJvm.HEAP, YOUNG)
            .warmupIterations(effort.warmups())
            .warmupTime(TimeValue.milliseconds(effort.warmupMillis()))
            .measurementIterations(effort.rounds())
            .measurementTime(TimeValue.milliseconds(effort.roundMillis()))
            .timeUnit(TimeUnit.NANOSECONDS)
            .shouldFailOnError(true);
    return planned.work().kind() == Work.Kind.CODEC
        ? options
        : options.param("size", Integer.toString(size));
  }
}
