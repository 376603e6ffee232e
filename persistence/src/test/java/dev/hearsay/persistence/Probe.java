package dev.hearsay.persistence;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;

/** An actor whose messages a test takes one by one. */
final class Probe {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  private final ActorRef ref;

  Probe(ActorSystem system) {
    ref = system.actorOf(Props.create(Collector.class, () -> new Collector(messages)));
  }

  ActorRef ref() {
    return ref;
  }

  /** The next message, which must be of this type. */
  <T> T expect(Class<T> type) {
    Object message = next();
    if (!type.isInstance(message)) {
      throw new AssertionError("expected " + type.getSimpleName() + " but got " + message);
    }
    return type.cast(message);
  }

  Object next() {
    try {
      Object message = messages.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (message == null) {
        throw new AssertionError("no message within " + PATIENCE);
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends the actor. */
  void stop() {
    ref.tell(org.apache.pekko.actor.PoisonPill.getInstance(), ActorRef.noSender());
  }

  /** True if nothing has arrived that was not taken. */
  boolean isEmpty() {
    return messages.isEmpty();
  }

  private static final class Collector extends AbstractActor {
    private final BlockingQueue<Object> messages;

    Collector(BlockingQueue<Object> messages) {
      this.messages = messages;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(messages::add).build();
    }
  }
}
