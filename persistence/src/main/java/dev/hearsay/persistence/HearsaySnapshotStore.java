package dev.hearsay.persistence;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;

/**
 * The snapshot plugin: {@code pekko.persistence.snapshot-store.plugin = "hearsay.snapshot-store"}.
 * {@code reference.conf} explains its settings. Pekko creates it.
 *
 * <p>A snapshot that is damaged, or that its serializer does not read, is passed over for the one
 * before it, with a warning and a count in {@link PersistenceMetrics}. If there are snapshots and
 * none can be read, loading fails: events that they stand for may have been deleted.
 *
 * <p>What a snapshot shares with the one before is not written again: chunks of equal content, and
 * the parts that a {@link PartedSerializer} takes over.
 *
 * @since 0.1
 */
public class HearsaySnapshotStore extends SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(HearsaySnapshotStore.class);

  private final Config config;
  private final SnapshotCodec codec;
  private final Executor executor;
  private final PersistenceMetrics metrics;
  private final SnapshotFallbacks fallbacks;
  private final RetainedSnapshots retained;

  private @Nullable SnapshotFiles files;
  private @Nullable RuntimeException refusal;

  /** Called by Pekko with the plugin's own settings. */
  public HearsaySnapshotStore(Config config) {
    this.config = config;
    ExtendedActorSystem system = (ExtendedActorSystem) context().system();
    this.codec = new SnapshotCodec(new EventSerialization(system));
    this.executor = system.dispatchers().lookup(config.getString("io-dispatcher"));
    this.metrics = PersistenceMetrics.get(system);
    this.fallbacks = SnapshotFallbacks.get(system);
    this.retained = RetainedSnapshots.get(system);
  }

  @Override
  public void preStart() {
    try {
      KnownSettings.check(config, KnownSettings.SNAPSHOTS, context().system().settings().config());
      SnapshotSettings settings = SnapshotSettings.of(config);
      files = SnapshotFiles.open(settings, metrics, JournalRoom.get(context().system()));
      retained.keepNewest(settings.keepNewest());
    } catch (RuntimeException e) {
      // Not thrown: Pekko would stop the plugin, and entities would learn of it by a timeout.
      refusal = e;
      LOG.error("The snapshot store does not start: {}", e.getMessage(), e);
    }
  }

  @Override
  public void postStop() {
    SnapshotFiles open = files;
    files = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    SnapshotFiles open = open();
    return run(() -> load(open, persistenceId, criteria));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    SnapshotFiles open = open();
    return run(
        () -> {
          codec.save(open, metadata, snapshot);
          retained.saved(metadata.persistenceId());
          retained.note(metadata.persistenceId(), open.list(metadata.persistenceId()));
          metrics.savedSnapshots.increment();
          return null;
        });
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    SnapshotFiles open = open();
    return run(
        () -> {
          // Without a timestamp, as Pekko does: all snapshots of the sequence number.
          open.delete(
              metadata.persistenceId(),
              name ->
                  name.sequenceNr() == metadata.sequenceNr()
                      && (metadata.timestamp() == 0
                          || name.timestampMillis() == metadata.timestamp()));
          retained.note(metadata.persistenceId(), open.list(metadata.persistenceId()));
          return null;
        });
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    SnapshotFiles open = open();
    return run(
        () -> {
          List<SnapshotFileName> names = open.list(persistenceId);
          int keep = retained.kept(persistenceId);
          List<SnapshotFileName> kept = names.subList(0, Math.min(keep, names.size()));
          open.delete(persistenceId, name -> matches(criteria, name) && !kept.contains(name));
          retained.note(persistenceId, open.list(persistenceId));
          return null;
        });
  }

  private Optional<SelectedSnapshot> load(
      SnapshotFiles open, String persistenceId, SnapshotSelectionCriteria criteria)
      throws IOException {
    List<SnapshotFileName> names = open.list(persistenceId);
    retained.note(persistenceId, names);
    List<SnapshotFileName> candidates =
        names.stream().filter(name -> matches(criteria, name)).toList();
    StorageException first = null;
    for (SnapshotFileName name : candidates) {
      try {
        SelectedSnapshot loaded = codec.load(open, persistenceId, name);
        fallbacks.remove(persistenceId);
        if (first != null) {
          metrics.snapshotFallbacks.increment();
          fallbacks.add(persistenceId, name.sequenceNr());
        }
        return Optional.of(loaded);
      } catch (NoSuchFileException e) {
        LOG.debug("Snapshot {} of entity {} was deleted meanwhile", name, persistenceId);
      } catch (IOException | RuntimeException e) {
        metrics.corruptSnapshots.increment();
        Path file = open.file(persistenceId, name);
        LOG.warn(
            "Snapshot {} of entity {} cannot be read, trying an older one: {}",
            file,
            persistenceId,
            e.toString());
        if (first == null) {
          first =
              new StorageException(
                  "no snapshot of entity \""
                      + persistenceId
                      + "\" can be read; the newest is "
                      + file
                      + ": "
                      + e.getMessage(),
                  true,
                  e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
    return Optional.empty();
  }

  private static boolean matches(SnapshotSelectionCriteria criteria, SnapshotFileName name) {
    return name.sequenceNr() <= criteria.maxSequenceNr()
        && name.sequenceNr() >= criteria.minSequenceNr()
        && name.timestampMillis() <= criteria.maxTimestamp()
        && name.timestampMillis() >= criteria.minTimestamp();
  }

  private SnapshotFiles open() {
    RuntimeException reason = refusal;
    if (reason != null) {
      throw reason;
    }
    SnapshotFiles open = files;
    if (open == null) {
      throw new StorageException("the snapshot store is not open", true, null);
    }
    return open;
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> Future<T> run(Work<T> work) {
    return Stages.toScala(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.run();
              } catch (IOException e) {
                throw new StorageException("the snapshot store failed: " + e, false, e);
              }
            },
            executor));
  }
}
