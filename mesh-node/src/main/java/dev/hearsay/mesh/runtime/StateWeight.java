package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.FieldState;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.util.List;

/**
 * About how many bytes of heap a state takes: the right order of magnitude, for the choice of what
 * leaves the memory. Walks through all of it.
 */
final class StateWeight {
  /** Of an atom with its place in the map, without key and payload. */
  private static final long ATOM_BYTES = 100;

  private static final long FIELD_BYTES = 300;

  /** Actors, collections and the tail's structure of a space in memory, whatever it holds. */
  static final long SPACE_BYTES = 12_000;

  private StateWeight() {}

  static long bytes(SpaceState state) {
    long bytes = SPACE_BYTES;
    for (FieldState field : state.fields()) {
      long[] sum = {FIELD_BYTES};
      field.forEach((key, atoms) -> sum[0] += bytes(key, atoms));
      bytes += sum[0];
    }
    return bytes;
  }

  private static long bytes(Key key, List<Atom> atoms) {
    long bytes = key instanceof Value value ? bytes(value) : 40;
    for (Atom atom : atoms) {
      bytes += ATOM_BYTES + bytes(atom.payload());
    }
    return bytes;
  }

  private static long bytes(Value value) {
    if (value instanceof Value.Text text) {
      return 56L + text.value().length();
    } else if (value instanceof Value.Bytes bytes) {
      return 40L + bytes.toByteArray().length;
    } else if (value instanceof Value.Sequence sequence) {
      long sum = 40;
      for (Value each : sequence.values()) {
        sum += 8 + bytes(each);
      }
      return sum;
    } else if (value instanceof Value.Mapping mapping) {
      long sum = 64;
      for (var entry : mapping.entries().entrySet()) {
        sum += 100 + entry.getKey().length() + bytes(entry.getValue());
      }
      return sum;
    }
    return 16;
  }
}
