package dev.hearsay.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The atoms under one key: an {@link Atom} itself where there is one, a sorted array where
 * concurrent writes left more. One atom is the common case and needs no collection.
 */
final class Slot {
  private Slot() {}

  static List<Atom> atoms(@Nullable Object slot) {
    if (slot == null) {
      return List.of();
    }
    return slot instanceof Atom atom ? List.of(atom) : List.of((Atom[]) slot);
  }

  static int size(@Nullable Object slot) {
    return slot == null ? 0 : slot instanceof Atom ? 1 : ((Atom[]) slot).length;
  }

  /** The slot with only the atoms that pass, or null if none does. */
  static @Nullable Object filter(@Nullable Object slot, Predicate<Atom> keep) {
    if (slot == null) {
      return null;
    }
    if (slot instanceof Atom atom) {
      return keep.test(atom) ? slot : null;
    }
    List<Atom> kept = new ArrayList<>();
    for (Atom atom : (Atom[]) slot) {
      if (keep.test(atom)) {
        kept.add(atom);
      }
    }
    return kept.size() == ((Atom[]) slot).length ? slot : of(kept);
  }

  static Object with(@Nullable Object slot, Atom atom) {
    if (slot == null) {
      return atom;
    }
    List<Atom> more = new ArrayList<>(atoms(slot));
    more.removeIf(old -> old.sameDot(atom));
    more.add(atom);
    Object result = of(more);
    return result == null ? atom : result;
  }

  /** As {@link #with}, for many: they are put in order once. */
  static Object withAll(@Nullable Object slot, List<Atom> atoms) {
    Set<Dot> dots = new HashSet<>();
    List<Atom> all = new ArrayList<>();
    for (List<Atom> some : List.of(atoms, atoms(slot))) {
      for (Atom atom : some) {
        if (dots.add(atom.dot())) {
          all.add(atom);
        }
      }
    }
    return Objects.requireNonNull(of(all), "no atoms");
  }

  private static @Nullable Object of(List<Atom> atoms) {
    if (atoms.isEmpty()) {
      return null;
    }
    if (atoms.size() == 1) {
      return atoms.get(0);
    }
    Atom[] array = atoms.toArray(new Atom[0]);
    Arrays.sort(array, (a, b) -> a.dot().compareTo(b.dot()));
    return array;
  }
}
