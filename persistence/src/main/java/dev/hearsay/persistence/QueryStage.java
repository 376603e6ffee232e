package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a query. It reads a batch when there is demand and the batch before has been taken,
 * on the journal's threads, and holds one batch at most. At the end a live query waits until the
 * writer wakes it.
 */
final class QueryStage<T> extends GraphStage<SourceShape<T>> {
  private final String name;
  private final Supplier<CompletionStage<OpenJournal>> journal;
  private final Function<EventLog, Query<T>> query;
  private final Outlet<T> out;
  private final SourceShape<T> shape;

  /**
   * A query.
   *
   * @param journal finds the journal, anew for each stream
   * @param query starts the query, anew for each stream
   */
  QueryStage(
      String name,
      Supplier<CompletionStage<OpenJournal>> journal,
      Function<EventLog, Query<T>> query) {
    this.name = name;
    this.journal = journal;
    this.query = query;
    this.out = Outlet.create(name + ".out");
    this.shape = SourceShape.of(out);
  }

  @Override
  public SourceShape<T> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name(name);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Queue<T> items = new ArrayDeque<>();
    private final AsyncCallback<OpenJournal> opened = createAsyncCallback(this::onOpened);
    private final AsyncCallback<Query.Batch<T>> read = createAsyncCallback(this::onRead);
    private final AsyncCallback<Throwable> failed = createAsyncCallback(this::failStage);
    private final AsyncCallback<Query<T>> woken = createAsyncCallback(q -> onWoken());

    private @Nullable OpenJournal open;
    private @Nullable Query<T> running;
    private CommitFeed.@Nullable Subscription subscription;
    private boolean reading;
    private boolean atEnd;
    private boolean complete;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              advance();
            }
          });
    }

    @Override
    public void preStart() {
      journal
          .get()
          .whenComplete(
              (found, failure) -> {
                if (failure == null) {
                  opened.invoke(found);
                } else {
                  failed.invoke(cause(failure));
                }
              });
    }

    @Override
    public void postStop() {
      if (subscription != null) {
        subscription.close();
      }
    }

    private void onOpened(OpenJournal found) {
      Query<T> started = query.apply(found.log());
      Topic topic = started.topic();
      if (topic != null) {
        subscription = found.log().feed().subscribe(topic, () -> woken.invoke(started));
      }
      open = found;
      running = started;
      advance();
    }

    private void onRead(Query.Batch<T> batch) {
      reading = false;
      items.addAll(batch.items());
      complete = batch.complete();
      atEnd = batch.end() && (subscription == null || !subscription.isWoken());
      advance();
    }

    private void onWoken() {
      atEnd = false;
      advance();
    }

    private void advance() {
      if (!items.isEmpty() && isAvailable(out)) {
        push(out, items.remove());
      }
      if (items.isEmpty()) {
        if (complete) {
          completeStage();
        } else if (isAvailable(out) && !atEnd) {
          read();
        }
      }
    }

    private void read() {
      OpenJournal from = open;
      Query<T> next = running;
      if (reading || from == null || next == null) {
        return;
      }
      reading = true;
      if (subscription != null) {
        subscription.rearm();
      }
      from.executor()
          .execute(
              () -> {
                try {
                  read.invoke(next(from.log(), next));
                } catch (Throwable e) { // fails the stream, whatever it is
                  failed.invoke(e);
                }
              });
    }
  }

  /** Reads on; a live query fails when it has shown all that a journal at its end has. */
  private static <T> Query.Batch<T> next(EventLog log, Query<T> query) {
    boolean live = query.topic() != null;
    RuntimeException over = live ? log.feed().end() : null;
    try {
      Query.Batch<T> batch = query.next();
      if (over == null || !batch.end() || batch.complete()) {
        return batch;
      }
      if (batch.items().isEmpty()) {
        throw over;
      }
      return new Query.Batch<>(batch.items(), false, false);
    } catch (CorruptRecordException e) {
      log.noteCorrupt();
      throw e;
    } catch (IOException e) {
      over = live ? log.feed().end() : null;
      throw over != null
          ? over
          : new StorageException("reading the journal failed: " + e.getMessage(), true, e);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
