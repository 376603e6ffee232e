package dev.hearsay.sim.bench.types;

import java.util.Set;

/**
 * A set under measurement, in two states of the same size that differ as {@link Elements} says. An
 * operation starts from the first state and returns what it made, so that nothing is optimised
 * away; immutable systems make each time the same, mutable ones put back what they took. Not
 * thread-safe.
 */
interface SetSubject {

  static SetSubject of(Contender contender, int size) {
    return switch (contender) {
      case HEARSAY -> new HearsaySet(size);
      case PEKKO -> new PekkoSet(size);
      case HASH_SET -> new JavaSet(size);
      case WURMLOCH -> new WurmlochSet(size);
      case HASH_MAP, JSON, CBOR, PROTOBUF ->
          throw new IllegalArgumentException(contender.label() + " has no set");
    };
  }

  /** The elements of a state that an operation made. */
  Set<String> elements(Object state);

  /** Adds an element that is not there. */
  Object add();

  /** Removes one that is there. */
  Object remove();

  /** Looks for one that is there. */
  boolean contains();

  /** Takes over a change of one element that another replica made. */
  default Object apply() {
    throw new UnsupportedOperationException();
  }

  /** Merges the second state into the first. */
  default Object join() {
    throw new UnsupportedOperationException();
  }

  /** What the second state's replica lacks. */
  default Object diff() {
    throw new UnsupportedOperationException();
  }

  default byte[] encodeChange() {
    throw new UnsupportedOperationException();
  }

  default Object decodeChange() {
    throw new UnsupportedOperationException();
  }

  default byte[] encodeState() {
    throw new UnsupportedOperationException();
  }

  default Object decodeState() {
    throw new UnsupportedOperationException();
  }

  default Object digest() {
    throw new UnsupportedOperationException();
  }

  /** Called before each operation of a mutable system, outside of the time measured. */
  default void renew() {}
}
