package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which spaces are not exchanged with which peers, because these hold another branch under one of
 * the replicas. Everything else goes on. Not thread-safe.
 */
final class Avoidance {
  /** How often chains are compared again with a peer that is avoided. */
  static final long COMPARE_MILLIS = 3_000;

  private final Map<HostPort, Peer> peers;
  private long comparedMillis = Long.MIN_VALUE;

  Avoidance(Map<HostPort, Peer> peers) {
    this.peers = peers;
  }

  void avoid(String space, HostPort address, String detail) {
    Peer peer = peers.get(address);
    if (peer != null) {
      peer.avoided.put(space, detail);
    }
  }

  void meet(String space, HostPort address) {
    Peer peer = peers.get(address);
    if (peer != null) {
      peer.avoided.remove(space);
    }
  }

  /** The space holds another state than before: the peers it was kept from may think otherwise. */
  void replaced(String space, List<Effect> effects) {
    for (Peer peer : peers.values()) {
      peer.forget(space);
      if (peer.avoids(space) && peer.reachable) {
        effects.add(new Effect.ForkSuspected(space, peer.address));
      }
    }
  }

  void onTick(long nowMillis, List<Effect> effects) {
    if (comparedMillis != Long.MIN_VALUE && nowMillis - comparedMillis < COMPARE_MILLIS) {
      return;
    }
    comparedMillis = nowMillis;
    for (Peer peer : peers.values()) {
      if (peer.reachable) {
        peer.avoided.keySet().stream()
            .sorted()
            .forEach(space -> effects.add(new Effect.ForkSuspected(space, peer.address)));
      }
    }
  }

  /**
   * What the peers with which the space is exchanged have, also those that are silent now, unless
   * they answer under another address.
   */
  Map<HostPort, VersionVector> others(String space) {
    Set<String> answering = new HashSet<>();
    for (Peer peer : peers.values()) {
      if (peer.reachable) {
        answering.add(peer.nodeId);
      }
    }
    Map<HostPort, VersionVector> others = new HashMap<>();
    for (Peer peer : peers.values()) {
      boolean isElsewhere = !peer.reachable && answering.contains(peer.nodeId);
      if (!peer.avoids(space) && !isElsewhere) {
        // What others say that a silent one has may be of another branch.
        VersionVector frontier = peer.reachable ? peer.frontiers.get(space) : peer.ownWord(space);
        if (frontier != null && !frontier.isEmpty()) {
          others.put(peer.address, frontier);
        }
      }
    }
    return others;
  }

  /** What is left of a peer's message; null if nothing is. */
  static @Nullable Message admitted(Peer peer, Message message) {
    if (peer.avoided.isEmpty()) {
      return message;
    }
    if (message instanceof Message.Rows rows) {
      return new Message.Rows(rowsOf(peer, rows.rows()), rows.answer());
    } else if (message instanceof Message.BucketRows rows) {
      return new Message.BucketRows(rows.buckets(), rowsOf(peer, rows.rows()));
    } else if (message instanceof Message.Frontiers frontiers) {
      return new Message.Frontiers(
          frontiers.rows().stream().filter(row -> !peer.avoids(row.space())).toList());
    } else if (message instanceof Message.BookTell tell) {
      return new Message.BookTell(
          tell.incarnation(),
          tell.books().stream()
              .map(
                  book ->
                      book.with(
                          book.rows().stream().filter(row -> !peer.avoids(row.space())).toList()))
              .toList());
    }
    String space = spaceOf(message);
    return space != null && peer.avoids(space) ? null : message;
  }

  private static List<Message.Row> rowsOf(Peer peer, List<Message.Row> rows) {
    return rows.stream().filter(row -> !peer.avoids(row.space())).toList();
  }

  /** Whether the message would bring the peer something of a space that is kept from it. */
  static boolean isKeptFrom(Peer peer, Message message) {
    String space = peer.avoided.isEmpty() ? null : spaceOf(message);
    return space != null && peer.avoids(space);
  }

  /** The space whose content the message carries, asks for, or vouches for. */
  private static @Nullable String spaceOf(Message message) {
    if (message instanceof Message.Push push) {
      return push.space();
    } else if (message instanceof Message.Want want) {
      return want.space();
    } else if (message instanceof Message.Answer answer) {
      return answer.space();
    } else if (message instanceof Message.Transfer transfer) {
      return transfer.space();
    } else if (message instanceof Message.Handover handover) {
      return handover.space();
    } else if (message instanceof Message.Covered covered) {
      return covered.space();
    } else if (message instanceof Message.Leaves leaves) {
      return leaves.space();
    } else if (message instanceof Message.AckAsk ask) {
      return ask.space();
    } else if (message instanceof Message.AckTell tell) {
      return tell.space();
    } else if (message instanceof Message.OfChains chains) {
      return chains.space();
    }
    return null;
  }

  /** What is kept from whom. */
  List<ForkView> views() {
    List<ForkView> views = new ArrayList<>();
    for (Peer peer : peers.values()) {
      new TreeMap<>(peer.avoided)
          .forEach(
              (space, detail) ->
                  views.add(
                      new ForkView(
                          space, Objects.requireNonNull(peer.name), peer.address, detail)));
    }
    return views;
  }
}
