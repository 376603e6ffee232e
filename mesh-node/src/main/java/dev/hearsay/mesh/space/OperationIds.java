package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Names;
import java.util.List;
import java.util.Optional;

/**
 * Ids of writes, kept in the space they write to, each as an atom of the change it names: whoever
 * has the change has the id, and nobody has one without the other.
 *
 * <p>The ids stand in a ring of fields, of which the oldest is emptied, by one range drop, when the
 * newest is full. Under an id stands the name of its change: the atom's own dot, which is the
 * change's last.
 *
 * <pre>
 * hearsay/operations    LwwRegister  the number of the newest field ever begun
 * hearsay/operations/n  OrMap        id → true; n is the number modulo 8
 * </pre>
 */
public final class OperationIds {
  /** How many ids a space remembers at least, if nobody is cut off while it writes. */
  public static final int REMEMBERED_MIN = 57_344;

  private static final int FIELDS = 8;
  private static final int IDS_PER_FIELD = REMEMBERED_MIN / (FIELDS - 1);
  private static final String NAME = Names.RESERVED_PREFIX + "operations";
  private static final FieldKey NEWEST = new FieldKey(NAME, FieldType.LWW_REGISTER);

  private OperationIds() {}

  /** Whether the field of that name holds ids: it is nobody's business but Hearsay's. */
  public static boolean isOne(String field) {
    return field.startsWith(NAME);
  }

  /** The first change under the id, if the draft's state has it. */
  public static Optional<VersionVector> find(Draft draft, String id) {
    VersionVector found = VersionVector.EMPTY;
    for (int n = 0; n < FIELDS; n++) {
      List<Atom> atoms = draft.before(field(n)).atoms(new Value.Text(id));
      for (Atom atom : atoms) {
        // More than one if two nodes wrote it while they were cut off from each other.
        found = found.with(atom.replica(), atom.counter());
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /** Puts the id to what the draft does so far; nothing may be added after it. */
  public static void add(Draft draft, String id) {
    add(draft, id, IDS_PER_FIELD);
  }

  static void add(Draft draft, String id, int idsPerField) {
    FieldDraft register = draft.field(NEWEST);
    long newest = LwwRegister.get(register).map(value -> ((Value.Int) value).value()).orElse(0L);
    FieldDraft field = draft.field(field(newest));
    if (field.size() >= idsPerField) {
      newest++;
      LwwRegister.set(register, Value.of(newest));
      field = draft.field(field(newest));
      field.clear();
    }
    // The last field to be opened takes the last dot, and with it the name of the change.
    OrMap.put(field, id, Value.of(true));
  }

  private static FieldKey field(long number) {
    return new FieldKey(NAME + "/" + Math.floorMod(number, (long) FIELDS), FieldType.OR_MAP);
  }
}
