package dev.hearsay.persistence;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Status;
import org.apache.pekko.japi.pf.ReceiveBuilder;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * The journal plugin: {@code pekko.persistence.journal.plugin = "hearsay.journal"}. {@code
 * reference.conf} explains its settings. Pekko creates it.
 *
 * <p>If its directory cannot be opened, it says why in the log, once, and to every entity that
 * asks.
 *
 * @since 0.1
 */
public class HearsayJournal extends AsyncWriteJournal {
  private enum Flush {
    FLUSH
  }

  private static final Logger LOG = LoggerFactory.getLogger(HearsayJournal.class);

  private final Config config;
  private final EventSerialization serialization;
  private final Executor replayExecutor;
  private final PersistenceMetrics metrics;
  private final SnapshotFallbacks fallbacks;
  private final RetainedSnapshots retained;
  private final JournalRoom room;

  private boolean flushing;
  private @Nullable EventLog log;
  private @Nullable RuntimeException refusal;

  /** Called by Pekko with the plugin's own settings. */
  public HearsayJournal(Config config) {
    this.config = config;
    ExtendedActorSystem system = (ExtendedActorSystem) context().system();
    this.serialization = new EventSerialization(system);
    this.replayExecutor = system.dispatchers().lookup(config.getString("replay-dispatcher"));
    this.metrics = PersistenceMetrics.get(system);
    this.fallbacks = SnapshotFallbacks.get(system);
    this.retained = RetainedSnapshots.get(system);
    this.room = JournalRoom.get(system);
  }

  @Override
  public void preStart() {
    try {
      KnownSettings.check(config, KnownSettings.JOURNAL, context().system().settings().config());
      EventLog opened =
          EventLog.open(
              JournalSettings.of(config),
              this::openStore,
              freeSpaceProbe(),
              metrics,
              context().dispatcher());
      log = opened;
      room.add(opened);
    } catch (RuntimeException e) {
      // Not thrown: Pekko would stop the plugin, and entities would learn of it by a timeout.
      refusal = e;
      LOG.error("The journal does not start: {}", e.getMessage(), e);
    }
  }

  @Override
  public void postStop() {
    EventLog open = log;
    log = null;
    if (open != null) {
      room.remove(open);
      open.close();
    }
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    Results results = new Results();
    Map<String, List<GroupCommit.Append>> events = new LinkedHashMap<>(); // of one entity, mostly
    for (AtomicWrite write : messages) {
      try {
        List<GroupCommit.Append> encoded = encode(write);
        events.computeIfAbsent(write.persistenceId(), id -> new ArrayList<>()).addAll(encoded);
        results.stored();
      } catch (Exception e) { // what a serializer throws rejects the write, and only that one
        results.rejected(e);
      }
    }
    return Stages.toScala(append(events), results.all());
  }

  /** What Pekko is told of each write; nothing, if none was rejected: it takes that for all. */
  private static final class Results {
    private final List<Optional<Exception>> results = new ArrayList<>(0);
    private int stored;

    void stored() {
      stored++;
      if (!results.isEmpty()) {
        results.add(Optional.empty());
      }
    }

    void rejected(Exception reason) {
      if (results.isEmpty()) {
        results.addAll(Collections.nCopies(stored, Optional.empty()));
      }
      results.add(Optional.of(reason));
    }

    Iterable<Optional<Exception>> all() {
      return results;
    }
  }

  private CompletionStage<Void> append(Map<String, List<GroupCommit.Append>> events) {
    CompletionStage<Void> stored = CompletableFuture.completedStage(null);
    for (Map.Entry<String, List<GroupCommit.Append>> entity : events.entrySet()) {
      CompletionStage<Void> one = open().append(entity.getKey(), entity.getValue());
      stored = events.size() == 1 ? one : stored.thenCompose(done -> one);
      flushBehindWhatWaits();
    }
    return stored;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receivePluginInternal() {
    return ReceiveBuilder.create()
        .matchEquals(
            Flush.FLUSH,
            flush -> {
              flushing = false;
              EventLog open = log;
              if (open != null) {
                open.flush();
              }
            })
        .matchEquals(OpenJournal.Ask.ASK, ask -> sender().tell(openJournal(), self()))
        .build()
        .onMessage();
  }

  /** The mailbox is the gathering place: what is in it before the flush, shares its batch. */
  private void flushBehindWhatWaits() {
    if (!flushing) {
      flushing = true;
      self().tell(Flush.FLUSH, self());
    }
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    long cut = retained.cut(persistenceId, toSequenceNr);
    return Stages.toScala(
        cut < 1
            ? open().fence() // put off: nothing goes before there are snapshots to stand for it
            : open().deleteTo(persistenceId, cut));
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    EventLog open = open();
    // Behind the fence: the entity may have been stopped with a write on its way.
    return Stages.toScala(
        open.fence()
            .thenApplyAsync(
                done -> reading(() -> open.highestSequenceNr(persistenceId)), replayExecutor));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    EventLog open = open();
    return Stages.toScala(
        CompletableFuture.supplyAsync(
            () ->
                reading(
                    () -> {
                      if (fallbacks.isAfterFallback(persistenceId, fromSequenceNr)) {
                        open.requireNotDeleted(persistenceId, fromSequenceNr);
                      }
                      open.replay(
                          persistenceId,
                          fromSequenceNr,
                          toSequenceNr,
                          max,
                          event -> replayCallback.accept(decode(event)));
                      return null;
                    }),
            replayExecutor));
  }

  /** Opens the store below; tests plant their faults here. */
  LogStore openStore(Path directory, boolean isNew, JournalSettings settings) {
    return LevelDbLogStore.open(directory, isNew, settings);
  }

  /** What tells the free space, or null to ask the file system; tests give their own. */
  FreeSpace.@Nullable Probe freeSpaceProbe() {
    return null;
  }

  private Object openJournal() {
    try {
      return new OpenJournal(open(), replayExecutor);
    } catch (RuntimeException e) {
      return new Status.Failure(e);
    }
  }

  private EventLog open() {
    RuntimeException reason = refusal;
    if (reason != null) {
      throw reason;
    }
    EventLog open = log;
    if (open == null) {
      throw new JournalFailedException("the journal is not open", true, null);
    }
    return open;
  }

  private List<GroupCommit.Append> encode(AtomicWrite write) {
    List<GroupCommit.Append> events = new ArrayList<>(write.size());
    for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
      EventRecord entry = serialization.toRecord(event);
      byte[] value = JournalFormat.encode(entry);
      byte[] key = JournalFormat.eventKey(event.persistenceId(), event.sequenceNr());
      events.add(new GroupCommit.Append(key, value, event.sequenceNr(), entry.tags()));
    }
    return events;
  }

  private PersistentRepr decode(EventRecord event) {
    metrics.replayedEvents.increment();
    return serialization.read(event);
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T reading(Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new StorageException("reading the journal failed: " + e.getMessage(), true, e);
    }
  }
}
