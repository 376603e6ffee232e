package dev.hearsay.persistence;

import java.nio.file.Path;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.DBFactory;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The build of LevelDB that serves a directory: LevelDB JNI, or the port in Java where that does
 * not load. Both read and write the same files.
 *
 * @param factory opens directories
 * @param isNative false for the port, whose iterators cannot step back and which compacts no range
 *     on request
 */
record LevelDbBuild(DBFactory factory, boolean isNative) {
  private static final Logger LOG = LoggerFactory.getLogger(LevelDbBuild.class);
  private static final String MAPPED_LOG_PROPERTY = "leveldb.mmap";

  /**
   * Takes LevelDB JNI if it is wanted and loads, else the port, and warns of it.
   *
   * @throws UnusableDirectoryException if LevelDB JNI is required and does not load
   */
  static LevelDbBuild choose(Path directory, NativeMode mode) {
    if (mode == NativeMode.OFF) {
      return port(directory, "hearsay.journal.native = off");
    }
    try {
      NativeLibrary.load(directory);
      MappedWrites.waitForRoom();
      return new LevelDbBuild(JniDBFactory.factory, true);
    } catch (UnusableDirectoryException e) {
      if (mode == NativeMode.REQUIRE) {
        throw e;
      }
      return port(directory, e.getMessage());
    }
  }

  private static synchronized LevelDbBuild port(Path directory, String reason) {
    LOG.warn(
        "JOURNAL {} RUNS ON LEVELDB'S PORT IN JAVA, NOT ON LEVELDB JNI: it is slower, and a disk that"
            + " fills up can stop its writer until the process is started again. The reason: {}",
        directory,
        reason);
    String before = System.getProperty(MAPPED_LOG_PROPERTY);
    try {
      // A mapped log brings back what a full disk does to LevelDB JNI, and JDK 17 cannot unmap it.
      System.setProperty(MAPPED_LOG_PROPERTY, "false");
      return new LevelDbBuild(Iq80DBFactory.factory, false);
    } finally {
      if (before == null) {
        System.clearProperty(MAPPED_LOG_PROPERTY);
      } else {
        System.setProperty(MAPPED_LOG_PROPERTY, before);
      }
    }
  }
}
