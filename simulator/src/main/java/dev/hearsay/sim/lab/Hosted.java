package dev.hearsay.sim.lab;

import dev.hearsay.mesh.MeshNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** What a node process hosts. Thread-safe. */
interface Hosted extends AutoCloseable {

  /** What a process can host. */
  enum Kind {
    /** A node with agents that work through recorded sessions, and witnesses. */
    NODE,
    /** A node that runs the transactions and reads of clients elsewhere. */
    DRIVEN_NODE,
    /** A node that does no more than it is asked to, for measurements. */
    MEASURED_NODE,
    /** Pekko's replicator, asked the same. */
    REPLICATOR;

    /** The JVM option that makes a process of the lab host this. */
    String option() {
      return "-D" + PROPERTY + "=" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** The system property that says what a process hosts; a node if it is not set. */
  String PROPERTY = "hearsay.lab.hosts";

  static Hosted start(Request.Start settings) {
    Kind kind =
        Kind.valueOf(System.getProperty(PROPERTY, Kind.NODE.name()).toUpperCase(Locale.ROOT));
    return switch (kind) {
      case NODE -> new HostedNode(settings);
      case DRIVEN_NODE -> new DrivenNode(settings);
      case MEASURED_NODE -> new MeasuredNode(settings);
      case REPLICATOR -> new MeasuredReplicator(settings);
    };
  }

  /** The node that a process is asked to start. */
  static MeshNode node(Request.Start start) {
    return MeshNode.builder()
        .name(start.name())
        .dataDirectory(Path.of(start.dataDirectory()))
        .listen(start.announcedHost(), start.port())
        .bind(start.boundHost(), start.port())
        .controlPort(start.controlPort())
        .join(start.join().toArray(String[]::new))
        .start();
  }

  /** The answer to the first request. */
  Reply.Started started();

  /** Fails as its future does, or at once if the request is not for this. */
  CompletableFuture<? extends Reply> serve(Request request);

  @Override
  void close();
}
