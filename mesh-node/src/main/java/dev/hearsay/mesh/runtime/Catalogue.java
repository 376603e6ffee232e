package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.VersionedPlacement;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The book of spaces: a space of its own, held by every node and journaled, because it must survive
 * a restart of the whole mesh. A map from a space's name to what is settled about it. Of an entry
 * that two nodes wrote at the same time, all placements that were put count, not the last one.
 */
final class Catalogue {
  /** The catalogue's own name as a space. */
  static final String SPACE = Names.RESERVED_PREFIX + "catalogue";

  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

  private static final FieldKey SPACES =
      new FieldKey(Names.RESERVED_PREFIX + "spaces", FieldType.OR_MAP);
  private static final String PLACEMENT = "placement";
  private static final String DELETED = "deleted";

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

  /** The durable placements of all spaces, but for those that a newer version has written. */
  Map<String, VersionedPlacement> placements() {
    SpaceState state = cell.root().state();
    return placements(state, spacesIn(state));
  }

  /** As {@link #placements()}, of those that a publication of the catalogue speaks of. */
  static Map<String, VersionedPlacement> placements(Publication publication) {
    return placements(publication.state(), spokenOf(publication));
  }

  /**
   * The spaces that a publication of the catalogue speaks of: all of them where it brings a state,
   * else those that its changes name, so that the work is that of the change and not of the book.
   */
  static Set<String> spokenOf(Publication publication) {
    Set<String> names = new LinkedHashSet<>();
    for (Publication.Step step : publication.steps()) {
      if (step.part() instanceof SpaceEvent.Applied applied) {
        for (FieldDelta delta : applied.change().change().fields()) {
          if (delta.field().equals(SPACES)) {
            delta.entries().stream()
                .filter(Entry::puts)
                .forEach(entry -> names.add(((Value.Text) entry.key()).value()));
          }
        }
      } else if (step.part().isSeen()) {
        return spacesIn(publication.state());
      }
    }
    return names;
  }

  private static Map<String, VersionedPlacement> placements(
      SpaceState state, Collection<String> spaces) {
    FieldView entries = state.field(SPACES);
    Map<String, VersionedPlacement> placements = new TreeMap<>();
    for (String space : spaces) {
      VersionedPlacement placement = placementIn(entries, space);
      if (placement != null) {
        placements.put(space, placement);
      } else {
        LOG.error(
            "the placement of space '{}' was written by a newer version: the space is not touched"
                + " here; start this version on no more nodes",
            space);
      }
    }
    return placements;
  }

  /**
   * The durable placement; empty if the space has no entry.
   *
   * @throws HearsayException {@link ErrorCode#SPACE_NOT_HELD} if it was written by a newer version
   */
  Optional<VersionedPlacement> placement(String space) {
    if (!contains(space)) {
      return Optional.empty();
    }
    VersionedPlacement placement = placementIn(cell.root().state().field(SPACES), space);
    if (placement == null) {
      throw new HearsayException(
          ErrorCode.SPACE_NOT_HELD,
          "the placement of space '" + space + "' was written by a newer version of Hearsay");
    }
    return Optional.of(placement);
  }

  /** Null if it is not one that this version reads. */
  private static @Nullable VersionedPlacement placementIn(FieldView entries, String space) {
    VersionedPlacement joined = VersionedPlacement.UNSAID;
    for (Atom put : OrMap.siblings(entries, space)) {
      try {
        if (!(put.payload() instanceof Value.Mapping entry)) {
          return null;
        }
        Value placement = entry.entries().get(PLACEMENT);
        if (placement != null) {
          joined = joined.join(VersionedPlacement.ofValue(placement));
        }
      } catch (RejectedException e) {
        return null;
      }
    }
    return joined;
  }

  /** Whether the space was deleted, and by all that is known not opened since. */
  boolean isDeleted(String space) {
    return isDeletedIn(cell.root().state().field(SPACES), space);
  }

  private static boolean isDeletedIn(FieldView entries, String space) {
    List<Atom> puts = OrMap.siblings(entries, space);
    return !puts.isEmpty()
        && puts.stream()
            .allMatch(
                put ->
                    put.payload() instanceof Value.Mapping entry
                        && entry.entries().containsKey(DELETED));
  }

  /** Notes that the space was deleted, or is in use again; returns when that is durable. */
  void delete(String space, boolean deleted) {
    writes.await(
        draft -> {
          FieldView entries = draft.field(SPACES);
          VersionedPlacement placement = placementIn(entries, space);
          if (placement != null && isDeletedIn(entries, space) != deleted) {
            Map<String, Value> entry = latest(entries, space);
            // Of concurrent puts all count, and this one takes their place.
            entry.put(PLACEMENT, placement.toValue());
            entry.remove(DELETED);
            if (deleted) {
              entry.put(DELETED, Value.of(true));
            }
            OrMap.put(draft.field(SPACES), space, Value.of(entry));
          }
        });
  }

  private static Map<String, Value> latest(FieldView entries, String space) {
    Map<String, Value> entry = new HashMap<>();
    OrMap.get(entries, space)
        .filter(Value.Mapping.class::isInstance)
        .ifPresent(value -> entry.putAll(((Value.Mapping) value).entries()));
    return entry;
  }

  /**
   * Enters the space, unless it has an entry; returns when that is durable.
   *
   * @param wanted where it may live; null if nobody said
   * @param with what is entered with it, in the same change
   */
  void enter(String space, @Nullable Placement wanted, Consumer<Draft> with) {
    if (isDeleted(space)) {
      delete(space, /* deleted= */ false);
    } else if (!contains(space)) {
      VersionedPlacement placement =
          wanted == null ? VersionedPlacement.UNSAID : VersionedPlacement.UNSAID.next(wanted);
      writes.await(
          draft -> {
            if (OrMap.get(draft.field(SPACES), space).isEmpty()) {
              OrMap.put(
                  draft.field(SPACES), space, Value.of(Map.of(PLACEMENT, placement.toValue())));
              with.accept(draft);
            }
          });
    }
  }

  /** Moves a space that has an entry; returns when that is durable. */
  void place(String space, Placement placement) {
    writes.await(
        draft -> {
          FieldView entries = draft.field(SPACES);
          VersionedPlacement now = placementIn(entries, space);
          if (now == null) {
            throw new HearsayException(
                ErrorCode.SPACE_NOT_HELD,
                "the placement of space '" + space + "' was written by a newer version of Hearsay");
          }
          if (now.placement().equals(placement) && OrMap.siblings(entries, space).size() == 1) {
            return;
          }
          Map<String, Value> entry = latest(entries, space);
          entry.put(PLACEMENT, now.next(placement).toValue());
          OrMap.put(draft.field(SPACES), space, Value.of(entry));
        });
  }
}
