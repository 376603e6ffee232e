package dev.hearsay.persistence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Sequence;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A stream that a test takes from, as much as it asks for. */
final class StreamProbe<T> implements Subscriber<T> {
  private sealed interface Signal<T> {}

  private record Item<T>(T item) implements Signal<T> {}

  private record Complete<T>() implements Signal<T> {}

  private record Failed<T>(Throwable failure) implements Signal<T> {}

  private final BlockingQueue<Signal<T>> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

  /** Runs the source; takes nothing yet. */
  static <T> StreamProbe<T> of(ActorSystem system, Source<T, NotUsed> source) {
    StreamProbe<T> probe = new StreamProbe<>();
    source.runWith(Sink.<T>asPublisher(AsPublisher.WITHOUT_FANOUT), system).subscribe(probe);
    return probe;
  }

  /** All items of a source that completes. */
  static <T> List<T> all(ActorSystem system, Source<T, NotUsed> source) {
    StreamProbe<T> probe = of(system, source).request(Long.MAX_VALUE);
    List<T> items = new ArrayList<>();
    Signal<T> signal = probe.signal();
    while (signal instanceof Item<T> item) {
      items.add(item.item());
      signal = probe.signal();
    }
    if (signal instanceof Failed<T> failed) {
      throw new AssertionError("failed after " + items.size() + " items", failed.failure());
    }
    return items;
  }

  static List<Object> events(List<EventEnvelope> envelopes) {
    return envelopes.stream().map(EventEnvelope::event).toList();
  }

  static long offset(EventEnvelope envelope) {
    return ((Sequence) envelope.offset()).value();
  }

  StreamProbe<T> request(long items) {
    subscription.join().request(items);
    return this;
  }

  /** Asks for one item and takes it. */
  T take() {
    return request(1).next();
  }

  /** Takes an item that was asked for. */
  T next() {
    Signal<T> signal = signal();
    if (signal instanceof Item<T> item) {
      return item.item();
    }
    if (signal instanceof Failed<T> failed) {
      throw new AssertionError("the stream failed", failed.failure());
    }
    throw new AssertionError("the stream completed");
  }

  List<T> next(int items) {
    List<T> taken = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      taken.add(next());
    }
    return taken;
  }

  void expectComplete() {
    Signal<T> signal = signal();
    if (!(signal instanceof Complete<T>)) {
      throw new AssertionError("expected the end, got " + signal);
    }
  }

  Throwable expectFailure() {
    Signal<T> signal = signal();
    if (signal instanceof Failed<T> failed) {
      return failed.failure();
    }
    throw new AssertionError("expected a failure, got " + signal);
  }

  boolean isEmpty() {
    return signals.isEmpty();
  }

  void cancel() {
    subscription.join().cancel();
  }

  private Signal<T> signal() {
    try {
      Signal<T> signal = signals.poll(Probe.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (signal == null) {
        throw new AssertionError("nothing within " + Probe.PATIENCE);
      }
      return signal;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription.complete(given);
  }

  @Override
  public void onNext(T item) {
    signals.add(new Item<>(item));
  }

  @Override
  public void onError(Throwable failure) {
    signals.add(new Failed<>(failure));
  }

  @Override
  public void onComplete() {
    signals.add(new Complete<>());
  }
}
