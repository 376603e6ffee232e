package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether the files of a journal's store are all there, as long as they should be. LevelDB notices
 * too, but only after it has written to the directory, or later.
 */
final class StoreFiles {
  private StoreFiles() {}

  /**
   * Passes if the directory is new, or its store looks whole. Reads only.
   *
   * @throws DirectoryInUseException if somebody has the directory
   * @throws UnusableDirectoryException if a file is missing, cut off, or damaged before its end
   */
  static void check(Path directory) {
    if (!Files.exists(directory.resolve(DirectoryFormat.FILE_NAME))) {
      return;
    }
    DirectoryLock.requireFree(directory);
    Path store = directory.resolve(LevelDbLogStore.DIRECTORY);
    if (!Files.isDirectory(store)) {
      throw damaged(directory, "the store (" + LevelDbLogStore.DIRECTORY + ") is missing", null);
    }
    try {
      for (LevelDbManifest.Table table : LevelDbManifest.read(store).tables()) {
        Path file = LevelDbManifest.file(store, table);
        if (!Files.exists(file)) {
          throw damaged(directory, "table " + file.getFileName() + " is missing", null);
        }
        if (Files.size(file) != table.bytes() && !PortTables.isOne(file, table)) {
          throw damaged(
              directory,
              "table "
                  + file.getFileName()
                  + " has "
                  + Files.size(file)
                  + " bytes and should have "
                  + table.bytes(),
              null);
        }
      }
      TornTail.find(store);
    } catch (LevelDbBlock.MalformedException e) {
      throw damaged(directory, e.getMessage(), e);
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be read: " + e, e);
    }
  }

  private static UnusableDirectoryException damaged(
      Path directory, String problem, @Nullable Throwable cause) {
    return new UnusableDirectoryException(
        directory,
        "is damaged: "
            + problem
            + "; restore it from a copy, or see what is left with ./hearsay journal "
            + directory
            + " verify",
        cause);
  }
}
