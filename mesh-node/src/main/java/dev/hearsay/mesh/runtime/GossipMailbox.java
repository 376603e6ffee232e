package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import dev.hearsay.mesh.HostPort;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The mailbox of the {@link GossipActor}: bounded in the bytes that peers sent and that it has not
 * looked at. The transport takes as fast as it can, and has no backpressure of its own; what does
 * not fit is lost as on a bad network, counted and reported. What the node tells its own gossip is
 * never dropped: its amount is bounded elsewhere. Thread-safe.
 */
public final class GossipMailbox implements MailboxType, ProducesMessageQueue<GossipMailbox.Bytes> {
  /** Where its settings are. */
  static final String ID = "hearsay-gossip-mailbox";

  static final String BYTES_MAX = "bytes-max";

  /** What a message takes beside its bytes, about. */
  static final int MESSAGE_BYTES = 128;

  private static final int SENDERS_MAX = 1_000;

  private final long bytesMax;

  /** As the actor system makes it. */
  public GossipMailbox(ActorSystem.Settings settings, Config config) {
    this.bytesMax = config.getBytes(BYTES_MAX);
  }

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    return new Bytes(bytesMax);
  }

  /** The queue. */
  static final class Bytes implements MessageQueue {
    private final long bytesMax;
    private final Queue<Envelope> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Map<HostPort, Integer> dropped = new HashMap<>();

    Bytes(long bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public void enqueue(ActorRef receiver, Envelope handle) {
      if (handle.message() instanceof byte[] message && !takesRoom(message)) {
        drop(handle);
      } else {
        queue.add(handle);
      }
    }

    private boolean takesRoom(byte[] message) {
      long weight = (long) message.length + MESSAGE_BYTES;
      if (bytes.addAndGet(weight) <= bytesMax) {
        return true;
      }
      bytes.addAndGet(-weight);
      return false;
    }

    private void drop(Envelope handle) {
      Address sender = handle.sender().path().address();
      if (sender.getHost().isEmpty() || sender.getPort().isEmpty()) {
        return; // it would be dropped anyway
      }
      HostPort from = new HostPort(sender.getHost().get(), sender.getPort().get());
      boolean first;
      synchronized (dropped) {
        first = dropped.isEmpty();
        if (dropped.size() < SENDERS_MAX || dropped.containsKey(from)) {
          dropped.merge(from, 1, Integer::sum);
        }
      }
      if (first) {
        queue.add(Envelope.apply(new GossipInput.Overrun(this::takeDropped), ActorRef.noSender()));
      }
    }

    private Map<HostPort, Integer> takeDropped() {
      synchronized (dropped) {
        Map<HostPort, Integer> taken = Map.copyOf(dropped);
        dropped.clear();
        return taken;
      }
    }

    @Override
    public @Nullable Envelope dequeue() {
      Envelope next = queue.poll();
      if (next != null && next.message() instanceof byte[] message) {
        bytes.addAndGet(-((long) message.length + MESSAGE_BYTES));
      }
      return next;
    }

    @Override
    public int numberOfMessages() {
      return queue.size();
    }

    @Override
    public boolean hasMessages() {
      return !queue.isEmpty();
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      for (Envelope left = dequeue(); left != null; left = dequeue()) {
        deadLetters.enqueue(owner, left);
      }
    }
  }
}
