package dev.hearsay.mesh.runtime.control;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as one of its control systems sees it.
 *
 * @param self the control system that looks, or null if there is none
 * @param members everyone who is joining or up, whether reachable or not: address → reachable;
 *     empty while {@code self} is in no cluster
 * @param leader whether {@code self} leads those it can reach
 */
record ClusterView(
    @Nullable ControlAddress self, NavigableMap<ControlAddress, Boolean> members, boolean leader) {

  static final ClusterView NONE = new ClusterView(null, new TreeMap<>(), false);

  ClusterView {
    members = Collections.unmodifiableNavigableMap(new TreeMap<>(members));
  }

  boolean isMember() {
    return self != null && members.containsKey(self);
  }
}
