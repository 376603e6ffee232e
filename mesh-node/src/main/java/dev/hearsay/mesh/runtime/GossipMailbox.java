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

  /** Most senders of which what is lost is counted one by one. */
  static final int SENDERS_MAX = 1_000;

  /**
   * What was lost.
   *
   * @param bySender how many messages
   * @param ofOthers those of more senders than are told apart
   * @param withoutSender those of which the transport does not say where they come from
   */
  record Dropped(Map<HostPort, Integer> bySender, int ofOthers, int withoutSender) {
    Dropped {
      bySender = Map.copyOf(bySender);
    }
  }

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
    private int ofOthers;
    private int withoutSender;

    /** Whether the gossip was told that something is lost, and has not yet asked how much. */
    private boolean told;

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
      boolean isFirst;
      synchronized (dropped) {
        count(handle.sender());
        isFirst = !told;
        told = true;
      }
      if (isFirst) {
        queue.add(Envelope.apply(new GossipInput.Overrun(this::takeDropped), ActorRef.noSender()));
      }
    }

    private void count(@Nullable ActorRef sender) {
      Address address = sender == null ? null : sender.path().address();
      if (address == null || address.getHost().isEmpty() || address.getPort().isEmpty()) {
        withoutSender++;
        return;
      }
      HostPort from = new HostPort(address.getHost().get(), address.getPort().get());
      if (dropped.size() < SENDERS_MAX || dropped.containsKey(from)) {
        dropped.merge(from, 1, Integer::sum);
      } else {
        ofOthers++;
      }
    }

    private Dropped takeDropped() {
      synchronized (dropped) {
        Dropped taken = new Dropped(dropped, ofOthers, withoutSender);
        dropped.clear();
        ofOthers = 0;
        withoutSender = 0;
        told = false;
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
