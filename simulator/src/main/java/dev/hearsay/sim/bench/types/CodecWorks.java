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

/** Bytes of one change of 20 operations, and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecWorks {

  @Param({"hearsay", "json", "cbor", "protobuf"})
  String system = "hearsay";

  private ChangeCodec codec = ChangeCodec.of(Contender.HEARSAY);
  private byte[] bytes = {};

  @Setup
  public void build() {
    codec = ChangeCodec.of(Contender.of(system));
    bytes = codec.encode();
  }

  @Benchmark
  public byte[] encode() {
    return codec.encode();
  }

  @Benchmark
  public Object decode() {
    return codec.decode(bytes);
  }
}
