package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The reference model: every operation ever, and which others each had seen. Knows nothing of dots,
 * atoms or frontiers; slow and obvious. What a field holds is what no operation that saw it undid.
 */
final class FullHistory {
  private final List<Event> events = new ArrayList<>();
  private final List<BitSet> pasts = new ArrayList<>();
  private final List<HybridTime> times = new ArrayList<>();
  private final Map<String, Integer> refused = new TreeMap<>();

  /** An operation; {@code targets} are the log entries that it found to remove. */
  private static final class Event {
    final int change;
    final int index;
    final Op op;
    final HybridTime time;
    final ReplicaId replica;
    final Set<Event> targets;
    final List<Event> undoneBy = new ArrayList<>();

    Event(int change, int index, Op op, HybridTime time, ReplicaId replica, List<Event> targets) {
      this.change = change;
      this.index = index;
      this.op = op;
      this.time = time;
      this.replica = replica;
      this.targets = new HashSet<>(targets);
    }

    boolean stands(BitSet known, int before) {
      return undoneBy.stream().noneMatch(by -> by.index < before && known.get(by.change));
    }
  }

  private static final Comparator<Event> BY_TIME =
      Comparator.<Event, HybridTime>comparing(event -> event.time)
          .thenComparing(event -> event.replica)
          .thenComparingInt(event -> event.index);

  /**
   * Remembers a transaction, without those of its operations that are refused.
   *
   * @param known the changes that its writer had seen
   * @return its number
   */
  int record(BitSet known, ReplicaId replica, HybridTime time, List<Op> ops) {
    int change = pasts.size();
    pasts.add((BitSet) known.clone());
    times.add(time);
    BitSet seen = (BitSet) known.clone();
    seen.set(change);
    for (Op op : ops) {
      if (isOfAnotherType(op, known, seen) || isOutweighed(op, seen)) {
        refused.merge(op.getClass().getSimpleName(), 1, Integer::sum);
        continue;
      }
      Event event = new Event(change, events.size(), op, time, replica, targets(op, seen));
      for (Event earlier : events) {
        if (seen.get(earlier.change) && undoes(event, earlier)) {
          earlier.undoneBy.add(event);
        }
      }
      events.add(event);
    }
    return change;
  }

  int changes() {
    return pasts.size();
  }

  /** A change whose time is not after all that its writer had seen; null if there is none. */
  @Nullable String firstThatIsNotLaterThanItsPast() {
    for (int change = 0; change < pasts.size(); change++) {
      for (int seen : pasts.get(change).stream().toArray()) {
        if (times.get(change).compareTo(times.get(seen)) <= 0) {
          return "change " + change + " at " + times.get(change) + " saw " + times.get(seen);
        }
      }
    }
    return null;
  }

  /**
   * A name has one type: what would give it a second one is refused, unless both were there before
   * the transaction, from two sides of a cut.
   */
  private boolean isOfAnotherType(Op op, BitSet known, BitSet seen) {
    if (!(op instanceof Op.Write write) || isInUse(write.field(), seen)) {
      return false;
    }
    for (FieldType type : FieldType.values()) {
      FieldKey namesake = new FieldKey(write.field().name(), type);
      if (isInUse(namesake, seen) && !(isInUse(write.field(), known) && isInUse(namesake, known))) {
        return true;
      }
    }
    return false;
  }

  private boolean isInUse(FieldKey field, BitSet known) {
    return !standing(field, known, events.size()).isEmpty();
  }

  private boolean isOutweighed(Op op, BitSet seen) {
    return op instanceof Op.Claim claim
        && standing(claim.field(), seen, events.size()).stream()
            .anyMatch(other -> ((Op.Claim) other.op).confidence() > claim.confidence());
  }

  private List<Event> targets(Op op, BitSet seen) {
    if (op instanceof Op.RemoveEntry remove) {
      List<Event> entries = standing(remove.field(), seen, events.size());
      return entries.isEmpty() ? List.of() : List.of(entries.get(remove.index() % entries.size()));
    }
    if (op instanceof Op.KeepLast keep) {
      List<Event> entries = standing(keep.field(), seen, events.size());
      return entries.subList(0, Math.max(0, entries.size() - keep.count()));
    }
    if (op instanceof Op.TrimBefore trim) {
      List<Event> entries = standing(trim.field(), seen, events.size());
      if (!entries.isEmpty()) {
        HybridTime end = entries.get(entries.size() - 1 - trim.index() % entries.size()).time;
        entries.removeIf(entry -> entry.time.compareTo(end) >= 0);
      }
      return entries;
    }
    if (op instanceof Op.RemoveEntries remove) {
      List<Event> entries = standing(remove.field(), seen, events.size());
      int from = remove.from() % Math.max(1, entries.size());
      int to = remove.to() % Math.max(1, entries.size());
      return entries.subList(Math.min(from, to), Math.max(from, to));
    }
    return List.of();
  }

