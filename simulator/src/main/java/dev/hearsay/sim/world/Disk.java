package dev.hearsay.sim.world;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one node, as bytes: a journal and snapshots for each space, and the small files of
 * the data directory. Events that wait are forced together, one force at a time. What is not forced
 * when the process is killed is there in part, or not at all.
 */
public final class Disk {
  /** Snapshots of a space that are kept; its journal is cut at the oldest of them. */
  static final int SNAPSHOTS_KEPT = 3;

  private static final int FORCED = 3;
  private static final int CHECKSUM_BYTES = 4;

  /** A journal that holds something which was not written like this. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  /** What a space is recovered from. */
  record Recovered(@Nullable JournaledState snapshot, List<byte[]> events) {}

  private static final class Journal {
    final NavigableMap<Long, byte[]> records = new TreeMap<>();
    final NavigableMap<Long, SnapshotBytes> snapshots = new TreeMap<>();
    long last;

    Journal copy() {
      Journal copy = new Journal();
      copy.records.putAll(records);
      copy.snapshots.putAll(snapshots);
      copy.last = last;
      return copy;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Write(String space, byte[] record, Runnable done) {}

  private final World world;
  private final int node;
  private final SplittableRandom random;
  private final Map<String, Journal> journals = new TreeMap<>();
  private final List<Write> waiting = new ArrayList<>();
  private List<Write> forcing = List.of();
  private final Layers fullness = new Layers();
  private final Layers slownessNanos = new Layers();
  private int life;

  /** Whether the process is in a force, or has not yet been told of its end. */
  private boolean busy;

  /** The identity file; empty where there is none yet. */
  String nodeId = "";

  /** Every incarnation that this directory has had. */
  final Set<ReplicaId> incarnations = new TreeSet<>();

  /** Spaces of which something was lost. */
  final Set<String> doubts = new TreeSet<>();

  Disk(World world, int node, SplittableRandom random) {
    this.world = world;
    this.node = node;
    this.random = random;
  }

  private Journal journal(String space) {
    return journals.computeIfAbsent(space, name -> new Journal());
  }

  /** What a node of this identity says of itself. All nodes of a world are of one mesh. */
  Message.Hello hello(ReplicaId incarnation, String name) {
    return new Message.Hello(Names.MESH_DEFAULT, nodeId, incarnation.value(), name, List.of());
  }

  /** Spaces that have a journal here. */
  Set<String> spaces() {
    return journals.keySet();
  }

  boolean isFull() {
    return !fullness.isEmpty();
  }

  /** It refuses what is written from now on; run what is returned to end that. */
  public Runnable fill() {
    return fullness.add(1);
  }

  /** A force takes so much longer from now on; run what is returned to end that. */
  public Runnable slow(long nanos) {
    return slownessNanos.add((double) nanos);
  }

  /** How it is now, for people: equal where it is equal. */
  String condition() {
    return (isFull() ? "full, " : "") + "slower by " + slownessNanos.sum();
  }

  /** It is neither full nor slow any more. */
  void heal() {
    fullness.clear();
    slownessNanos.clear();
  }

  /** Writes an event; {@code done} runs when it is forced. */
  void append(String space, byte[] event, Runnable done) {
    waiting.add(new Write(space, framed(event), done));
    if (world.plants(PlantedFault.ACKNOWLEDGES_BEFORE_THE_FSYNC)) {
      int now = life;
      world.after(
          1_000,
          () -> {
            if (now == life) {
              done.run();
            }
          });
    }
    if (!busy) {
      force();
    }
  }

  private void force() {
    busy = true;
    forcing = List.copyOf(waiting);
    waiting.clear();
    int now = life;
    long mean = world.settings().fsyncNanos();
    long nanos = mean / 2 + (mean == 0 ? 0 : random.nextLong(mean)) + (long) slownessNanos.sum();
    world.after(
        nanos,
        () -> {
          if (now == life) {
            forced();
          }
        });
  }

  private void forced() {
    List<Write> written = forcing;
    boolean lies = world.plants(PlantedFault.JOURNALS_NOTHING);
    for (Write write : written) {
      if (!lies) {
        put(write.space(), write.record());
      }
      world.trace().add(world.nowNanos(), FORCED, node, write.record().length, write.record());
    }
    forcing = List.of();
    int now = life;
    // The system has written; the process may be paused, and hears of it later.
    world
        .node(node)
        .whenAwake(
            () -> {
              if (now == life) {
                told(written);
              }
            });
  }

  private void told(List<Write> written) {
    busy = false;
    if (!waiting.isEmpty()) {
      force();
    }
    if (!world.plants(PlantedFault.ACKNOWLEDGES_BEFORE_THE_FSYNC)) {
      written.forEach(write -> write.done().run());
    }
  }

  private void put(String space, byte[] record) {
    Journal journal = journal(space);
    journal.records.put(++journal.last, record);
  }

  /**
   * The process is gone: of what was being forced a beginning may be there, and after it a part of
   * one event.
   */
  void crash(boolean tears) {
    int whole = forcing.isEmpty() ? 0 : random.nextInt(forcing.size() + 1);
    for (int i = 0; i < whole; i++) {
      put(forcing.get(i).space(), forcing.get(i).record());
    }
    if (tears && whole < forcing.size()) {
      byte[] record = forcing.get(whole).record();
      byte[] torn = java.util.Arrays.copyOf(record, random.nextInt(record.length));
      put(forcing.get(whole).space(), torn);
    }
    life++;
    busy = false;
    forcing = List.of();
    waiting.clear();
  }

  /** Saves a snapshot of a space, as of the newest event in its journal. */
  void save(String space, JournaledState state) {
    Journal journal = journal(space);
    long sequence = journal.last;
    SnapshotBytes bytes =
        SnapshotBytes.of(
            state, journal.snapshots.isEmpty() ? null : journal.snapshots.lastEntry().getValue());
    int now = life;
    world.after(
        2 * world.settings().fsyncNanos(),
        () -> {
          if (now == life && !isFull()) {
            journal.snapshots.put(sequence, bytes);
            prune(journal);
          }
        });
  }

  private void prune(Journal journal) {
    while (journal.snapshots.size() > SNAPSHOTS_KEPT) {
      journal.snapshots.pollFirstEntry();
    }
    journal.snapshots.firstEntry().getValue().alone();
    if (world.plants(PlantedFault.CUTS_AT_THE_NEWEST_SNAPSHOT)) {
      journal.records.headMap(journal.snapshots.lastKey(), true).clear();
    } else if (journal.snapshots.size() == SNAPSHOTS_KEPT) {
      journal.records.headMap(journal.snapshots.firstKey(), true).clear();
    }
  }

  /**
   * What is there of a space; a torn end is cut off.
   *
   * @throws DamagedException if something in the middle is not as it was written
   */
  Recovered recover(String space) throws DamagedException {
    Journal journal = journal(space);
    JournaledState snapshot = null;
    long after = 0;
    for (Map.Entry<Long, SnapshotBytes> each : journal.snapshots.descendingMap().entrySet()) {
      if (each.getValue().isWhole()) {
        snapshot = each.getValue().read();
        after = each.getKey();
        break;
      }
    }
    List<byte[]> events = new ArrayList<>();
    List<Long> torn = new ArrayList<>();
    for (Map.Entry<Long, byte[]> each : journal.records.tailMap(after, false).entrySet()) {
      byte[] event = unframed(each.getValue());
      if (event == null) {
        torn.add(each.getKey());
      } else if (!torn.isEmpty()) {
        throw new DamagedException("event " + torn.get(0) + " of '" + space + "' is damaged");
      } else {
        events.add(event);
      }
    }
    torn.forEach(journal.records::remove);
    return new Recovered(snapshot, events);
  }

  /** Leaves out what is damaged, as an operator orders. */
  void repair(String space) {
    journal(space).records.values().removeIf(record -> unframed(record) == null);
  }

  /**
   * What a bit was turned in.
   *
   * @param isEvent whether that is an event of a journal, and not a snapshot
   * @param what for people
   */
  record Damage(boolean isEvent, String what) {}

  /** Whether there is anything in which a bit can be turned. */
  boolean hasEvents() {
    return journals.keySet().stream().anyMatch(this::has);
  }

  /**
   * Turns a bit of an event, or of a snapshot.
   *
   * @throws IllegalStateException if there is nothing to turn one in
   */
  Damage corrupt(SplittableRandom chance) {
    List<String> spaces = journals.keySet().stream().filter(this::has).toList();
    if (spaces.isEmpty()) {
      throw new IllegalStateException("nothing is written on the disk of node " + node);
    }
    String space = spaces.get(chance.nextInt(spaces.size()));
    Journal journal = journal(space);
    // One that is damaged already is enough: the journal goes back to the oldest of three.
    boolean whole = journal.snapshots.values().stream().allMatch(SnapshotBytes::isWhole);
    if (!journal.snapshots.isEmpty() && whole && chance.nextInt(3) == 0) {
      Map.Entry<Long, SnapshotBytes> newest = journal.snapshots.lastEntry();
      journal.snapshots.put(newest.getKey(), newest.getValue().damaged());
      return new Damage(/* isEvent= */ false, "the newest snapshot of " + space);
    }
    List<Long> sequences = List.copyOf(journal.records.keySet());
    long sequence = sequences.get(chance.nextInt(sequences.size()));
    byte[] record = journal.records.get(sequence).clone();
    record[chance.nextInt(record.length)] ^= (byte) (1 << chance.nextInt(8));
    journal.records.put(sequence, record);
    return new Damage(/* isEvent= */ true, "event " + sequence + " of " + space);
  }

  private boolean has(String space) {
    return !journal(space).records.isEmpty();
  }

  /** Whether anything of the space is there. */
  boolean holds(String space) {
    Journal journal = journals.get(space);
    return journal != null && !(journal.records.isEmpty() && journal.snapshots.isEmpty());
  }

  /** Of the space only snapshots are left. */
  void removeEvents(String space) {
    journal(space).records.clear();
  }

  /** Nothing is left of the space. */
  void remove(String space) {
    journals.remove(space);
  }

  /** Nothing is left. */
  void wipe() {
    journals.clear();
    nodeId = "";
    incarnations.clear();
    doubts.clear();
  }

  /** All that is forced, as it is now. */
  Disk image() {
    Disk image = new Disk(world, node, random.split());
    image.become(this);
    return image;
  }

  /** Holds from now on what the image holds. */
  void become(Disk image) {
    journals.clear();
    image.journals.forEach((space, journal) -> journals.put(space, journal.copy()));
    nodeId = image.nodeId;
    incarnations.clear();
    incarnations.addAll(image.incarnations);
    doubts.clear();
    doubts.addAll(image.doubts);
  }

  private static byte[] framed(byte[] event) {
    byte[] record = new byte[event.length + CHECKSUM_BYTES];
    System.arraycopy(event, 0, record, CHECKSUM_BYTES, event.length);
    long checksum = checksum(record);
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      record[i] = (byte) (checksum >>> (8 * i));
    }
    return record;
  }

  private static byte @Nullable [] unframed(byte[] record) {
    if (record.length < CHECKSUM_BYTES) {
      return null;
    }
    long checksum = checksum(record);
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      if (record[i] != (byte) (checksum >>> (8 * i))) {
        return null;
      }
    }
    return java.util.Arrays.copyOfRange(record, CHECKSUM_BYTES, record.length);
  }

  private static long checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record, CHECKSUM_BYTES, record.length - CHECKSUM_BYTES);
    return crc.getValue();
  }
}
