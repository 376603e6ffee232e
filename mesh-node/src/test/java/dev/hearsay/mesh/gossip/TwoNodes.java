package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Two nodes that hold spaces and compare them; what they say to each other is counted. */
final class TwoNodes {
  private static final ReplicaId WRITER = new ReplicaId(9);

  /** One of the two. */
  static final class Side {
    final HostPort address;
    final Gossip gossip;
    final Set<String> asked = new TreeSet<>();
    final Set<String> told = new TreeSet<>();
    final Set<String> diverged = new TreeSet<>();

    Side(String host, @Nullable Set<String> roles) {
      address = new HostPort(host, 1);
      GossipSettings many =
          new GossipSettings(
              50, 400, 900, 2_000, 250, 250, 2_000, 1 << 20, 1_000, 256 << 10, 200, 1_000_000, 8,
              100, 150);
      Message.Hello hello = Hellos.of(host, host.hashCode(), host, List.of());
      gossip =
          new Gossip(address, hello, many, GossipLimits.DEFAULT, space -> VoterView.NONE, roles);
    }

    /** Knows where the space may live, and holds it. */
    void hold(String space, Placement placement, int changes) {
      gossip.placed(space, placement, NOW);
      hold(space, changes);
    }

    /** Holds the space with that many changes of one writer. */
    void hold(String space, int changes) {
      hold(space, changes, new Digest(space.hashCode(), changes));
    }

    void hold(String space, int changes, Digest digest) {
      VersionVector frontier =
          changes == 0 ? VersionVector.EMPTY : VersionVector.EMPTY.with(WRITER, changes);
      gossip.opened(space, frontier, digest, NOW);
    }
  }

  private record Sent(Side from, Message message) {}

  private static final long NOW = 1_000;

  final Side left;
  final Side right;
  long bytes;
  private final Deque<Sent> queue = new ArrayDeque<>();

  /** Two that hold every space there is. */
  TwoNodes() {
    this(null, null);
  }

  /** Two with roles; one without is of the format that knew none. */
  TwoNodes(@Nullable Set<String> leftRoles, @Nullable Set<String> rightRoles) {
    left = new Side("left", leftRoles);
    right = new Side("right", rightRoles);
  }

  /** The two meet; a comparison follows at once. */
  void meet() {
    run(left, left.gossip.onMessage(right.address, hello(right), NOW));
    settle();
  }

  /** One comparison from each side. */
  void compare() {
    SplittableRandom random = new SplittableRandom(1);
    // The first tick of each compares; hellos are not due again.
    run(left, left.gossip.onTick(NOW, random));
    run(right, right.gossip.onTick(NOW, random));
    settle();
  }

  private static Message hello(Side side) {
    String name = side.address.host();
    return Hellos.of(name, name.hashCode(), name, List.of());
  }

  void settle() {
    for (int messages = 0; !queue.isEmpty(); messages++) {
      if (messages > 1_000_000) {
        throw new AssertionError("the two do not fall silent");
      }
      Sent sent = queue.remove();
      Side to = sent.from() == left ? right : left;
      run(to, to.gossip.onMessage(sent.from().address, sent.message(), NOW));
    }
  }

  void run(Side side, List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        byte[] encoded = MessageFormat.encode(send.message());
        if (encoded.length > RowLimits.BYTES_MAX + (64 << 10)) {
          throw new AssertionError(encoded.length + " bytes in one message");
        }
        if (!(send.message() instanceof Message.Hello
            || send.message() instanceof Message.Frontiers)) {
          bytes += encoded.length;
        }
        if (send.message() instanceof Message.Want want) {
          side.asked.add(want.space());
        } else {
          noteTold(side, send.message());
          queue.add(new Sent(side, MessageFormat.decode(encoded)));
        }
      } else if (effect instanceof Effect.Report report
          && report.event() == Effect.Event.DIVERGED) {
        side.diverged.add(report.detail());
      }
    }
  }

  private static void noteTold(Side side, Message message) {
    if (message instanceof Message.Rows rows) {
      rows.rows().forEach(row -> side.told.add(row.space()));
    } else if (message instanceof Message.BucketRows rows) {
      rows.rows().forEach(row -> side.told.add(row.space()));
    }
  }
}
