package dev.hearsay.crdt.format;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.CounterSet;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.value.ByteWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a diff says of each atom, in the order of their dots, whatever fields they are in. Each atom
 * is looked at in the order it comes in, which is that of memory, and never again: going through a
 * million of them by dot would wait for memory several times each.
 */
final class DotOrder {
  /** Of a short text, so that the entries of a large diff need not be copied often. */
  private static final int ENTRY_BYTES = 26;

  /** Writes key and payload of an atom. */
  interface EntryWriter {
    void write(ByteWriter out, FieldKey field, KeyedAtom keyed);
  }

  private final SortedMap<ReplicaId, Group> groups = new TreeMap<>();
  private final ByteWriter entries;
  private final int[] entryStarts;
  private final int[] entryEnds;
  private final int[] fields;
  private final int[] authors;
  private final long[] times;
  private final List<String> authorNames = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if a dot is there twice
   */
  DotOrder(List<FieldAtoms> unordered, EntryWriter writer) {
    int size = collectCounters(unordered);
    entries = new ByteWriter((int) Math.min(1 << 29, (long) ENTRY_BYTES * size));
    entryStarts = new int[size];
    entryEnds = new int[size];
    fields = new int[size];
    authors = new int[size];
    times = new long[size];
    place(unordered, writer);
  }

  private int collectCounters(List<FieldAtoms> unordered) {
    Group group = new Group();
    ReplicaId replica = null;
    for (FieldAtoms field : unordered) {
      for (KeyedAtom keyed : field.atoms()) {
        Atom atom = keyed.atom();
        if (!atom.replica().equals(replica)) {
          replica = atom.replica();
          group = groups.computeIfAbsent(replica, r -> new Group());
        }
        group.add(atom.counter());
      }
    }
    int size = 0;
    for (Group each : groups.values()) {
      each.sort(size);
      size += each.size;
    }
    return size;
  }

  private void place(List<FieldAtoms> unordered, EntryWriter writer) {
    Map<String, Integer> authorIndexes = new HashMap<>();
    String author = null;
    int authorIndex = 0;
    Group group = new Group();
    ReplicaId replica = null;
    for (int field = 0; field < unordered.size(); field++) {
      FieldKey key = unordered.get(field).field();
      for (KeyedAtom keyed : unordered.get(field).atoms()) {
        Atom atom = keyed.atom();
        if (!atom.replica().equals(replica)) {
          replica = atom.replica();
          group = groups.getOrDefault(replica, group);
        }
        if (!atom.author().equals(author)) {
          author = atom.author();
          authorIndex = authorIndexes.computeIfAbsent(author, this::addAuthor);
        }
        int at = group.indexOf(atom.counter());
        fields[at] = field;
        authors[at] = authorIndex;
        times[at] = atom.time().packed();
        entryStarts[at] = entries.size();
        writer.write(entries, key, keyed);
        entryEnds[at] = entries.size();
      }
    }
  }

  private int addAuthor(String author) {
    authorNames.add(author);
    return authorNames.size() - 1;
  }

  int size() {
    return fields.length;
  }

  /** The counters of that replica's atoms. */
  CounterSet counters(ReplicaId replica) {
    Group group = groups.get(replica);
    return group == null ? CounterSet.EMPTY : group.toSet();
  }

  /** Of each atom, its field's index in the list. */
  int[] fields() {
    return fields;
  }

  /** Of each atom, its author's index in {@link #authorNames}. */
  int[] authors() {
    return authors;
  }

  List<String> authorNames() {
    return authorNames;
  }

  /** The time of each atom as a step from the one before of the same replica. */
  long[] timeSteps() {
    long[] steps = new long[times.length];
    for (Group group : groups.values()) {
      TimeSteps times = new TimeSteps();
      for (int at = group.start; at < group.start + group.size; at++) {
        steps[at] = times.stepTo(new HybridTime(this.times[at]));
      }
    }
    return steps;
  }

  int entryBytes() {
    return entries.size();
  }

  void writeEntries(ByteWriter out) {
    for (int at = 0; at < entryStarts.length; at++) {
      out.raw(entries, entryStarts[at], entryEnds[at] - entryStarts[at]);
    }
  }

  /** The counters of one replica's atoms, and where in the order they begin. */
  private static final class Group {
    private long[] counters = new long[16];
    private int size;
    private int start;

    void add(long counter) {
      if (size == counters.length) {
        counters = Arrays.copyOf(counters, size * 2);
      }
      counters[size++] = counter;
    }

    void sort(int from) {
      start = from;
      Arrays.sort(counters, 0, size);
      for (int i = 1; i < size; i++) {
        if (counters[i] == counters[i - 1]) {
          throw new IllegalArgumentException("a dot twice in one diff");
        }
      }
    }

    int indexOf(long counter) {
      // Counters without gaps, as of a state that nothing was removed from, need no search.
      long guess = counter - counters[0];
      boolean right = guess < size && counters[(int) guess] == counter;
      return start + (right ? (int) guess : Arrays.binarySearch(counters, 0, size, counter));
    }

    CounterSet toSet() {
      CounterSet.Builder set = new CounterSet.Builder();
      for (int i = 0; i < size; i++) {
        set.add(counters[i]);
      }
      return set.build();
    }
  }
}
