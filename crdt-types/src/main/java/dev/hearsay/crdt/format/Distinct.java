package dev.hearsay.crdt.format;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Whether something comes twice. A few are compared with each other, which is quicker than hashes.
 */
final class Distinct {
  private static final int FEW = 8;

  private Distinct() {}

  static <T> boolean by(Function<T, ?> name, List<T> things) {
    return things.size() <= FEW ? compared(name, things) : hashed(name, things);
  }

  private static <T> boolean compared(Function<T, ?> name, List<T> things) {
    for (int i = 1; i < things.size(); i++) {
      Object one = name.apply(things.get(i));
      for (int j = 0; j < i; j++) {
        if (one.equals(name.apply(things.get(j)))) {
          return false;
        }
      }
    }
    return true;
  }

  private static <T> boolean hashed(Function<T, ?> name, List<T> things) {
    Set<Object> names = new HashSet<>(things.size() * 2);
    for (T thing : things) {
      if (!names.add(name.apply(thing))) {
        return false;
      }
    }
    return true;
  }
}
