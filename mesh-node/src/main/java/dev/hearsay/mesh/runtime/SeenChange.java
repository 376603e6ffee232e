package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StateSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A step of a publication in the words of the API. */
final class SeenChange {
  private SeenChange() {}

  /**
   * The step as a watcher sees it.
   *
   * @param before the state that it led away from
   */
  static SpaceChange of(String space, SpaceState before, Publication.Step step) {
    if (step.part() instanceof SpaceEvent.Applied applied) {
      var change = applied.change().change();
      return seen(
          space,
          change.author(),
          change.time().toInstant(),
          change.fields().stream().map(FieldDelta::field).map(field -> field.name()).toList(),
          step);
    }
    return seen(
        space,
        /* author= */ "",
        step.after().latest().toInstant(),
        changedFields(before, step.after()),
        step);
  }

  /** Also those that only lost something: the diff does not name them. */
  private static List<String> changedFields(SpaceState before, SpaceState after) {
    Set<FieldKey> keys = new TreeSet<>(before.fieldKeys());
    keys.addAll(after.fieldKeys());
    // What did not change is shared.
    return keys.stream()
        .filter(key -> before.field(key) != after.field(key))
        .map(FieldKey::name)
        .toList();
  }

  private static SpaceChange seen(
      String space, String author, Instant time, List<String> fields, Publication.Step step) {
    return new SpaceChange(
        space,
        author,
        time,
        step.local(),
        fields.stream().distinct().toList(),
        new StateSnapshot(step.after()));
  }
}
