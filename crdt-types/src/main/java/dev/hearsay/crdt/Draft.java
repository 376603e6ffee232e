package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in the making: reads the state it started from and its own writes, and becomes one
 * change. Not thread-safe.
 */
public final class Draft {
  private final SpaceState before;
  private final ReplicaId replica;
  private final HybridTime time;
  private final String author;
  private final Map<FieldKey, FieldDraft> fields = new LinkedHashMap<>();
  private long provisional;
  private boolean ended;

  /**
   * Begins a transaction.
   *
   * @param before the newest state, which holds everything the replica has minted
   * @param replica who mints
   * @param time later than {@code before.latest()}
   * @param author the agent
   */
  public Draft(SpaceState before, ReplicaId replica, HybridTime time, String author) {
    if (time.compareTo(before.latest()) <= 0) {
      throw new IllegalArgumentException(
          "time " + time + " is not after " + before.latest() + ", which the state has seen");
    }
    if (time.compareTo(HybridTime.MAX) > 0) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "the clock shows " + time + ", later than any change may be: set it right");
    }
    this.before = before;
    this.replica = replica;
    this.time = time;
    this.author = author;
    this.provisional = before.head(replica).counter();
  }

  /**
   * Opens a field for reading and writing.
   *
   * @throws RejectedException {@code TYPE_CONFLICT} if the name is in use under another type
   */
  public FieldDraft field(FieldKey key) {
    requireOpen();
    FieldDraft open = fields.get(key);
    if (open != null) {
      return open;
    }
    requireOnlyType(key);
    FieldDraft draft = new FieldDraft(this, before.field(key));
    fields.put(key, draft);
    return draft;
  }

  /** Refuses a field that holds nothing while one of its name holds something. */
  void requireOnlyType(FieldKey key) {
    FieldType other = otherType(key);
    if (other != null && before.field(key).size() == 0) {
      throw new RejectedException(
          RejectedException.Reason.TYPE_CONFLICT,
          "field '" + key.name() + "' is of type " + other.title() + ", not " + key.type().title());
    }
  }

  private @Nullable FieldType otherType(FieldKey key) {
    for (Map.Entry<FieldKey, FieldDraft> open : fields.entrySet()) {
      FieldKey field = open.getKey();
      boolean namesake = field.name().equals(key.name()) && field.type() != key.type();
      if (namesake && open.getValue().size() > 0) {
        return field.type();
      }
    }
    return before.otherTypeOf(key.name(), key.type());
  }

  /** Ends the transaction; every later use is refused. */
  public void end() {
    ended = true;
  }

  public boolean hasEnded() {
    return ended;
  }

  /** True if it does nothing, so that no change is needed. */
  public boolean isEmpty() {
    return fields.values().stream().allMatch(FieldDraft::isEmpty);
  }

  /** The change that does all this; must not be empty. Ends the transaction. */
  public Change toChange() {
    end();
    ReplicaHead head = before.head(replica);
    DotRun dots = new DotRun(head.counter() + 1);
    List<FieldDelta> deltas = new ArrayList<>();
    for (FieldDraft field : fields.values()) {
      if (!field.isEmpty()) {
        deltas.add(field.toDelta(dots));
      }
    }
    if (deltas.isEmpty()) {
      throw new IllegalStateException("a transaction that does nothing is no change");
    }
    return new Change(
        replica, head.counter() + 1, advancesSince(head), time, author, head.hash(), deltas);
  }

  private VersionVector advancesSince(ReplicaHead head) {
    VersionVector frontier = before.frontier();
    VersionVector advances = VersionVector.EMPTY;
    for (int i = 0; i < frontier.size(); i++) {
      ReplicaId other = frontier.replicaAt(i);
      long counter = frontier.counterAt(i);
      if (!other.equals(replica) && !head.past().covers(other, counter)) {
        advances = advances.with(other, counter);
      }
    }
    return advances;
  }

  ReplicaId replica() {
    return replica;
  }

  Atom provisionalAtom(Value payload) {
    return new Atom(replica, ++provisional, time, author, payload);
  }

  void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the transaction has ended");
    }
  }

  /** The change's consecutive dots. */
  static final class DotRun {
    private long next;

    DotRun(long first) {
      next = first;
    }

    long take() {
      return next++;
    }
  }
}
