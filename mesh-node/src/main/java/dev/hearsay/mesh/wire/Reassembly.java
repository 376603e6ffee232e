package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The {@link Fragments} of all peers. Bounded: of more peers than that with messages in pieces, the
 * one not heard of for the longest time loses its pieces; where they are too many bytes of all
 * together, the messages do of which nothing has come for the longest time. So nobody is kept out
 * by those who begin messages and never end them. Not thread-safe.
 */
public final class Reassembly {
  /** Most bytes of all peers' messages in pieces, as far as they have come. */
  static final long BYTES_MAX = 64L << 20;

  private final Map<HostPort, Fragments> byPeer;
  private long bytes;
  private long forgotten;

  /** Counts what comes. */
  private long now;

  /** Of so many peers at a time. */
  public Reassembly(int peersMax) {
    byPeer =
        new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<HostPort, Fragments> eldest) {
            boolean goes = size() > peersMax;
            if (goes) {
              forgotten += eldest.getValue().messages();
              bytes -= eldest.getValue().bytes();
            }
            return goes;
          }
        };
  }

  /**
   * Takes one message or fragment from that peer; gives the whole once it is complete.
   *
   * @throws RejectedException as {@link Fragments#join} does
   */
  public Optional<byte[]> join(HostPort from, byte[] message) {
    Fragments known = byPeer.get(from);
    Fragments fragments = known == null ? new Fragments() : known;
    bytes -= fragments.bytes();
    try {
      return fragments.join(message, ++now);
    } finally {
      bytes += fragments.bytes();
      forgotten += fragments.takeForgotten();
      if (fragments.isEmpty()) {
        byPeer.remove(from);
      } else if (known == null) {
        byPeer.put(from, fragments);
      }
      makeRoom();
    }
  }

  private void makeRoom() {
    while (bytes > BYTES_MAX) {
      Map.Entry<HostPort, Fragments> first =
          Collections.min(
              byPeer.entrySet(), Comparator.comparingLong(entry -> entry.getValue().oldest()));
      Fragments fragments = first.getValue();
      bytes -= fragments.bytes();
      fragments.forgetOldest();
      bytes += fragments.bytes();
      forgotten += fragments.takeForgotten();
      if (fragments.isEmpty()) {
        byPeer.remove(first.getKey());
      }
    }
  }

  /** How many peers have messages in pieces here. */
  int peers() {
    return byPeer.size();
  }

  /** What messages in pieces take, in bytes. */
  long bytes() {
    return bytes;
  }

  /** How many messages in pieces were forgotten, for want of room or for others of their name. */
  public long forgotten() {
    return forgotten;
  }

  /** Forgets the pieces of a peer. */
  public void forget(HostPort peer) {
    Fragments fragments = byPeer.remove(peer);
    bytes -= fragments == null ? 0 : fragments.bytes();
  }
}
