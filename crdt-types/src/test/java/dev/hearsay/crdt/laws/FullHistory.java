package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
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
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The reference model: every operation ever, and which others each had seen. Knows nothing of dots,
 * atoms or frontiers; slow and obvious. What a field holds is what no operation that saw it undid.
 */
final class FullHistory {
  private final List<Event> events = new ArrayList<>();
  private final List<BitSet> pasts = new ArrayList<>();

  /** An operation; {@code target} is the entry that a {@link Op.RemoveEntry} found. */
  private record Event(
      int change, int index, Op op, HybridTime time, ReplicaId replica, @Nullable Event target) {}

  /**
   * Remembers a transaction.
   *
   * @param known the changes that its writer had seen
   * @return its number
   */
  int record(BitSet known, ReplicaId replica, HybridTime time, List<Op> ops) {
    int change = pasts.size();
    pasts.add((BitSet) known.clone());
    BitSet seen = (BitSet) known.clone();
    seen.set(change);
    for (Op op : ops) {
      Event target = op instanceof Op.RemoveEntry remove ? entry(remove, seen) : null;
      events.add(new Event(change, events.size(), op, time, replica, target));
    }
    return change;
  }

  int changes() {
    return pasts.size();
  }

  private @Nullable Event entry(Op.RemoveEntry remove, BitSet known) {
    List<Event> entries = entries(remove.field(), known);
    return entries.isEmpty() ? null : entries.get(remove.index() % entries.size());
  }

  private boolean saw(Event later, Event earlier) {
    return later.change == earlier.change
        ? earlier.index < later.index
        : pasts.get(later.change).get(earlier.change);
  }

  /** What the fields hold, by name, once exactly these changes are known; empty fields left out. */
  Map<String, Object> content(BitSet known) {
    Map<String, Object> content = new HashMap<>();
    Set<FieldKey> fields = new TreeSet<>();
    events.forEach(event -> fields.add(event.op.field()));
    for (FieldKey field : fields) {
      Object held = held(field, known);
      if (held != null) {
        content.put(field.name(), held);
      }
    }
    return content;
  }

  private @Nullable Object held(FieldKey field, BitSet known) {
    return switch (field.type()) {
      case OR_SET -> elements(field, known);
      case PN_COUNTER -> count(field, known);
      case LWW_REGISTER -> siblings(field, known);
      case OR_MAP -> map(field, known);
      case MV_REGISTER, CONFIDENCE_REGISTER, FLAG -> throw new AssertionError(field);
      case APPEND_LOG -> log(field, known);
    };
  }

  /** An add stands unless a remove of the element, or a clear, saw it. */
  private @Nullable Set<String> elements(FieldKey field, BitSet known) {
    Set<String> elements = new HashSet<>();
    for (Event event : of(field, known)) {
      if (event.op instanceof Op.Add add
          && !undone(
              event,
              known,
              op -> op instanceof Op.Remove remove && remove.element().equals(add.element()))) {
        elements.add(add.element());
      }
    }
    return elements.isEmpty() ? null : elements;
  }

  /** An increment counts unless a reset saw it. */
  private @Nullable BigInteger count(FieldKey field, BitSet known) {
    BigInteger sum = BigInteger.ZERO;
    for (Event event : of(field, known)) {
      if (event.op instanceof Op.Increment increment
          && !undone(event, known, Op.Reset.class::isInstance)) {
        sum = sum.add(BigInteger.valueOf(increment.amount()));
      }
    }
    return sum.signum() == 0 ? null : sum;
  }

  /** A write stands unless another write, or a clear, saw it. The latest comes first. */
  private @Nullable List<String> siblings(FieldKey field, BitSet known) {
    List<Event> writes = new ArrayList<>();
    for (Event event : of(field, known)) {
      if (event.op instanceof Op.Assign && !undone(event, known, Op.Assign.class::isInstance)) {
        writes.add(event);
      }
    }
    writes.sort(BY_TIME.reversed());
    return writes.isEmpty() ? null : writes.stream().map(e -> ((Op.Assign) e.op).value()).toList();
  }

  /**
   * A put stands unless another put or a remove of the key, or a clear, saw it; the latest shows.
   */
  private @Nullable Map<String, String> map(FieldKey field, BitSet known) {
    List<Event> puts = new ArrayList<>();
    for (Event event : of(field, known)) {
      if (event.op instanceof Op.Put put
          && !undone(
              event,
              known,
              op ->
                  (op instanceof Op.Put other && other.key().equals(put.key()))
                      || (op instanceof Op.RemoveKey remove && remove.key().equals(put.key())))) {
        puts.add(event);
      }
    }
    puts.sort(BY_TIME);
    Map<String, String> map = new HashMap<>();
    puts.forEach(event -> map.put(((Op.Put) event.op).key(), ((Op.Put) event.op).value()));
    return map.isEmpty() ? null : map;
  }

  private @Nullable List<String> log(FieldKey field, BitSet known) {
    List<Event> entries = entries(field, known);
    return entries.isEmpty()
        ? null
        : entries.stream().map(event -> ((Op.Append) event.op).entry()).toList();
  }

  /** An entry stands unless its removal, or a clear, saw it. */
  private List<Event> entries(FieldKey field, BitSet known) {
    List<Event> entries = new ArrayList<>();
    for (Event event : of(field, known)) {
      if (event.op instanceof Op.Append
          && !undone(event, known, Op.Clear.class::isInstance)
          && of(field, known).stream().noneMatch(other -> event.equals(other.target))) {
        entries.add(event);
      }
    }
    entries.sort(BY_TIME);
    return entries;
  }

  private static final Comparator<Event> BY_TIME =
      Comparator.comparing(Event::time)
          .thenComparing(Event::replica)
          .thenComparingInt(Event::index);

  private boolean undone(Event event, BitSet known, Predicate<Op> undoes) {
    for (Event other : of(event.op.field(), known)) {
      if ((other.op instanceof Op.Clear || undoes.test(other.op)) && saw(other, event)) {
        return true;
      }
    }
    return false;
  }

  private List<Event> of(FieldKey field, BitSet known) {
    List<Event> found = new ArrayList<>();
    for (Event event : events) {
      if (known.get(event.change) && event.op.field().equals(field)) {
        found.add(event);
      }
    }
    return found;
  }
}
