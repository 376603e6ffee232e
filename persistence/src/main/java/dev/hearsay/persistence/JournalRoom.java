package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * The room that the journals of an actor system need to compact: a snapshot on the same file system
 * must not take it. Thread-safe.
 */
final class JournalRoom implements Extension {
  private static final Id ID = new Id();

  private final Map<EventLog, FileStore> journals = new ConcurrentHashMap<>();

  private JournalRoom() {}

  static JournalRoom get(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  /** Counts a journal from now on. */
  void add(EventLog journal) {
    try {
      journals.put(journal, Files.getFileStore(journal.directory()));
    } catch (IOException e) {
      throw new UnusableDirectoryException(
          journal.directory(), "is on a file system that cannot be told: " + e, e);
    }
  }

  /** Counts it no more; to be called before it is closed. */
  void remove(EventLog journal) {
    journals.remove(journal);
  }

  /**
   * What a probe of the free space of a directory tells, without what the journals on its file
   * system need.
   */
  FreeSpace.Probe besides(Path directory, FreeSpace.Probe probe) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return () -> {
      long needed = 0;
      for (Map.Entry<EventLog, FileStore> journal : journals.entrySet()) {
        if (journal.getValue().equals(store)) {
          needed += journal.getKey().backgroundBytes();
        }
      }
      return probe.usableBytes() - needed;
    };
  }

  private static final class Id extends AbstractExtensionId<JournalRoom> {
    @Override
    public JournalRoom createExtension(ExtendedActorSystem system) {
      return new JournalRoom();
    }
  }
}
