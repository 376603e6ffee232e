package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been done in one call so far, before it is known what became of the call. */
public final class Notes {
  /** An operation without its call. */
  private record Note(String kind, String field, String type, @Nullable Value key, Value value) {}

  private final List<Note> notes = new ArrayList<>();

  void add(String kind, FieldName field, Value value) {
    notes.add(new Note(kind, field.name(), field.type(), null, value));
  }

  void addUnder(String kind, FieldName field, Value key, Value value) {
    notes.add(new Note(kind, field.name(), field.type(), key, value));
  }

  /** A field as history files spell it. */
  record FieldName(String name, String type) {}

  /** Whether nothing was done. */
  public boolean isEmpty() {
    return notes.isEmpty();
  }

  /** Forgets everything: the body runs again, or what it did is undone. */
  public void clear() {
    notes.clear();
  }

  /** The operations, as parts of that call. */
  public List<Operation> of(Operation.Call call) {
    List<Operation> operations = new ArrayList<>(notes.size());
    for (Note note : notes) {
      operations.add(new Operation(call, note.kind, note.field, note.type, note.key, note.value));
    }
    return operations;
  }
}
