package dev.hearsay.mesh;

import java.util.Collection;
import java.util.Set;

/**
 * A set in which an add wins over a remove that did not see it. Elements are equal if their
 * canonical values are.
 *
 * @param <T> class of the elements
 */
public interface OrSet<T> {
  void add(T element);

  /** Adds all elements in one change. */
  void addAll(Collection<? extends T> elements);

  /** Removes the element as far as this node has seen it added; no effect if it is not there. */
  void remove(T element);

  boolean contains(T element);

  int size();

  /** An immutable copy, in no particular order. */
  Set<T> values();
}
