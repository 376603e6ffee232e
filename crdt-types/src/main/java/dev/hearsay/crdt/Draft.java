package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final List<String> prefixes = new ArrayList<>();
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

  /** The state that the transaction began with. */
  public SpaceState before() {
    return before;
  }

  /** The field as the transaction found it; reading it so opens nothing. */
  public FieldState before(FieldKey key) {
    return before.field(key);
  }

  /** The fields in use, those of this transaction included, in no particular order. */
  public Set<FieldKey> fieldKeys() {
    requireOpen();
    Set<FieldKey> keys = new LinkedHashSet<>(before.fieldKeys());
    keys.removeIf(key -> !before.field(key).isInUse());
    fields.forEach(
        (key, field) -> {
          if (field.isInUse()) {
            keys.add(key);
          } else {
            keys.remove(key);
          }
        });
    return keys;
  }

  /**
   * Deletes what was seen under the name, of every type: fields are cleared, counters reset. What
   * others write there at the same time stays.
   *
   * @return false if there is nothing
   */
  public boolean delete(String name) {
    requireOpen();
    boolean any = false;
    for (FieldType type : FieldType.values()) {
      FieldKey key = new FieldKey(name, type);
      if (fields.containsKey(key) || before.field(key).size() > 0) {
        FieldDraft field = fields.computeIfAbsent(key, k -> new FieldDraft(this, before.field(k)));
        any |= type == FieldType.PN_COUNTER ? PnCounter.reset(field) : field.clear();
      }
    }
    return any;
  }

  /**
   * Deletes what was seen in all fields whose names begin so, as {@link #delete} does; the change
   * names the prefix and not the fields, counters aside.
   *
   * @param prefix empty for all fields
   * @return false if there is nothing
   */
  public boolean deletePrefix(String prefix) {
    requireOpen();
    FieldKey.requirePrefix(prefix);
    Set<FieldKey> keys = new LinkedHashSet<>(before.fieldKeys());
    keys.addAll(fields.keySet());
    keys.removeIf(key -> !key.name().startsWith(prefix));
    boolean any = false;
    boolean named = false;
    for (FieldKey key : keys) {
      FieldState seen = before.field(key);
      FieldDraft field = fields.computeIfAbsent(key, k -> new FieldDraft(this, seen));
      if (key.type() == FieldType.PN_COUNTER) {
        any |= PnCounter.reset(field);
      } else {
        any |= field.size() > 0;
        named |= seen.size() > 0;
        field.deleteByPrefix();
      }
    }
    if (named && prefixes.stream().noneMatch(prefix::startsWith)) {
      prefixes.removeIf(longer -> longer.startsWith(prefix));
      prefixes.add(prefix);
    }
    return any;
  }

  /**
   * Refuses a field that holds nothing while one of its name holds something, unless the state held
   * both, from two sides of a cut.
   */
  void requireOnlyType(FieldKey key) {
    if (isInUse(key)) {
      return;
    }
    boolean was = before.field(key).isInUse();
    for (FieldType type : FieldType.values()) {
      FieldKey namesake = new FieldKey(key.name(), type);
      if (isInUse(namesake) && !(was && before.field(namesake).isInUse())) {
        throw new RejectedException(
            RejectedException.Reason.TYPE_CONFLICT,
            "field '"
                + key.name()
                + "' is of type "
                + type.title()
                + ", not "
                + key.type().title());
      }
    }
  }

  private boolean isInUse(FieldKey key) {
    FieldDraft open = fields.get(key);
    return open == null ? before.field(key).isInUse() : open.isInUse();
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
    return prefixes.isEmpty() && fields.values().stream().allMatch(FieldDraft::isEmpty);
  }

  /**
   * The change that does all this; must not be empty. Ends the transaction.
   *
   * @throws RejectedException {@code OVERFLOW} if the replica has no dots left for it
   */
  public Change toChange() {
    end();
    ReplicaHead head = before.head(replica);
    DotRun dots = new DotRun(replica, head.counter());
    List<FieldDelta> deltas = new ArrayList<>();
    for (FieldDraft field : fields.values()) {
      if (!field.isEmpty()) {
        deltas.add(field.toDelta(dots));
      }
    }
    if (deltas.isEmpty() && prefixes.isEmpty()) {
      throw new IllegalStateException("a transaction that does nothing is no change");
    }
    return new Change(
        replica, dots.first(), advancesSince(head), time, author, head.hash(), prefixes, deltas);
  }

  private VersionVector advancesSince(ReplicaHead head) {
    return head.past().beyond(before.frontier(), replica);
  }

  /** Who mints. */
  public ReplicaId replica() {
    return replica;
  }

  /** The time of the change. */
  public HybridTime time() {
    return time;
  }

  Atom provisionalAtom(Value payload) {
    return Atom.of(replica, ++provisional, time, author, payload);
  }

  void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the transaction has ended");
    }
  }

  /** The change's consecutive dots. */
  static final class DotRun {
    private final ReplicaId replica;
    private final long before;
    private long last;

    DotRun(ReplicaId replica, long before) {
      this.replica = replica;
      this.before = before;
      last = before;
    }

    long take() {
      last = after(last);
      return last;
    }

    /** The counter of the first, taken or not. */
    long first() {
      return after(before);
    }

    private long after(long counter) {
      if (counter == Long.MAX_VALUE) {
        throw new RejectedException(
            RejectedException.Reason.OVERFLOW,
            "replica " + replica + " has used up its dots: write as another");
      }
      return counter + 1;
    }
  }
}
