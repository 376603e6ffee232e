package dev.hearsay.crdt.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What a transaction reads after each of its operations is what its change would leave. */
class TransactionReadsTest {
  private static final int TRIES = 1_000;

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  @Property(tries = TRIES)
  void aTransactionReadsWhatItsChangeLeaves(@ForAll("histories") History history) {
    Playback.of(new ReadingStore(), history);
  }

  /** Mints as the store that ships does, and compares on the way. */
  private static final class ReadingStore extends DottedStore {
    @Override
    public @Nullable EncodedChange mint(
        SpaceState state, ReplicaId replica, HybridTime time, List<Op> ops) {
      for (int count = 1; count <= ops.size(); count++) {
        Draft draft = draft(state, replica, time, ops.subList(0, count));
        Map<FieldKey, Object> reads = reads(draft, state, ops);
        if (!draft.isEmpty()) {
          SpaceState after = state.apply(ChangeFormat.encode(draft.toChange()));
          reads.forEach((field, read) -> assertEquals(read(after.field(field)), read));
        } else {
          reads.forEach((field, read) -> assertEquals(read(state.field(field)), read));
        }
      }
      return super.mint(state, replica, time, ops);
    }

    private static Map<FieldKey, Object> reads(Draft draft, SpaceState state, List<Op> ops) {
      TreeSet<FieldKey> fields = new TreeSet<>(state.fieldKeys());
      for (Op op : ops) {
        if (op instanceof Op.OnField onField) {
          fields.add(onField.field());
        }
      }
      Map<FieldKey, Object> reads = new HashMap<>();
      for (FieldKey key : fields) {
        try {
          FieldDraft field = draft.field(key);
          requireConsistent(field);
          reads.put(key, read(field));
        } catch (RejectedException e) {
          // The name is of another type.
        }
      }
      return reads;
    }

    private static void requireConsistent(FieldDraft field) {
      Map<Key, Integer> keys = new HashMap<>();
      field.forEach((key, atoms) -> keys.put(key, atoms.size()));
      assertEquals(keys.size(), field.size());
      assertEquals(keys.isEmpty(), field.first().isEmpty());
      field.first().ifPresent(first -> assertTrue(keys.containsKey(first.key())));
      keys.forEach((key, atoms) -> assertEquals(atoms, field.atoms(key).size()));
      if (field.field().type() != FieldType.PN_COUNTER) {
        assertEquals(!keys.isEmpty(), field.isInUse());
      }
    }
  }
}
