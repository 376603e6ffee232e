package dev.hearsay.sim.bench.types;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import org.apache.pekko.cluster.ddata.ORSet;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.jspecify.annotations.Nullable;

/** Pekko Distributed Data's {@code ORSet}. */
final class PekkoSet implements SetSubject {

  private final String[] present;
  private final String[] fresh = Elements.freshProbes();
  private final ORSet<String> here;
  private final ORSet<String> there;
  private final ORSet.DeltaOp delta;
  private byte @Nullable [] deltaBytes;
  private byte @Nullable [] stateBytes;
  private int next;

  PekkoSet(int size) {
    present = Elements.probes(size);
    ORSet<String> common = add(ORSet.create(), Pekko.COMMON, 0, Elements.common(size));
    here = add(common, Pekko.HERE, Elements.common(size), size);
    there = add(common, Pekko.THERE, size, (long) size + Elements.apart(size));
    delta = common.add(Pekko.ELSEWHERE, Elements.fresh(0)).delta().get();
  }

  static ORSet<String> add(ORSet<String> set, SelfUniqueAddress node, long from, long to) {
    ORSet<String> added = set;
    for (long number = from; number < to; number++) {
      // As the Replicator does, which takes the delta for itself after each update.
      added = added.add(node, Elements.element(number)).resetDelta();
    }
    return added;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Set<String> elements(Object state) {
    return ((ORSet<String>) state).getElements();
  }

  private String next(String[] probes) {
    next++;
    return probes[next % probes.length];
  }

  @Override
  public Object add() {
    return here.add(Pekko.HERE, next(fresh));
  }

  @Override
  public Object remove() {
    return here.remove(Pekko.HERE, next(present));
  }

  @Override
  public boolean contains() {
    return here.contains(next(present));
  }

  @Override
  public Object apply() {
    return here.mergeDelta(delta);
  }

  @Override
  public Object join() {
    return here.merge(there);
  }

  @Override
  public byte[] encodeChange() {
    return Pekko.encode(delta);
  }

  @Override
  public Object decodeChange() {
    if (deltaBytes == null) {
      deltaBytes = encodeChange();
    }
    return Pekko.decode(deltaBytes, delta);
  }

  @Override
  public byte[] encodeState() {
    return Pekko.encode(here);
  }

  @Override
  public Object decodeState() {
    if (stateBytes == null) {
      stateBytes = encodeState();
    }
    return Pekko.decode(stateBytes, here);
  }

  @Override
  public Object digest() {
    try {
      return MessageDigest.getInstance("SHA-1").digest(Pekko.encode(here));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
