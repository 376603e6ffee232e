package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store over a disk whose power may fail at any write: keeps what was forced, file by file, and
 * hands out directories as they may be found afterwards.
 *
 * <p>What was forced is there. Of what was written since, any blocks of 512 or 4,096 bytes are, in
 * any order; a file may be as long as it was or as it is; names that were not forced may be gone,
 * the newest first, and one that was deleted may be back. LevelDB forces its tables, its manifest
 * and their names before it relies on them: they are taken as they are, and the manifest also as it
 * was.
 */
final class PowerLoss extends ForwardingStore {
  /** Looks at what a write could leave, before it is acknowledged. */
  interface Witness {
    void look(Images images) throws Exception;
  }

  private static final String LEVELDB = LevelDbLogStore.DIRECTORY;

  private final Path directory;
  private final Witness witness;

  /** Of the forces in the background too, as the next three. */
  private final Map<String, byte[]> forced = new ConcurrentHashMap<>();

  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger forcedWrites = new AtomicInteger();
  private final AtomicLong longestForceNanos = new AtomicLong();
  private final Set<String> forcedNames;
  private Map<String, byte[]> before;

  private PowerLoss(Path directory, LogStore store, Set<String> forcedNames, Witness witness)
      throws IOException {
    super(store);
    this.directory = directory;
    this.witness = witness;
    this.forcedNames = forcedNames;
    this.before = files();
    forceLogs(before);
  }

  /**
   * Opens a store over such a disk.
   *
   * @param forcesNames false plants the fault that the names of new files are not forced
   */
  static LogStore open(
      Path directory,
      boolean isNew,
      JournalSettings settings,
      boolean forcesNames,
      Witness witness) {
    Set<String> names = ConcurrentHashMap.newKeySet();
    boolean[] opened = new boolean[1];
    LogStore store =
        LevelDbLogStore.open(
            directory,
            isNew,
            settings,
            path -> {
              if (forcesNames || !opened[0]) {
                names.addAll(names(path));
              }
            });
    opened[0] = true;
    try {
      return new PowerLoss(directory, store, names, witness);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void write(LogBatch batch, boolean sync) throws IOException {
    store.write(batch, sync);
    written.incrementAndGet();
    Map<String, byte[]> now = filesAtRest();
    try {
      witness.look(new Images(now));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    if (sync) {
      String newest = new TreeMap<>(logs(now)).lastKey();
      forced.put(newest, Objects.requireNonNull(now.get(newest)));
    }
    before = now;
  }

  /** What is in the files when it begins is forced when it ends; what comes meanwhile may be. */
  @Override
  public void force() throws IOException {
    int writes = written.get();
    Map<String, byte[]> found = files();
    long start = System.nanoTime();
    store.force();
    longestForceNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
    forceLogs(found);
    forcedWrites.set(writes);
  }

  private void forceLogs(Map<String, byte[]> now) {
    forced.putAll(logs(now));
  }

  private static Map<String, byte[]> logs(Map<String, byte[]> files) {
    Map<String, byte[]> logs = new HashMap<>(files);
    logs.keySet().removeIf(name -> !name.endsWith(".log"));
    return logs;
  }

  private Map<String, byte[]> filesAtRest() throws IOException {
    store.pause();
    try {
      return files();
    } finally {
      store.resume(); // at once: other stores share the thread that is held
    }
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : names(directory.resolve(LEVELDB))) {
      try {
        files.put(name, Files.readAllBytes(directory.resolve(LEVELDB).resolve(name)));
      } catch (NoSuchFileException e) {
        // LevelDB deleted it meanwhile: what was in it is in a table, which is forced.
      }
    }
    return files;
  }

  private static Set<String> names(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      Set<String> names = new HashSet<>();
      files.map(file -> file.getFileName().toString()).forEach(names::add);
      names.removeIf(name -> name.startsWith("LOG") || name.equals("LOCK"));
      return names;
    }
  }

  /** What the disk may hold now, one at a time. */
  final class Images {
    private final Map<String, byte[]> now;
    private final int unforced = written.get() - forcedWrites.get();
    private final Map<String, byte[]> forcedLogs = new HashMap<>(forced);
    private final Set<String> namesForced = new HashSet<>(forcedNames);

    private Images(Map<String, byte[]> now) {
      this.now = now;
    }

    /** Of so many writes, the last ones, no force is known that began after them. */
    int unforced() {
      return unforced;
    }

    /** How long a force took at most. */
    long longestForceNanos() {
      return longestForceNanos.get();
    }

    /** Writes one of them into a new directory. */
    void write(Path image, SplittableRandom random) throws IOException {
      Path to = Files.createDirectories(image.resolve(LEVELDB));
      Files.copy(
          directory.resolve(DirectoryFormat.FILE_NAME), image.resolve(DirectoryFormat.FILE_NAME));
      boolean oldManifest = random.nextInt(3) == 0;
      Set<String> names = new HashSet<>(now.keySet());
      names.addAll(before.keySet());
      names.removeAll(lostNames(names, random));
      for (String name : names) {
        byte[] bytes = content(name, oldManifest, random);
        if (bytes != null) {
          Files.write(to.resolve(name), bytes);
        }
      }
    }

    /** Names come to the disk in the order in which they were made. */
    private List<String> lostNames(Set<String> names, SplittableRandom random) {
      List<String> unforced = new ArrayList<>(names);
      unforced.removeIf(name -> !name.endsWith(".log") || namesForced.contains(name));
      unforced.sort(null); // they are numbered, with as many digits
      return unforced.subList(random.nextInt(unforced.size() + 1), unforced.size());
    }

    private byte @Nullable [] content(String name, boolean oldManifest, SplittableRandom random) {
      byte[] is = now.get(name);
      byte[] was = before.get(name);
      if (is == null && !oldManifest && random.nextBoolean()) {
        return null; // deleted, and that is on the disk
      }
      if (name.endsWith(".log")) {
        return torn(
            forcedLogs.getOrDefault(name, new byte[0]),
            Objects.requireNonNull(is == null ? was : is),
            random);
      }
      if (name.startsWith("MANIFEST") && was != null && is != null && oldManifest) {
        return was;
      }
      return is == null ? was : is;
    }
  }

  /** Any mixture of what was forced and what was written, block by block. */
  private static byte[] torn(byte[] forced, byte[] written, SplittableRandom random) {
    int block = random.nextBoolean() ? 512 : 4096;
    int length =
        switch (random.nextInt(3)) {
          case 0 -> Math.min(forced.length, written.length);
          case 1 -> written.length;
          default -> random.nextInt(Math.min(forced.length, written.length), written.length + 1);
        };
    length = Math.max(length, Math.min(contentEnd(forced), written.length));
    byte[] torn = Arrays.copyOf(forced, length);
    boolean nothing = random.nextInt(4) == 0;
    for (int at = 0; at < length && !nothing; at += block) {
      if (random.nextBoolean()) {
        int end = Math.min(at + block, length);
        System.arraycopy(written, at, torn, at, end - at);
      }
    }
    return torn;
  }

  private static int contentEnd(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }
}
