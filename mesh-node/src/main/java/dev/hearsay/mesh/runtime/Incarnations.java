package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every incarnation that a data directory has had: by this a node knows its own branches again
 * after a restart. File {@code incarnations}: 16 hexadecimal digits a line; a line that a crash cut
 * off is left out. Thread-safe.
 */
final class Incarnations {
  static final String FILE_NAME = "incarnations";

  private static final Logger LOG = LoggerFactory.getLogger(Incarnations.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int DIGITS = 16;

  private final Path file;
  private final Set<ReplicaId> known = ConcurrentHashMap.newKeySet();
  private final Notices notices = new Notices();
  private final Set<ReplicaId> learning = ConcurrentHashMap.newKeySet();
  private final Map<String, ReplicaId> bySpace = new ConcurrentHashMap<>();

  private Incarnations(Path file) {
    this.file = file;
  }

  /**
   * Reads those of earlier starts.
   *
   * @throws HearsayException {@code DATA_DIRECTORY_UNUSABLE}
   */
  static Incarnations read(Path directory) {
    Incarnations incarnations = new Incarnations(directory.resolve(FILE_NAME));
    try {
      if (Files.exists(incarnations.file)) {
        for (String line : Files.readAllLines(incarnations.file, StandardCharsets.ISO_8859_1)) {
          if (line.matches("[0-9a-f]{" + DIGITS + "}")) {
            incarnations.known.add(new ReplicaId(Long.parseUnsignedLong(line, 16)));
          }
        }
      }
    } catch (IOException e) {
      throw new HearsayException(
          ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot read " + incarnations.file + ": " + e, e);
    }
    return incarnations;
  }

  boolean contains(ReplicaId replica) {
    return known.contains(replica);
  }

  /**
   * A peer has known this node as that one. It counts as one of this node's as soon as it is on the
   * disk, so that nothing is begun with it that a restart would not know how to go on with.
   *
   * @param background does the writing: whoever learns of it has no time for that
   */
  void learn(ReplicaId replica, Executor background) {
    if (!known.contains(replica) && learning.add(replica)) {
      warnOf(replica);
      background.execute(
          () -> {
            write(replica);
            known.add(replica);
            learning.remove(replica);
          });
    }
  }

  private void warnOf(ReplicaId replica) {
    if (notices.isDue(Notices.Kind.FORMER, "")) {
      LOG.warn(
          "this node was running as incarnation {}, of which its data directory knows nothing: the"
              + " directory is older than that, as a restored backup is. What peers have of it"
              + " comes back; what no peer had is gone",
          replica);
    }
  }

  /** Draws one under which that space mints from now on. */
  ReplicaId drawFor(String space) {
    ReplicaId replica = draw();
    bySpace.put(space, replica);
    return replica;
  }

  /** The one under which the space mints: the process's, unless it was given another since. */
  ReplicaId of(String space, ReplicaId process) {
    return bySpace.getOrDefault(space, process);
  }

  /** One that nobody has minted under, of no data directory. */
  static ReplicaId random() {
    long drawn;
    do {
      drawn = RANDOM.nextLong();
    } while (drawn == 0);
    return new ReplicaId(drawn);
  }

  /** Draws one that nobody has minted under, and writes it down. */
  ReplicaId draw() {
    ReplicaId replica = random();
    known.add(replica);
    write(replica);
    return replica;
  }

  private synchronized void write(ReplicaId replica) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      String line = (channel.size() == 0 ? "" : "\n") + String.format("%016x", replica.value());
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      // Nothing is lost by it but that a fork of this one would have to wait for an operator.
      LOG.warn("{} cannot be written: {}", file, e.toString());
    }
  }
}
