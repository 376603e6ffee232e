package dev.hearsay.mesh;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** Removes all elements that this node has seen, in a few bytes. */
  void clear();

  /**
   * Removes the elements that this node has seen from one, inclusive, to another, exclusive, in a
   * few bytes; null leaves an end open. Texts are ordered as their UTF-8 bytes, numbers by value,
   * lists element by element, records and maps component by component in the order of their names.
   *
   * @throws IllegalArgumentException if the range ends before it begins
   */
  void removeRange(@Nullable T from, @Nullable T to);

  boolean contains(T element);

  int size();

  /** An immutable copy, in no particular order. */
  Set<T> values();
}
