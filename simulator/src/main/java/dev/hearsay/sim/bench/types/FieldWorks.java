package dev.hearsay.sim.bench.types;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Writing one of N counters or registers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FieldWorks {

  /** N counters. */
  @State(Scope.Benchmark)
  public static class Counters {
    @Param({"hearsay", "pekko", "wurmloch-crdt", "HashMap"})
    String system = "";

    @Param({"1", "1000", "100000", "1000000"})
    int size;

    private FieldsSubject fields = new JavaFields.Counters(1);

    @Setup
    public void fill() {
      fields = FieldsSubject.counters(Contender.of(system), size);
      Settled.heap();
    }
  }

  /** N registers. */
  @State(Scope.Benchmark)
  public static class Registers {
    @Param({"hearsay", "pekko", "wurmloch-crdt", "HashMap"})
    String system = "";

    @Param({"1", "1000", "100000", "1000000"})
    int size;

    private FieldsSubject fields = new JavaFields.Registers(1);

    @Setup
    public void fill() {
      fields = FieldsSubject.registers(Contender.of(system), size);
      Settled.heap();
    }
  }

  @Benchmark
  public Object increment(Counters counters) {
    return counters.fields.write();
  }

  @Benchmark
  public Object set(Registers registers) {
    return registers.fields.write();
  }
}
