package dev.hearsay.sim.workload;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Names of parts of the virtual time, for fields of which a new one is begun every so often: what
 * is read stays short however long a run is.
 */
final class Chapters {
  private static final long NANOS = Duration.ofMinutes(5).toNanos();

  private Chapters() {}

  /** The one of now. */
  static String at(MeshClient client) {
    return Long.toString(client.nanos() / NANOS);
  }

  /** All until now. */
  static List<String> upTo(MeshClient client) {
    return LongStream.rangeClosed(0, client.nanos() / NANOS).mapToObj(Long::toString).toList();
  }
}
