package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A disk on which the process ends, or one operation fails, before the n-th operation, and which
 * then loses what a power loss may take: bytes that were not forced, and the last of the changes to
 * each directory since it was forced.
 */
final class CrashingDisk implements SnapshotDisk {
  /** The process is gone: no code of it may make anything of this. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("the process ended here");
    }
  }

  private interface Undo {
    void run() throws IOException;
  }

  private final Path graveyard;
  private final int stopAt;
  private final boolean onlyFails;
  private final boolean forgetsEntities;
  private final Map<Path, Long> unforcedFrom = new HashMap<>();
  private final Map<Path, List<Undo>> unforced = new HashMap<>();
  private int operations;
  private boolean stopped;

  /**
   * @param graveyard an empty directory beside, for what is deleted and not forced
   * @param stopAt the operation that is not done, counted from 0
   * @param onlyFails whether it alone fails, with an exception, and the process goes on
   * @param forgetsEntities a fault: changes to the directory of an entity are never durable
   */
  CrashingDisk(Path graveyard, int stopAt, boolean onlyFails, boolean forgetsEntities) {
    this.graveyard = graveyard;
    this.stopAt = stopAt;
    this.onlyFails = onlyFails;
    this.forgetsEntities = forgetsEntities;
  }

  boolean isStopped() {
    return stopped;
  }

  @Override
  public Output create(Path file) throws IOException {
    step();
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    unforcedFrom.put(file, 0L);
    changed(file, () -> Files.deleteIfExists(file));
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        try {
          step();
        } catch (IOException | Crash e) {
          bytes.limit(bytes.position() + bytes.remaining() / 2);
          channel.write(bytes); // as much as had been written by then
          throw e;
        }
        channel.write(bytes);
      }

      @Override
      public void force() throws IOException {
        step();
        unforcedFrom.put(file, channel.size());
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    step();
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      changed(directory, () -> deleteAll(directory));
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    step();
    FILES.move(from, to);
    rename(from, to);
    changed(
        to,
        () -> {
          FILES.move(to, from);
          rename(to, from);
        });
  }

  @Override
  public void delete(Path file) throws IOException {
    step();
    if (Files.exists(file)) {
      Path grave = graveyard.resolve(Integer.toString(operations));
      FILES.move(file, grave);
      changed(file, () -> FILES.move(grave, file));
    }
  }

  @Override
  public void force(Path directory) throws IOException {
    step();
    if (!(forgetsEntities && directory.getParent().endsWith("entities"))) {
      unforced.remove(directory);
    }
  }

  /** What is on the disk after the power came back; each directory keeps some of its changes. */
  void losePower(Random random) throws IOException {
    for (List<Undo> changes : unforced.values()) {
      int kept = random.nextInt(changes.size() + 1);
      for (int i = changes.size() - 1; i >= kept; i--) {
        changes.get(i).run();
      }
    }
    for (Map.Entry<Path, Long> file : unforcedFrom.entrySet()) {
      if (Files.exists(file.getKey())) {
        loseBytes(file.getKey(), file.getValue(), random);
      }
    }
  }

  private static void loseBytes(Path file, long forced, Random random) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long unforcedBytes = channel.size() - forced;
      if (unforcedBytes > 0) {
        channel.truncate(channel.size() - (long) (random.nextDouble() * unforcedBytes));
        long left = channel.size() - forced;
        if (left > 0) {
          long at = forced + (long) (random.nextDouble() * left);
          channel.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}), at);
        }
      }
    }
  }

  private void rename(Path from, Path to) {
    Long forced = unforcedFrom.remove(from);
    if (forced != null) {
      unforcedFrom.put(to, forced);
    }
  }

  private void changed(Path file, Undo undo) {
    unforced.computeIfAbsent(file.getParent(), directory -> new ArrayList<>()).add(undo);
  }

  private void step() throws IOException {
    if (stopped && !onlyFails) {
      throw new Crash();
    }
    if (operations++ == stopAt) {
      stopped = true;
      if (onlyFails) {
        throw new IOException("operation " + stopAt + " fails");
      }
      throw new Crash();
    }
  }

  static void deleteAll(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.sorted(java.util.Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
