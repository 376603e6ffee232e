package dev.hearsay.sim.bench.types;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The works on a set that grows and cannot be put back: it is renewed between operations, each of
 * which is timed by itself. The clock adds some 50 ns to each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MutableSetWorks {

  @Param("wurmloch-crdt")
  String system = "";

  @Param({"1", "1000", "100000", "1000000"})
  int size;

  private SetSubject set = new JavaSet(1);

  @Setup
  public void fill() {
    set = SetSubject.of(Contender.of(system), size);
    Settled.heap();
  }

  @Setup(Level.Invocation)
  public void renew() {
    set.renew();
  }

  @Benchmark
  public Object add() {
    return set.add();
  }

  @Benchmark
  public Object remove() {
    return set.remove();
  }

  @Benchmark
  public boolean contains() {
    return set.contains();
  }

  @Benchmark
  public Object apply() {
    return set.apply();
  }
}
