package dev.hearsay.sim.bench.mesh;

import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.lab.Lab;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who is measured: Hearsay, and Pekko Distributed Data (ddata). */
public enum Side {
  HEARSAY(BenchReport.HEARSAY, "durable on every node, with fsync, before it is shown"),
  DDATA("ddata", "Pekko's defaults; keeps everything in memory alone"),
  DDATA_TUNED(
      "ddata-200ms",
      "gossip-interval 200 ms, notify-subscribers-interval 50 ms; keeps everything in memory"
          + " alone");

  private final String label;
  private final String note;

  Side(String label, String note) {
    this.label = label;
    this.note = note;
  }

  public String label() {
    return label;
  }

  String note() {
    return note;
  }

  /** Processes of this kind; none is started yet. */
  Lab lab(int nodes, String... jvmOptions) throws IOException {
    return new Lab(nodes, null, options(jvmOptions));
  }

  /** The same without relays. */
  Lab direct(int nodes, String... jvmOptions) throws IOException {
    return Lab.direct(nodes, options(jvmOptions));
  }

  private List<String> options(String... jvmOptions) {
    String[] all = concat(jvmOptions, Collector.OPTION);
    return switch (this) {
      case HEARSAY -> Lab.measured(all);
      case DDATA -> Lab.replicators(all);
      case DDATA_TUNED ->
          Lab.replicators(
              concat(
                  all,
                  "-Dpekko.cluster.distributed-data.gossip-interval=200ms",
                  "-Dpekko.cluster.distributed-data.notify-subscribers-interval=50ms"));
    };
  }

  private static String[] concat(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
