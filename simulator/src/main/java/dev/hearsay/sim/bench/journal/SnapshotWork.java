package dev.hearsay.sim.bench.journal;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** A state, and how a hundredth of it changes before each snapshot. */
enum SnapshotWork {
  BYTES_UNCHANGED("bytes, unchanged") {
    @Override
    State begin(long stateBytes) {
      return new Bytes(stateBytes, bytes -> {});
    }
  },
  BYTES_IN_ONE_PLACE("bytes, 1 % changed in one place") {
    @Override
    State begin(long stateBytes) {
      Random random = new Random(SEED);
      return new Bytes(
          stateBytes,
          bytes -> {
            byte[] change = new byte[bytes.length / 100];
            random.nextBytes(change);
            int at = random.nextInt(bytes.length - change.length);
            System.arraycopy(change, 0, bytes, at, change.length);
          });
    }
  },
  BYTES_SCATTERED("bytes, 1 % changed in records of 100 B all over") {
    @Override
    State begin(long stateBytes) {
      Random random = new Random(SEED);
      return new Bytes(
          stateBytes,
          bytes -> {
            byte[] change = new byte[RECORD_BYTES];
            for (int i = 0; i < bytes.length / RECORD_BYTES / 100; i++) {
              random.nextBytes(change);
              int record = random.nextInt(bytes.length / RECORD_BYTES);
              System.arraycopy(change, 0, bytes, record * RECORD_BYTES, RECORD_BYTES);
            }
          });
    }
  },
  SPACE_SCATTERED("space, 1 % of a set's elements replaced all over") {
    @Override
    State begin(long stateBytes) {
      return new Elements((int) (stateBytes / RECORD_BYTES));
    }
  };

  private static final long SEED = 42;
  private static final int RECORD_BYTES = 100;

  private final String title;

  SnapshotWork(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract State begin(long stateBytes);

  /** A state that changes. */
  interface State {
    void change();

    Object snapshot();

    boolean isSame(Object loaded);
  }

  /** Random bytes, as of any serializer. */
  private static final class Bytes implements State {
    private final byte[] bytes;
    private final Consumer<byte[]> change;

    Bytes(long length, Consumer<byte[]> change) {
      bytes = new byte[Math.toIntExact(length)];
      new Random(SEED + 1).nextBytes(bytes);
      this.change = change;
    }

    @Override
    public void change() {
      change.accept(bytes);
    }

    @Override
    public Object snapshot() {
      return bytes;
    }

    @Override
    public boolean isSame(Object loaded) {
      return loaded instanceof byte[] other && Arrays.equals(bytes, other);
    }
  }

  /** A set of texts of about {@link #RECORD_BYTES}. */
  private static final class Elements implements State {
    private static final FieldKey SET = new FieldKey("findings", FieldType.OR_SET);
    private static final ReplicaId WRITER = new ReplicaId(0x9f1b_22c4_7d05_8e31L);
    private static final int CHANGE_SIZE = 1_000;

    private final Random random = new Random(SEED);
    private final long[] elements;
    private SpaceState state = SpaceState.EMPTY;
    private long next;

    Elements(int size) {
      elements = new long[size];
      for (int from = 0; from < size; from += CHANGE_SIZE) {
        int start = from;
        int end = Math.min(size, from + CHANGE_SIZE);
        write(
            set -> {
              for (int i = start; i < end; i++) {
                add(set, i);
              }
            });
      }
    }

    @Override
    public void change() {
      for (int changed = 0; changed < elements.length / 100; changed += CHANGE_SIZE) {
        int count = Math.min(CHANGE_SIZE, elements.length / 100 - changed);
        write(
            set -> {
              for (int i = 0; i < count; i++) {
                int place = random.nextInt(elements.length);
                OrSet.remove(set, element(elements[place]));
                add(set, place);
              }
            });
      }
    }

    @Override
    public Object snapshot() {
      return state;
    }

    @Override
    public boolean isSame(Object loaded) {
      return loaded instanceof SpaceState other && other.digest().equals(state.digest());
    }

    private void add(FieldDraft set, int place) {
      elements[place] = next++;
      OrSet.add(set, element(elements[place]));
    }

    private void write(Consumer<FieldDraft> action) {
      HybridTime time = HybridTime.ofMillis(state.latest().millis() + 1);
      Draft draft = new Draft(state, WRITER, time, "researcher");
      action.accept(draft.field(SET));
      state = state.apply(ChangeFormat.encode(draft.toChange()));
    }

    /** As long as {@link #RECORD_BYTES} with the bytes that a diff adds. */
    private static Value element(long number) {
      return Value.of(String.format("%-97s", "finding " + number * 0x9e3779b97f4a7c15L));
    }
  }
}
