package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Peers in the order of their addresses. They are looked up with every message and gone through
 * with every tick, and seldom change: so a table finds them, and an array has their order. What is
 * gone through is what there was when that began. Not thread-safe.
 */
final class Peers extends AbstractMap<HostPort, Peer> {
  private final TreeMap<HostPort, Peer> inOrder = new TreeMap<>();
  private final Map<HostPort, Peer> byAddress = new HashMap<>();
  private final Collection<Peer> values = new Values();
  private Peer[] array = new Peer[0];
  private boolean isArrayOld;
  private long changes;

  /** Goes up whenever a peer comes or goes. */
  long changes() {
    return changes;
  }

  private void changed() {
    isArrayOld = true;
    changes++;
  }

  private Peer[] array() {
    if (isArrayOld) {
      array = inOrder.values().toArray(new Peer[0]);
      isArrayOld = false;
    }
    return array;
  }

  @Override
  public int size() {
    return byAddress.size();
  }

  @Override
  public boolean containsKey(@Nullable Object address) {
    return byAddress.containsKey(address);
  }

  @Override
  public @Nullable Peer get(@Nullable Object address) {
    return byAddress.get(address);
  }

  @Override
  public @Nullable Peer put(HostPort address, Peer peer) {
    byAddress.put(address, peer);
    changed();
    return inOrder.put(address, peer);
  }

  @Override
  public @Nullable Peer remove(@Nullable Object address) {
    Peer gone = byAddress.remove(address);
    if (gone != null) {
      gone.gone();
    }
    changed();
    return inOrder.remove(address);
  }

  /** Cannot be changed. */
  @Override
  public Set<Map.Entry<HostPort, Peer>> entrySet() {
    return Collections.unmodifiableSet(inOrder.entrySet());
  }

  /** Of whatever there is when it is asked; cannot be changed. */
  @Override
  public Collection<Peer> values() {
    return values;
  }

  private final class Values extends AbstractCollection<Peer> {
    @Override
    public Iterator<Peer> iterator() {
      return Arrays.asList(array()).iterator();
    }

    @Override
    public int size() {
      return byAddress.size();
    }
  }
}
