package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Names;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The book of spaces: a space of its own, held by every node and journaled, because it must survive
 * a restart of the whole mesh. A map from a space's name to what is settled about it.
 */
final class Catalogue {
  /** The catalogue's own name as a space. */
  static final String SPACE = Names.RESERVED_PREFIX + "catalogue";

  private static final FieldKey SPACES =
      new FieldKey(Names.RESERVED_PREFIX + "spaces", FieldType.OR_MAP);

  private final SpaceCell cell;
  private final Writes writes;

  Catalogue(SpaceCell cell, Writes writes) {
    this.cell = cell;
    this.writes = writes;
  }

  SortedSet<String> spaces() {
    return spacesIn(cell.root().state());
  }

  static SortedSet<String> spacesIn(SpaceState state) {
    SortedSet<String> names = new TreeSet<>();
    OrMap.forEach(state.field(SPACES), (name, entry) -> names.add(name));
    return names;
  }

  boolean contains(String space) {
    return OrMap.get(cell.root().state().field(SPACES), space).isPresent();
  }

  /**
   * Enters the space, held everywhere; returns when the entry is durable.
   *
   * @param with what is entered with it, in the same change
   */
  void enter(String space, Consumer<Draft> with) {
    if (!contains(space)) {
      Value entry = Value.of(Map.of("placement", Value.of("everywhere")));
      writes.await(
          draft -> {
            if (OrMap.get(draft.field(SPACES), space).isEmpty()) {
              OrMap.put(draft.field(SPACES), space, entry);
              with.accept(draft);
            }
          });
    }
  }
}
