package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A placement and how often it was changed. Forms a lattice, so that whatever concurrent puts the
 * catalogue shows, every node reads the same from them: the higher version wins, and at equal
 * versions both count.
 *
 * <p>In the catalogue it is the text {@code everywhere}, for version 0, or a map: {@code version}
 * and {@code conditions}, a list of maps with the lists {@code roles} and {@code nodes}.
 *
 * @param version 0 for a space that was opened without saying where
 */
public record VersionedPlacement(long version, Placement placement) {
  /** Of a space that was opened without saying where. */
  public static final VersionedPlacement UNSAID = new VersionedPlacement(0, Placement.everywhere());

  private static final Value EVERYWHERE = Value.of("everywhere");
  private static final String VERSION = "version";
  private static final String CONDITIONS = "conditions";
  private static final String ROLES = "roles";
  private static final String NODES = "nodes";

  public VersionedPlacement {
    if (version < 0 || (version == 0 && !placement.isEverywhere())) {
      throw new IllegalArgumentException("version " + version + " of a placement " + placement);
    }
  }

  /** The one that counts where both are known. */
  public VersionedPlacement join(VersionedPlacement other) {
    if (version != other.version) {
      return version > other.version ? this : other;
    }
    // The same object for the many spaces that live everywhere.
    return equals(other) ? this : new VersionedPlacement(version, placement.and(other.placement));
  }

  /** The change of this one to another. */
  public VersionedPlacement next(Placement changed) {
    return new VersionedPlacement(Math.addExact(version, 1), changed);
  }

  public Value toValue() {
    if (version == 0) {
      return EVERYWHERE;
    }
    List<Value> conditions = new ArrayList<>();
    for (Placement.Condition condition : placement.conditions()) {
      conditions.add(
          Value.of(Map.of(ROLES, texts(condition.roles()), NODES, texts(condition.nodes()))));
    }
    return Value.of(Map.of(VERSION, Value.of(version), CONDITIONS, Value.of(conditions)));
  }

  private static Value texts(SortedSet<String> names) {
    return Value.of(names.stream().map(Value::of).toList());
  }

  /**
   * Reads what {@link #toValue} made.
   *
   * @throws RejectedException {@code MALFORMED} if it is anything else, as from a newer version:
   *     then nobody here knows where the space may live
   */
  public static VersionedPlacement ofValue(Value value) {
    if (value.equals(EVERYWHERE)) {
      return UNSAID;
    }
    try {
      if (value instanceof Value.Mapping map
          && map.entries().keySet().equals(Set.of(VERSION, CONDITIONS))
          && map.entries().get(VERSION) instanceof Value.Int version
          && version.value() > 0
          && map.entries().get(CONDITIONS) instanceof Value.Sequence conditions) {
        return new VersionedPlacement(
            version.value(),
            Placement.of(conditions.values().stream().map(VersionedPlacement::condition).toList()));
      }
    } catch (HearsayException e) {
      throw new RejectedException(RejectedException.Reason.MALFORMED, e.getMessage(), e);
    }
    throw RejectedException.malformed("not a placement: " + value);
  }

  private static Placement.Condition condition(Value value) {
    if (value instanceof Value.Mapping map
        && map.entries().keySet().equals(Set.of(ROLES, NODES))
        && map.entries().get(ROLES) instanceof Value.Sequence roles
        && map.entries().get(NODES) instanceof Value.Sequence nodes) {
      return new Placement.Condition(names(roles), names(nodes));
    }
    throw RejectedException.malformed("not a condition of a placement: " + value);
  }

  private static SortedSet<String> names(Value.Sequence values) {
    SortedSet<String> names = new TreeSet<>();
    for (Value value : values.values()) {
      if (!(value instanceof Value.Text text)) {
        throw RejectedException.malformed("not a name in a placement: " + value);
      }
      names.add(text.value());
    }
    return names;
  }
}
