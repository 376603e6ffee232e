package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a LevelDB directory holds, read from its files without LevelDB, which would write to them:
 * only so can a directory be looked at that must not change, or that LevelDB does not open any
 * more. Damage is told, and what is whole around it is read. Logs are held in memory.
 */
final class LevelDbView {
  private static final byte DELETION = 0;
  private static final byte VALUE = 1;
  private static final int BATCH_HEADER_BYTES = 12;
  static final String CUT_SHORT =
      "a write was cut short at the end of the file (a torn tail, which was never acknowledged)";

  /** Is told of each damage: where, what, and between which keys something may be missing. */
  interface Damages {
    void damage(String file, long offset, String problem, byte[] first, byte[] last);
  }

  /** Gets the entries in the order of their keys. */
  interface Entries {
    void entry(byte[] key, byte[] value, String file, long offset) throws IOException;
  }

  /** Versions of entries in the order of their keys, of one key the newest first. */
  interface Versions extends AutoCloseable {
    @Nullable Version next() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** An entry as it was at some time; a deletion has no value. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Version(byte[] key, long sequence, byte @Nullable [] value, String file, long offset) {
    static final Comparator<Version> ORDER =
        ((Comparator<Version>) (a, b) -> Arrays.compareUnsigned(a.key, b.key))
            .thenComparing(Comparator.comparingLong(Version::sequence).reversed());

    static Version of(byte[] internalKey, byte[] value, String file, long offset) {
      long trailer =
          ByteBuffer.wrap(internalKey)
              .order(ByteOrder.LITTLE_ENDIAN)
              .getLong(internalKey.length - LevelDbManifest.INTERNAL_BYTES);
      boolean deleted = (byte) trailer == DELETION;
      return new Version(userKey(internalKey), trailer >>> 8, deleted ? null : value, file, offset);
    }
  }

  private static final byte[] START = {};
  private static final byte[] END = {(byte) 0xFF};

  private final Path directory;
  private final LevelDbManifest manifest;
  private final Damages damages;
  private final NavigableMap<byte[], Version> logged = new TreeMap<>(Arrays::compareUnsigned);

  private LevelDbView(Path directory, LevelDbManifest manifest, Damages damages) {
    this.directory = directory;
    this.manifest = manifest;
    this.damages = damages;
  }

  /** Reads the manifest and the logs of a directory that nobody has open. */
  static LevelDbView open(Path directory, Damages damages) throws IOException {
    LevelDbManifest manifest;
    try {
      manifest = LevelDbManifest.read(directory);
    } catch (LevelDbBlock.MalformedException e) {
      damages.damage(
          "CURRENT", 0, e.getMessage() + "; reading every table and log that is there", START, END);
      manifest = LevelDbManifest.guess(directory);
    }
    if (manifest.tornAt() >= 0) {
      damages.damage(manifest.file(), manifest.tornAt(), CUT_SHORT, START, START);
    }
    LevelDbView view = new LevelDbView(directory, manifest, damages);
    for (Path log : TornTail.logs(directory)) {
      if (manifest.isLive(log)) {
        view.readLog(log);
      }
    }
    return view;
  }

  /** The first key, as the manifest and the logs have it; null if there is none. */
  byte @Nullable [] firstKey() {
    byte[] first = logged.isEmpty() ? null : logged.firstKey();
    for (LevelDbManifest.Table table : manifest.tables()) {
      byte[] smallest = userKey(table.smallest());
      if (first == null || Arrays.compareUnsigned(smallest, first) < 0) {
        first = smallest;
      }
    }
    return first;
  }

  private void readLog(Path log) throws IOException {
    String name = log.getFileName().toString();
    LevelDbLogFile.Scan scan =
        LevelDbLogFile.scan(log, (offset, batch) -> readBatch(batch, name, offset));
    if (!scan.isWhole()) {
      damages.damage(
          name,
          scan.damagedAt(),
          scan.hasTornTail()
              ? CUT_SHORT
              : "a record is not whole, and "
                  + scan.recordsAfter()
                  + " that are follow it: an acknowledged write is lost",
          START,
          END);
    }
  }

  private void readBatch(byte[] batch, String name, long offset) {
    ByteBuffer in = ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (in.remaining() < BATCH_HEADER_BYTES) {
        throw new LevelDbBlock.MalformedException("a batch is cut off");
      }
      long sequence = in.getLong();
      int count = in.getInt();
      for (int i = 0; i < count; i++) {
        byte type = in.hasRemaining() ? in.get() : -1;
        if (type != VALUE && type != DELETION) {
          throw new LevelDbBlock.MalformedException("a batch has an entry of an unknown type");
        }
        byte[] key = LevelDbBlock.bytes(in, LevelDbBlock.varint(in));
        byte[] value = type == VALUE ? LevelDbBlock.bytes(in, LevelDbBlock.varint(in)) : null;
        Version version = new Version(key, sequence + i, value, name, offset);
        logged.merge(key, version, (a, b) -> a.sequence() > b.sequence() ? a : b);
      }
    } catch (LevelDbBlock.MalformedException e) {
      damages.damage(name, offset, e.getMessage(), START, END);
    }
  }

