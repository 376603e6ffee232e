package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldState;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.SpaceChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A step of a publication in the words of the API. */
public final class SeenChange {
  private SeenChange() {}

  /**
   * The step as a watcher sees it.
   *
   * @param before the state that it led away from
   */
  public static SpaceChange of(String space, SpaceState before, Publication.Step step) {
    if (step.part() instanceof SpaceEvent.Applied applied) {
      Change change = applied.change().change();
      return new SpaceChange(
          space,
          change.author(),
          change.time().toInstant(),
          step.local(),
          // Which fields a prefix had, the change does not say.
          change.prefixes().isEmpty() ? names(change) : names(changedFields(before, step.after())),
          contested(change, step.after()),
          new StateSnapshot(step.after()));
    }
    return between(space, before, step.after());
  }

  /** What led from one state to another, as a state transfer does. */
  public static SpaceChange between(String space, SpaceState before, SpaceState after) {
    List<FieldKey> fields = changedFields(before, after);
    return new SpaceChange(
        space,
        /* author= */ "",
        after.latest().toInstant(),
        /* local= */ false,
        fields.stream().map(FieldKey::name).distinct().toList(),
        contested(fields, before, after),
        new StateSnapshot(after));
  }

  /** Also those that only lost something: the diff does not name them. */
  private static List<FieldKey> changedFields(SpaceState before, SpaceState after) {
    Set<FieldKey> keys = new TreeSet<>(before.fieldKeys());
    keys.addAll(after.fieldKeys());
    // What did not change is shared.
    return keys.stream().filter(key -> before.field(key) != after.field(key)).toList();
  }

  private static List<String> contested(Change change, SpaceState after) {
    List<String> contested = List.of();
    for (FieldDelta delta : change.fields()) {
      if (showsOneOfMany(delta.field().type()) && isContested(delta, after)) {
        contested = contested.isEmpty() ? new ArrayList<>() : contested;
        contested.add(delta.field().name());
      }
    }
    return contested;
  }

  private static boolean isContested(FieldDelta delta, SpaceState after) {
    FieldState field = after.field(delta.field());
    for (Entry entry : delta.entries()) {
      if (entry.puts() && field.atomCount(entry.key()) > 1) {
        return true;
      }
    }
    return false;
  }

  private static List<String> contested(
      Collection<FieldKey> changed, SpaceState before, SpaceState after) {
    Set<String> contested = new TreeSet<>();
    for (FieldKey key : changed) {
      if (showsOneOfMany(key.type())) {
        FieldState had = before.field(key);
        after
            .field(key)
            .forEach(
                (place, atoms) -> {
                  if (atoms.size() > 1 && !had.atoms(place).equals(atoms)) {
                    contested.add(key.name());
                  }
                });
      }
    }
    return List.copyOf(contested);
  }

  /** True of types whose concurrent writes can differ, so that what is shown is a choice. */
  private static boolean showsOneOfMany(FieldType type) {
    return switch (type) {
      case LWW_REGISTER, MV_REGISTER, CONFIDENCE_REGISTER, OR_MAP -> true;
      case OR_SET, PN_COUNTER, APPEND_LOG, FLAG -> false;
    };
  }

  private static List<String> names(Change change) {
    // Nearly always one, of which there may be a hundred thousand to tell.
    if (change.fields().size() == 1) {
      String name = change.fields().get(0).field().name();
      return OperationIds.isOne(name) ? List.of() : List.of(name);
    }
    return names(change.fields().stream().map(FieldDelta::field).toList());
  }

  private static List<String> names(List<FieldKey> fields) {
    return fields.stream()
        .map(FieldKey::name)
        .filter(name -> !OperationIds.isOne(name))
        .distinct()
        .toList();
  }
}
