package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who is told of a commit, and how often. */
class CommitFeedTest {
  private final CommitFeed feed = new CommitFeed(0);
  private final AtomicInteger wakes = new AtomicInteger();

  @Test
  void aSubscriberThatDoesNotLookIsWokenOnceHoweverMuchIsWritten() throws IOException {
    CommitFeed.Subscription subscription =
        feed.subscribe(new Topic.Tag("t"), wakes::incrementAndGet);
    for (int nr = 1; nr <= 1000; nr++) {
      commit("a", nr, "t");
    }
    assertEquals(1, wakes.get());
    assertTrue(subscription.isWoken());
    subscription.rearm();
    assertFalse(subscription.isWoken());
    commit("a", 1001, "t");
    assertEquals(2, wakes.get());
  }

  @Test
  void onlyItsOwnTopicWakesASubscriber() throws IOException {
    feed.subscribe(new Topic.Tag("t"), wakes::incrementAndGet);
    feed.subscribe(new Topic.Entity("a"), wakes::incrementAndGet);
    feed.subscribe(new Topic.NewEntities(), wakes::incrementAndGet);
    commit("b", 2, "other");
    assertEquals(0, wakes.get());
    commit("b", 3, "t");
    assertEquals(1, wakes.get());
    commit("a", 2, "other");
    assertEquals(2, wakes.get());
    commit("c", 1, "other");
    assertEquals(3, wakes.get());
  }

  @Test
  void whoHasLeftIsNotWoken() throws IOException {
    CommitFeed.Subscription subscription =
        feed.subscribe(new Topic.Tag("t"), wakes::incrementAndGet);
    subscription.close();
    subscription.close();
    commit("a", 1, "t");
    assertEquals(0, wakes.get());
    assertEquals(0, feed.subscribed());
  }

  @Test
  void theEndWakesAllAndWhoComesLate() {
    feed.subscribe(new Topic.Tag("t"), wakes::incrementAndGet);
    feed.end(new IllegalStateException("over"));
    assertEquals(1, wakes.get());
    feed.subscribe(new Topic.Entity("a"), wakes::incrementAndGet);
    assertEquals(2, wakes.get());
  }

  @Test
  void whatIsBeingWrittenIsHiddenUntilItIsAcknowledged() throws IOException {
    StagedBatch batch = batch("a", 7, "t");
    feed.writing(batch);
    assertEquals(6, feed.lastShown("a"));
    assertEquals(Long.MAX_VALUE, feed.lastShown("b"));
    assertEquals(0, feed.ordinal());
    feed.committed(batch);
    assertEquals(Long.MAX_VALUE, feed.lastShown("a"));
    assertEquals(1, feed.ordinal());
  }

  private void commit(String id, long nr, String tag) throws IOException {
    StagedBatch batch = batch(id, nr, tag);
    feed.writing(batch);
    feed.committed(batch);
  }

  private StagedBatch batch(String id, long nr, String tag) throws IOException {
    EventRecord event =
        new EventRecord(
            id, nr, "", "w", 0, List.of(tag), new SerializedValue(1, "", new byte[0]), null);
    Map<String, EntityHead> heads = new HashMap<>();
    heads.put(id, new EntityHead(nr - 1, JournalFormat.Deleted.NOTHING));
    StagedBatch batch =
        new StagedBatch(heads, new JournalReader(new NoStore()), feed.ordinal(), false);
    batch.append(
        id,
        List.of(
            new GroupCommit.Append(
                JournalFormat.eventKey(id, nr), JournalFormat.encode(event), nr, event.tags())));
    return batch;
  }

  /** A store that nobody asks: all entities are known. */
  private static final class NoStore implements LogStore {
    @Override
    public void write(LogBatch batch, boolean sync) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void force() {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] get(byte[] key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Cursor cursor() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void compact(byte[] from, byte[] to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
