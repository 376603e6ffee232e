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

/** Every work on a set, for systems that stay as they are from one operation to the next. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SetWorks {

  @Param({"hearsay", "pekko", "HashSet"})
  String system = "";

  @Param({"1", "1000", "100000", "1000000"})
  int size;

  private SetSubject set = new JavaSet(1);

  @Setup
  public void fill() {
    set = SetSubject.of(Contender.of(system), size);
    Settled.heap();
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

  @Benchmark
  public Object join() {
    return set.join();
  }

  @Benchmark
  public Object diff() {
    return set.diff();
  }

  @Benchmark
  public byte[] encodeChange() {
    return set.encodeChange();
  }

  @Benchmark
  public Object decodeChange() {
    return set.decodeChange();
  }

  @Benchmark
  public byte[] encodeState() {
    return set.encodeState();
  }

  @Benchmark
  public Object decodeState() {
    return set.decodeState();
  }

  @Benchmark
  public Object digest() {
    return set.digest();
  }
}
