package dev.hearsay.persistence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ownership of a directory by one owner in one process. The operating system drops it when the
 * process ends, however it ends.
 *
 * <p>The file {@value #FILE_NAME} tells who holds it: {@code pid=4711 description, on host NAME,
 * started INSTANT}. Thread-safe.
 *
 * @since 0.1
 */
public final class DirectoryLock implements AutoCloseable {
  /** The lock file's name in the directory. */
  public static final String FILE_NAME = "hearsay.lock";

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
  private static final int HOLDER_BYTES_MAX = 1024;

  // POSIX drops a process's locks on a file when *any* of its descriptors for that file is closed,
  // so a second owner in this JVM must be turned away before it opens the file. System properties
  // are the one table that all class loaders of a JVM share.
  private static final String TABLE_PREFIX = "dev.hearsay.lock.";

  // Beyond the text, so that others can read the text where locks are mandatory (Windows).
  private static final long LOCKED_BYTE = 1L << 40;

  private final Path directory;
  private final String tableKey;
  private final FileChannel channel;
  private final AtomicBoolean released = new AtomicBoolean();

  private DirectoryLock(Path directory, String tableKey, FileChannel channel) {
    this.directory = directory;
    this.tableKey = tableKey;
    this.channel = channel;
  }

  /**
   * Takes ownership of {@code directory}, which is created if it does not exist.
   *
   * @throws DirectoryInUseException if another owner has it, in this process or another one
   * @throws UnusableDirectoryException if it is not a directory, or not writable
   */
  public static DirectoryLock acquire(Path directory) {
    return acquire(directory, "");
  }

  /**
   * Takes ownership of {@code directory}, which is created if it does not exist.
   *
   * @param description who holds it, one line, for the message that a second owner gets
   * @throws DirectoryInUseException if another owner has it, in this process or another one
   * @throws UnusableDirectoryException if it is not a directory, or not writable
   */
  public static DirectoryLock acquire(Path directory, String description) {
    Path real = create(directory);
    long pid = ProcessHandle.current().pid();
    String key = TABLE_PREFIX + real;
    Object earlier = System.getProperties().putIfAbsent(key, description);
    if (earlier != null) {
      throw new DirectoryInUseException(directory, pid, "this process: " + earlier);
    }
    boolean held = false;
    FileChannel channel = null;
    try {
      channel = open(real.resolve(FILE_NAME), directory);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw inUse(directory, channel);
      }
      writeHolder(channel, "pid=" + pid + " " + description.replace('\n', ' ') + whereAndSince());
      held = true;
      return new DirectoryLock(real, key, channel);
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be locked: " + e.getMessage(), e);
    } finally {
      if (!held) {
        System.getProperties().remove(key);
        close(channel);
      }
    }
  }

  /**
   * Passes if nobody has the directory, which exists; changes nothing in it.
   *
   * @throws DirectoryInUseException if another owner has it, in this process or another one
   */
  static void requireFree(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    if (!Files.isWritable(file)) {
      return; // nobody had it yet; or it is not ours to write, as will be said
    }
    try {
      String key = TABLE_PREFIX + directory.toRealPath();
      String earlier = System.getProperty(key);
      if (earlier != null) {
        throw new DirectoryInUseException(
            directory, ProcessHandle.current().pid(), "this process: " + earlier);
      }
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        if (tryLock(channel) == null) {
          throw inUse(directory, channel);
        }
      }
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be locked: " + e.getMessage(), e);
    }
  }

  /** The directory held. */
  public Path directory() {
    return directory;
  }

  /** Gives the directory up. Calling it again has no effect. */
  @Override
  public void close() {
    if (!released.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.close(); // releases the lock as well
    } catch (IOException e) {
      throw new UncheckedIOException("closing the lock of " + directory, e);
    } finally {
      System.getProperties().remove(tableKey);
    }
  }

  private static Path create(Path directory) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new UnusableDirectoryException(directory, "is not a directory");
    }
    try {
      Files.createDirectories(directory);
      Path real = directory.toRealPath();
      if (!Files.isWritable(real)) {
        throw new UnusableDirectoryException(directory, "is not writable");
      }
      return real;
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be created: " + e, e);
    }
  }

  private static FileChannel open(Path file, Path directory) throws IOException {
    try {
      return FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (AccessDeniedException e) {
      throw new UnusableDirectoryException(directory, "is not writable", e);
    }
  }

  private static String whereAndSince() {
    String started =
        ProcessHandle.current().info().startInstant().map(at -> ", started " + at).orElse("");
    return ", on host " + hostName() + started;
  }

  /** As the system calls itself; a name service may be slow to tell, or absent. */
  private static String hostName() {
    Path file = Path.of("/proc/sys/kernel/hostname");
    try {
      if (Files.isReadable(file)) {
        return Files.readString(file).strip();
      }
    } catch (IOException e) {
      LOG.debug("{} is not to be read", file, e);
    }
    return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "unknown");
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // held in this JVM by someone who does not use the table
    }
  }

  private static DirectoryInUseException inUse(Path directory, FileChannel channel)
      throws IOException {
    ByteBuffer text = ByteBuffer.allocate(HOLDER_BYTES_MAX);
    while (text.hasRemaining() && channel.read(text, text.position()) > 0) {}
    String holder = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    int end = holder.indexOf(' ');
    String first = end < 0 ? holder : holder.substring(0, end);
    String rest = end < 0 ? "" : holder.substring(end + 1).strip();
    return first.matches("pid=[0-9]{1,18}")
        ? new DirectoryInUseException(directory, Long.parseLong(first.substring(4)), rest)
        : new DirectoryInUseException(directory, 0, holder);
  }

  private static void writeHolder(FileChannel channel, String holder) throws IOException {
    ByteBuffer text = StandardCharsets.UTF_8.encode(holder);
    text.limit(Math.min(text.limit(), HOLDER_BYTES_MAX));
    channel.truncate(0);
    while (text.hasRemaining()) {
      channel.write(text, text.position());
    }
  }

  private static void close(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
