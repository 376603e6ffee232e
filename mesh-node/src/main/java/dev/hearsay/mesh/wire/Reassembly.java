package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The {@link Fragments} of all peers. Bounded: of more peers than that with messages in pieces, the
 * one not heard of for the longest time loses its pieces, so that nobody is kept out by those who
 * begin messages and never end them. Not thread-safe.
 */
public final class Reassembly {
  private final Map<HostPort, Fragments> byPeer;
  private long forgotten;

  /** Of so many peers at a time. */
  public Reassembly(int peersMax) {
    byPeer =
        new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<HostPort, Fragments> eldest) {
            boolean goes = size() > peersMax;
            forgotten += goes ? 1 : 0;
            return goes;
          }
        };
  }

  /**
   * Takes one message or fragment from that peer; gives the whole once it is complete.
   *
   * @throws RejectedException as {@link Fragments#join} does
   */
  public Optional<byte[]> join(HostPort from, byte[] bytes) {
    Fragments known = byPeer.get(from);
    Fragments fragments = known == null ? new Fragments() : known;
    try {
      return fragments.join(bytes);
    } finally {
      forgotten += fragments.takeForgotten();
      if (fragments.isEmpty()) {
        byPeer.remove(from);
      } else if (known == null) {
        byPeer.put(from, fragments);
      }
    }
  }

  /** How many peers have messages in pieces here. */
  int peers() {
    return byPeer.size();
  }

  /** How often messages in pieces, or all of a peer, were forgotten for want of room. */
  public long forgotten() {
    return forgotten;
  }

  /** Forgets the pieces of a peer. */
  public void forget(HostPort peer) {
    byPeer.remove(peer);
  }
}
