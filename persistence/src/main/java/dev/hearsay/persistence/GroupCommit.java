package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Batchable;

/**
 * The one writer of a store. All that waits becomes one batch with one fsync (unless {@link
 * Durability} says otherwise); while it is written, the next batch gathers. A lone write does not
 * wait for company.
 *
 * <p>A batch that fails, fails all of its writes, and no further write is taken: what the disk
 * holds then is unknown, and a second fsync that succeeds would prove nothing about the first.
 * Thread-safe.
 */
final class GroupCommit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** An event ready to be stored, but for what only the writer knows: where it stands. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Append(byte[] key, byte[] value, long sequenceNr, List<String> tags) {
    /** What it takes in the store, with its places under its tags; an upper bound. */
    long bytes() {
      long bytes = (long) key.length + value.length;
      for (String tag : tags) {
        bytes += 3L * tag.length() + key.length + 32;
      }
      return bytes;
    }
  }

  private sealed interface Change {}

  private record Appends(String persistenceId, List<Append> events) implements Change {}

  private record Delete(String persistenceId, long to) implements Change {}

  private record Purge(String persistenceId, List<byte[]> keys, long purgedTo) implements Change {}

  private record Fence() implements Change {}

  private record Waiting(Change change, long bytes, CompletableFuture<Void> done) {}

  /**
   * The end of the writes of a batch, for Pekko's dispatcher to run as one: what it sets off there
   * then runs behind it, instead of each by itself.
   */
  private record Acknowledgement(List<Waiting> writes) implements Runnable, Batchable {
    @Override
    public void run() {
      writes.forEach(waiting -> waiting.done().complete(null));
    }
  }

  private final Path directory;
  private final LogStore store;
  private final JournalReader reader;
  private final JournalSpace space;
  private final JournalSettings settings;
  private final PersistenceMetrics metrics;
  private final CommitFeed feed;
  private final Executor answers;
  private final Thread thread;

  /** Forces what was written, or null if every write does. */
  private final @Nullable BackgroundSync sync;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private boolean writing;
  private boolean awake;
  private boolean closed;

  /** Entities of a failed batch: whether their last events are stored is unknown. */
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Throwable failure;

  /** Used by the writer thread only; holds nothing that is not durable. */
  private final Map<String, EntityHead> heads;

  GroupCommit(
      Path directory,
      LogStore store,
      JournalSpace space,
      JournalSettings settings,
      PersistenceMetrics metrics,
      CommitFeed feed,
      Executor answers) {
    this.directory = directory;
    this.store = store;
    this.reader = new JournalReader(store);
    this.space = space;
    this.settings = settings;
    this.metrics = metrics;
    this.feed = feed;
    this.answers = answers;
    this.heads = new Heads(settings.headsMax());
    this.sync =
        settings.durability().syncsEveryWrite()
            ? null
            : new BackgroundSync(store, settings.durability(), this::syncFailed);
    this.thread = new Thread(this::run, "hearsay-journal-writer");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Stores events of one entity, all or none; done when they are durable. To be followed by {@link
   * #flush}, soon: until then others may join.
   */
  CompletionStage<Void> append(String persistenceId, List<Append> events) {
    long bytes = 0;
    for (Append event : events) {
      bytes += event.bytes();
    }
    return submit(new Appends(persistenceId, events), bytes, false);
  }

  /**
   * Writes what waits. A few writes are written by the caller itself, unless others are just being
   * written: for so little, waking the writer's thread would take a good part of the time.
   */
  void flush() {
    List<Waiting> batch;
    lock.lock();
    try {
      if (queue.isEmpty()) {
        return;
      }
      if (writing || closed || queue.size() > settings.callerWritesMax()) {
        wake();
        return;
      }
      batch = nextBatch();
    } finally {
      lock.unlock();
    }
    try {
      commit(batch);
    } finally {
      done();
    }
  }

  /** Notes that the entity's events up to {@code to} are deleted; done when that is durable. */
  CompletionStage<Void> delete(String persistenceId, long to) {
    return submit(new Delete(persistenceId, to), deletedBytes(persistenceId), true);
  }

  /** Removes deleted events from the store and notes how far that has come. */
  CompletionStage<Void> purge(String persistenceId, List<byte[]> keys, long purgedTo) {
    long bytes = deletedBytes(persistenceId) + keys.stream().mapToLong(key -> key.length).sum();
    return submit(new Purge(persistenceId, keys, purgedTo), bytes, true);
  }

  private static long deletedBytes(String persistenceId) {
    return JournalFormat.deletedKey(persistenceId).length + (long) JournalFormat.DELETED_BYTES;
  }

  /** Done when all that was submitted before is. */
  CompletionStage<Void> fence() {
    lock.lock();
    try {
      if (queue.isEmpty() && !writing) {
        return CompletableFuture.completedStage(null);
      }
      return submit(new Fence(), 0, true);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Passes if what the store holds of the entity is what was acknowledged.
   *
   * @throws JournalFailedException if the entity had a write in a batch that failed
   */
  void checkKnown(String persistenceId) {
    if (unknown.contains(persistenceId)) {
      throw new JournalFailedException(
          "the last write of entity \""
              + persistenceId
              + "\" to "
              + directory
              + " failed, and it is unknown what was stored; open the journal again",
          true,
          failure);
    }
  }

  /** Writes what waits, forces it, takes nothing more, and ends the threads. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake();
    } finally {
      lock.unlock();
    }
    Threads.join(thread);
    if (sync != null) {
      sync.close();
    }
    feed.end(closedException());
  }

  private JournalFailedException closedException() {
    return new JournalFailedException("the journal " + directory + " is closed", true, null);
  }

  private CompletionStage<Void> submit(Change change, long bytes, boolean now) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedStage(closedException());
      }
      queue.add(new Waiting(change, bytes, done));
      if (now) {
        wake();
      }
    } finally {
      lock.unlock();
    }
    return done;
  }

  private void run() {
    List<Waiting> batch = take();
    while (!batch.isEmpty()) {
      try {
        commit(batch);
      } finally {
        done();
      }
      batch = take();
    }
    done();
  }

  /** Waits for work and takes what is there, up to a batch; empty at the end. */
  private List<Waiting> take() {
    lock.lock();
    try {
      while (writing || !(closed || (awake && !queue.isEmpty()))) {
        arrived.awaitUninterruptibly();
      }
      return nextBatch();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what waits, up to a batch, for the caller to write; holds the lock. */
  private List<Waiting> nextBatch() {
    List<Waiting> batch = new ArrayList<>();
    long bytes = 0;
    while (!queue.isEmpty() && bytes < settings.batchBytesMax()) {
      Waiting next = queue.remove();
      batch.add(next);
      bytes += next.bytes();
    }
    writing = true;
    awake = !queue.isEmpty();
    return batch;
  }

  private void done() {
    lock.lock();
    try {
      writing = false;
      if (awake || closed) {
        arrived.signal(); // it may have found another at work
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has the writer's thread write what waits; holds the lock. */
  private void wake() {
    awake = true;
    arrived.signal();
  }

  private void commit(List<Waiting> batch) {
    JournalSpace.Answer answer = space.ask();
    StagedBatch staged = new StagedBatch(heads, reader, feed.ordinal(), sync != null);
    List<Waiting> admitted = new ArrayList<>(batch.size());
    for (Waiting waiting : batch) {
      try {
        requireUsable(waiting.change());
        stage(waiting, staged, answer);
        admitted.add(waiting);
      } catch (IOException | RuntimeException e) {
        metrics.refusedWrites.increment();
        waiting.done().completeExceptionally(e);
      } catch (Error e) { // out of memory, say: the batch may hold half of this change
        fail(batch, staged, e);
        return;
      }
    }
    try {
      LogBatch log = staged.finish();
      if (!log.isEmpty()) { // else the feed keeps what a failed batch left in the store
        feed.writing(staged);
        write(log);
        heads.putAll(staged.changed());
        metrics.events.add(staged.events());
        feed.committed(staged);
      }
    } catch (FreeSpaceException e) {
      feed.notWritten();
      metrics.refusedWrites.add(admitted.size());
      admitted.forEach(waiting -> waiting.done().completeExceptionally(e));
      return;
    } catch (Throwable e) { // whatever it is, what the disk holds is unknown now
      fail(admitted, staged, e);
      return;
    }
    acknowledge(new Acknowledgement(admitted));
  }

  private void acknowledge(Acknowledgement acknowledgement) {
    try {
      answers.execute(acknowledgement);
    } catch (RejectedExecutionException e) { // the actor system is ending
      acknowledgement.run();
    }
  }

  private void write(LogBatch log) throws IOException {
    long start = System.nanoTime();
    store.write(log, sync == null);
    space.written();
    if (sync != null) {
      sync.written();
    }
    metrics.batchNanos.add(System.nanoTime() - start);
    metrics.batches.increment();
    metrics.batchBytes.add(log.bytes());
  }

  private void syncFailed(Throwable cause) {
    failure = cause;
    feed.end(noMoreWrites(cause));
    metrics.failedBatches.increment();
    LOG.error(
        "An fsync of journal {} failed: a power loss can take what was written since the one before;"
            + " it takes no more writes until it is opened again",
        directory,
        cause);
  }

  private void fail(List<Waiting> admitted, StagedBatch staged, Throwable cause) {
    failure = cause;
    unknown.addAll(staged.changed().keySet());
    feed.end(noMoreWrites(cause));
    metrics.failedBatches.increment();
    LOG.error(
        "Writing to journal {} failed; it takes no more writes until it is opened again",
        directory,
        cause);
    JournalFailedException e =
        new JournalFailedException(
            "writing to journal " + directory + " failed: " + cause, false, cause);
    admitted.forEach(waiting -> waiting.done().completeExceptionally(e));
  }

  private void requireUsable(Change change) {
    Throwable earlier = failure;
    if (earlier != null && !(change instanceof Fence)) {
      throw noMoreWrites(earlier);
    }
  }

  private JournalFailedException noMoreWrites(Throwable earlier) {
    return new JournalFailedException(
        "journal "
            + directory
            + " takes no more writes, because an earlier one failed ("
            + earlier
            + "); open it again",
        true,
        earlier);
  }

  /** Adds the change to the batch, or throws and adds nothing. */
  private void stage(Waiting waiting, StagedBatch staged, JournalSpace.Answer space)
      throws IOException {
    Change change = waiting.change();
    if (change instanceof Appends appends) {
      space.require(staged.bytes() + waiting.bytes());
      staged.append(appends.persistenceId(), appends.events());
    } else if (change instanceof Delete delete) {
      space.requireForDeletion(staged.bytes() + waiting.bytes());
      staged.delete(delete.persistenceId(), delete.to());
    } else if (change instanceof Purge purge) {
      space.requireForDeletion(staged.bytes() + waiting.bytes());
      staged.purge(purge.persistenceId(), purge.keys(), purge.purgedTo());
    }
  }
}