  /** True if the later operation, which saw the earlier one, takes back what that one wrote. */
  private static boolean undoes(Event later, Event earlier) {
    Op by = later.op;
    if (!(earlier.op instanceof Op.Write write) || !by.touches(write.field())) {
      return false;
    }
    if (by instanceof Op.Clear
        || by instanceof Op.Delete
        || by instanceof Op.DeletePrefix
        || by instanceof Op.Reset
        || by instanceof Op.Disable) {
      return true;
    }
    if (write instanceof Op.Add add) {
      return (by instanceof Op.Remove remove && remove.element().equals(add.element()))
          || (by instanceof Op.RemoveRange range && range.contains(add.element()));
    }
    if (write instanceof Op.Put put) {
      return (by instanceof Op.Put other && other.key().equals(put.key()))
          || (by instanceof Op.RemoveKey remove && remove.key().equals(put.key()))
          || (by instanceof Op.RemoveRange range && range.contains(put.key()));
    }
    if (write instanceof Op.Append) {
      return later.targets.contains(earlier);
    }
    return by instanceof Op.Assign || by instanceof Op.Suggest || by instanceof Op.Claim;
  }

  /** What was written in the field and stands, in order of time, once these changes are known. */
  private List<Event> standing(FieldKey field, BitSet known, int before) {
    List<Event> standing = new ArrayList<>();
    for (Event event : events) {
      if (event.index < before
          && known.get(event.change)
          && event.op instanceof Op.Write write
          && write.field().equals(field)
          && event.stands(known, before)) {
        standing.add(event);
      }
    }
    standing.sort(BY_TIME);
    return standing;
  }

  /** What the fields hold once exactly these changes are known; empty fields left out. */
  Map<String, Object> content(BitSet known) {
    return content(known, events.size());
  }

  private Map<String, Object> content(BitSet known, int before) {
    Set<FieldKey> fields = new TreeSet<>();
    for (Event event : events) {
      if (event.op instanceof Op.Write write) {
        fields.add(write.field());
      }
    }
    Map<String, Object> content = new HashMap<>();
    Set<String> names = new HashSet<>();
    Set<String> conflicts = new TreeSet<>();
    for (FieldKey field : fields) {
      List<Event> standing = standing(field, known, before);
      if (!standing.isEmpty()) {
        Object held = held(field.type(), standing);
        if (!held.equals(BigInteger.ZERO)) {
          content.put(field.toString(), held);
        }
        if (!names.add(field.name())) {
          conflicts.add(field.name());
        }
      }
    }
    if (!conflicts.isEmpty()) {
      content.put(Algebra.CONFLICTS, List.copyOf(conflicts));
    }
    return content;
  }

  private static Object held(FieldType type, List<Event> standing) {
    return switch (type) {
      case OR_SET -> {
        Set<String> elements = new HashSet<>();
        standing.forEach(event -> elements.add(((Op.Add) event.op).element()));
        yield elements;
      }
      case PN_COUNTER ->
          standing.stream()
              .map(event -> BigInteger.valueOf(((Op.Increment) event.op).amount()))
              .reduce(BigInteger.ZERO, BigInteger::add);
      case LWW_REGISTER ->
          standing.stream()
              .sorted(BY_TIME.reversed())
              .map(event -> ((Op.Assign) event.op).value())
              .toList();
      case MV_REGISTER ->
          standing.stream()
              .sorted(BY_TIME.reversed())
              .map(event -> ((Op.Suggest) event.op).value())
              .toList();
      case CONFIDENCE_REGISTER ->
          standing.stream()
              .sorted(BY_CONFIDENCE.reversed())
              .map(event -> ((Op.Claim) event.op).value() + " of " + confidence(event))
              .toList();
      case OR_MAP -> {
        Map<String, String> map = new HashMap<>();
        standing.forEach(event -> map.put(((Op.Put) event.op).key(), ((Op.Put) event.op).value()));
        yield map;
      }
      case APPEND_LOG -> standing.stream().map(event -> ((Op.Append) event.op).entry()).toList();
      case FLAG -> true;
    };
  }

  private static double confidence(Event event) {
    return ((Op.Claim) event.op).confidence();
  }

  private static final Comparator<Event> BY_CONFIDENCE =
      Comparator.comparingDouble(FullHistory::confidence).thenComparing(BY_TIME);

  /** Calls with the kind of every operation and whether its writer could see what it did. */
  void forEachEffect(BiConsumer<String, Boolean> action) {
    for (Event event : events) {
      BitSet seen = (BitSet) pasts.get(event.change).clone();
      seen.set(event.change);
      boolean effective = !content(seen, event.index).equals(content(seen, event.index + 1));
      action.accept(event.op.getClass().getSimpleName(), effective);
    }
  }

  /** How many operations of each kind were refused. */
  Map<String, Integer> refused() {
    return refused;
  }
}
