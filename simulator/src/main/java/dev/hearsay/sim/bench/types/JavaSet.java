package dev.hearsay.sim.bench.types;

import java.util.HashSet;
import java.util.Set;

/** A {@link HashSet}: what one process alone would use. */
final class JavaSet implements SetSubject {

  private final String[] present;
  private final String[] fresh = Elements.freshProbes();
  private final Set<String> here;
  private final Set<String> there;
  private int next;

  JavaSet(int size) {
    present = Elements.probes(size);
    here = Elements.here(size);
    there = Elements.there(size);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Set<String> elements(Object state) {
    return (Set<String>) state;
  }

  private String next(String[] probes) {
    next++;
    return probes[next % probes.length];
  }

  /** Takes the element out again, so that the set stays the same. */
  @Override
  public Object add() {
    String element = next(fresh);
    return here.add(element) && here.remove(element);
  }

  /** Puts the element in again. */
  @Override
  public Object remove() {
    String element = next(present);
    return here.remove(element) && here.add(element);
  }

  @Override
  public boolean contains() {
    return here.contains(next(present));
  }

  @Override
  public Object join() {
    Set<String> union = new HashSet<>(here);
    union.addAll(there);
    return union;
  }
}
