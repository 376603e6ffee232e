package dev.hearsay.crdt;

import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names that begin with any of some prefixes. None kept here begins with another, so the only one
 * that can fit a name is the highest that is not above it: any between a prefix and a name that
 * begins with it would begin with it too.
 */
final class Prefixes {
  private final TreeSet<String> prefixes = new TreeSet<>();

  Prefixes(Collection<String> all) {
    @Nullable String shorter = null;
    for (String prefix : new TreeSet<>(all)) {
      if (shorter == null || !prefix.startsWith(shorter)) {
        prefixes.add(prefix);
        shorter = prefix;
      }
    }
  }

  boolean fit(String name) {
    String prefix = prefixes.floor(name);
    return prefix != null && name.startsWith(prefix);
  }
}