  /** Hands out the entries from {@code from} on that come before {@code to}. */
  void scan(byte[] from, byte[] to, Entries receiver) throws IOException {
    List<Versions> sources = sources(from);
    try {
      PriorityQueue<Source> queue = new PriorityQueue<>();
      for (Versions versions : sources) {
        push(queue, versions, from);
      }
      byte[] last = null;
      for (Source next = queue.poll(); next != null; next = queue.poll()) {
        Version version = next.head();
        if (Arrays.compareUnsigned(version.key(), to) >= 0) {
          return;
        }
        byte[] value = version.value();
        if (last == null || !Arrays.equals(last, version.key())) {
          last = version.key();
          if (value != null) {
            receiver.entry(version.key(), value, version.file(), version.offset());
          }
        }
        push(queue, next.versions(), from);
      }
    } finally {
      for (Versions versions : sources) {
        versions.close();
      }
    }
  }

  private record Source(Version head, Versions versions) implements Comparable<Source> {
    @Override
    public int compareTo(Source other) {
      return Version.ORDER.compare(head, other.head);
    }
  }

  private static void push(PriorityQueue<Source> queue, Versions versions, byte[] from)
      throws IOException {
    Version head = versions.next();
    while (head != null && Arrays.compareUnsigned(head.key(), from) < 0) {
      head = versions.next();
    }
    if (head != null) {
      queue.add(new Source(head, versions));
    }
  }

  private List<Versions> sources(byte[] from) {
    List<Versions> sources = new ArrayList<>();
    sources.add(new Logged(logged.tailMap(from, true).values().iterator()));
    TreeMap<Integer, Deque<LevelDbManifest.Table>> levels = new TreeMap<>();
    for (LevelDbManifest.Table table : manifest.tables()) {
      if (table.level() == 0) {
        sources.add(new Run(new ArrayDeque<>(List.of(table)), from)); // these overlap
      } else if (Arrays.compareUnsigned(userKey(table.largest()), from) >= 0) {
        levels.computeIfAbsent(table.level(), level -> new ArrayDeque<>()).add(table);
      }
    }
    levels.values().forEach(tables -> sources.add(new Run(tables, from)));
    return sources;
  }

  private record Logged(Iterator<Version> versions) implements Versions {
    @Override
    public @Nullable Version next() {
      return versions.hasNext() ? versions.next() : null;
    }

    @Override
    public void close() {}
  }

  /** Tables that follow each other; one is open at a time. */
  private final class Run implements Versions {
    private final Deque<LevelDbManifest.Table> tables;
    private final byte[] from;
    private @Nullable LevelDbTable open;

    Run(Deque<LevelDbManifest.Table> tables, byte[] from) {
      this.tables = tables;
      this.from = from;
    }

    @Override
    public @Nullable Version next() throws IOException {
      while (true) {
        LevelDbTable table = open;
        if (table != null) {
          Version version = table.next();
          if (version != null) {
            return version;
          }
          close();
        }
        LevelDbManifest.Table following = tables.poll();
        if (following == null) {
          return null;
        }
        open = openTable(following, from);
      }
    }

    @Override
    public void close() throws IOException {
      LevelDbTable table = open;
      open = null;
      if (table != null) {
        table.close();
      }
    }
  }

  private @Nullable LevelDbTable openTable(LevelDbManifest.Table table, byte[] from)
      throws IOException {
    byte[] first = userKey(table.smallest());
    byte[] last = userKey(table.largest());
    Path file = LevelDbManifest.file(directory, table);
    String name = file.getFileName().toString();
    if (!Files.exists(file)) {
      damages.damage(name, 0, "the table is missing", first, last);
      return null;
    }
    try {
      if (Files.size(file) != table.bytes()) {
        throw new LevelDbBlock.MalformedException(
            "the table has " + Files.size(file) + " bytes and should have " + table.bytes());
      }
      return LevelDbTable.open(file, from, damages);
    } catch (LevelDbBlock.MalformedException e) {
      damages.damage(name, 0, e.getMessage(), first, last);
      return null;
    }
  }

  static byte[] userKey(byte[] internalKey) {
    return Arrays.copyOf(internalKey, internalKey.length - LevelDbManifest.INTERNAL_BYTES);
  }

  static int compareInternal(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(
        a,
        0,
        a.length - LevelDbManifest.INTERNAL_BYTES,
        b,
        0,
        b.length - LevelDbManifest.INTERNAL_BYTES);
  }
}
