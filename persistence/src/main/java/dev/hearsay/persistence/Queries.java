package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.Sequence;

/** The queries of one journal, as streams to be run. Thread-safe. */
final class Queries {
  private static final Duration START_TIME_MAX = Duration.ofSeconds(30);

  private final Persistence persistence;
  private final String journal;
  private final Envelopes envelopes;
  private final Query.Limits limits;

  /**
   * Of the journal that the settings name.
   *
   * @param path where the settings stand
   * @throws ConfigException if a setting is unknown or wrong
   */
  Queries(ExtendedActorSystem system, Config config, String path) {
    Config all = system.settings().config();
    KnownSettings.check(config, KnownSettings.QUERY, all);
    this.journal = journal(system, config, path);
    this.limits =
        new Query.Limits(
            (int) JournalSettings.between(config, "batch-events-max", 1, 1 << 20),
            JournalSettings.bytes(config, "batch-bytes-max", 1, 1 << 30));
    this.persistence = Persistence.get(system);
    this.envelopes =
        new Envelopes(
            new EventSerialization(system),
            persistence.adaptersFor(journal),
            PersistenceMetrics.get(system));
  }

  /** Events of an entity from one sequence number to another, both included. */
  QueryStage<EventEnvelope> eventsByPersistenceId(
      String persistenceId, long from, long to, boolean live) {
    JournalFormat.idBytes(persistenceId); // refuses what no event can have
    return new QueryStage<>(
        live ? "eventsByPersistenceId" : "currentEventsByPersistenceId",
        this::open,
        log -> new EntityEventsQuery(log, envelopes, limits, persistenceId, from, to, live));
  }

  /** Events with a tag, those behind the offset. */
  QueryStage<EventEnvelope> eventsByTag(String tag, Offset offset, boolean live) {
    long after = ordinal(offset);
    IndexFormat.tagKey(tag, after);
    return new QueryStage<>(
        live ? "eventsByTag" : "currentEventsByTag",
        this::open,
        log -> new TagEventsQuery(log, envelopes, limits, tag, after, live));
  }

  /** All entities. */
  QueryStage<String> persistenceIds(boolean live) {
    return new QueryStage<>(
        live ? "persistenceIds" : "currentPersistenceIds",
        this::open,
        log -> new EntitiesQuery(log, limits, live));
  }

  /** Where the histories of these entities end. */
  CompletionStage<List<EntityEnd>> ends(List<String> persistenceIds) {
    persistenceIds.forEach(JournalFormat::idBytes);
    List<String> ids = List.copyOf(persistenceIds);
    return open()
        .thenCompose(
            journal -> CompletableFuture.supplyAsync(() -> ends(journal, ids), journal.executor()));
  }

  private List<EntityEnd> ends(OpenJournal journal, List<String> persistenceIds) {
    try {
      return EntityEnds.read(journal.log(), envelopes, persistenceIds);
    } catch (IOException e) {
      throw new StorageException("reading the journal failed: " + e.getMessage(), true, e);
    }
  }

  /** The log of the running journal, which is started if it is not. */
  CompletionStage<OpenJournal> open() {
    ActorRef plugin = persistence.journalFor(journal, ConfigFactory.empty());
    return Patterns.ask(plugin, OpenJournal.Ask.ASK, START_TIME_MAX)
        .thenApply(OpenJournal.class::cast);
  }

  private static long ordinal(Offset offset) {
    if (offset.equals(Offset.noOffset())) {
      return 0;
    }
    if (offset instanceof Sequence sequence) {
      if (sequence.value() < 0) {
        throw new IllegalArgumentException("offset " + sequence.value() + " is below 0");
      }
      return sequence.value();
    }
    throw new IllegalArgumentException(
        "offsets of this journal are Sequence or NoOffset, not "
            + offset.getClass().getSimpleName()
            + "; take the offset of an EventEnvelope, or Offset.noOffset() to start at the first");
  }

  private static String journal(ExtendedActorSystem system, Config config, String path) {
    String named = config.getString("write-plugin");
    String journal =
        named.isEmpty() ? path.substring(0, Math.max(0, path.lastIndexOf('.'))) : named;
    Config all = system.settings().config();
    String type =
        journal.isEmpty() || !all.hasPath(journal + ".class")
            ? ""
            : all.getString(journal + ".class");
    if (!isOurs(system, type)) {
      throw new ConfigException.BadValue(
          config.origin(),
          "write-plugin",
          "\"" + journal + "\" is not a journal of Hearsay; name one, such as hearsay.journal");
    }
    return journal;
  }

  private static boolean isOurs(ExtendedActorSystem system, String type) {
    try {
      ClassLoader loader = system.dynamicAccess().classLoader();
      return HearsayJournal.class.isAssignableFrom(Class.forName(type, false, loader));
    } catch (ClassNotFoundException e) {
      return false; // what stands there is not one
    }
  }
}
