package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.PersistenceQuery;

/** An actor system whose plugins live below a directory. */
final class TestSystem implements AutoCloseable {
  private final ActorSystem system;

  private TestSystem(Config config) {
    system = ActorSystem.create("persistence-test", config);
  }

  static TestSystem in(Path directory) {
    return in(directory, "");
  }

  /** With settings that override the usual ones. */
  static TestSystem in(Path directory, String settings) {
    return new TestSystem(config(directory, settings));
  }

  static Config config(Path directory, String settings) {
    return ConfigFactory.parseString(settings)
        .withFallback(
            ConfigFactory.parseString(
                """
            pekko.persistence.journal.plugin = "hearsay.journal"
            pekko.persistence.snapshot-store.plugin = "hearsay.snapshot-store"
            pekko.loglevel = OFF
            pekko.stdout-loglevel = OFF
            pekko.actor.allow-java-serialization = off
            """))
        .withValue(
            "hearsay.journal.dir",
            ConfigValueFactory.fromAnyRef(directory.resolve("journal").toString()))
        .withValue(
            "hearsay.snapshot-store.dir",
            ConfigValueFactory.fromAnyRef(directory.resolve("snapshots").toString()))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  ActorSystem system() {
    return system;
  }

  PersistenceMetrics metrics() {
    return PersistenceMetrics.get(system);
  }

  JournalClient journal() {
    return new JournalClient(system, plugin());
  }

  OpenJournal openJournal() {
    return (OpenJournal)
        Patterns.ask(plugin(), OpenJournal.Ask.ASK, Probe.PATIENCE).toCompletableFuture().join();
  }

  /** Stops the journal's actor, as its end or restart does. */
  void stopJournal() {
    system.stop(plugin());
  }

  private ActorRef plugin() {
    return Persistence.get(system).journalFor("hearsay.journal", ConfigFactory.empty());
  }

  HearsayReadJournal queries() {
    return PersistenceQuery.get(system)
        .getReadJournalFor(HearsayReadJournal.class, HearsayReadJournal.IDENTIFIER);
  }

  SnapshotClient snapshots() {
    ActorRef plugin =
        Persistence.get(system).snapshotStoreFor("hearsay.snapshot-store", ConfigFactory.empty());
    return new SnapshotClient(system, plugin);
  }

  @Override
  public void close() {
    try {
      system.terminate();
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(Probe.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new AssertionError("the actor system does not end", e);
    }
  }
}
