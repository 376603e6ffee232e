package dev.hearsay.sim.bench.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;

/**
 * LevelDB JNI by itself: one thread, batches of records, each with one fsync. The keys are as the
 * journal's, of one entity after the other: keys that only grow would spare LevelDB all merging.
 */
final class RawLevelDb implements AutoCloseable {
  private static final int KEY_BYTES = 24;
  private static final int WRITE_BUFFER_BYTES = 16 << 20; // as the journal's

  private final DB db;
  private final int entities;
  private long next;

  RawLevelDb(Path directory, int entities) throws IOException {
    this.entities = entities;
    db =
        JniDBFactory.factory.open(
            directory.toFile(),
            new Options()
                .createIfMissing(true)
                .compressionType(CompressionType.NONE)
                .writeBufferSize(WRITE_BUFFER_BYTES));
  }

  /** Writes batches of so many records of so many bytes for a while; records a second. */
  double write(int records, int recordBytes, int millis) throws IOException {
    WriteOptions sync = new WriteOptions().sync(true);
    byte[] value = new byte[Math.max(1, recordBytes - KEY_BYTES)];
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    long written = 0;
    do { // one batch at least, however long the disk takes
      try (WriteBatch batch = db.createWriteBatch()) {
        for (int i = 0; i < records; i++) {
          batch.put(nextKey(), value);
        }
        db.write(batch, sync);
      }
      written += records;
    } while (System.nanoTime() < end);
    return written / ((System.nanoTime() - start) / 1e9);
  }

  private byte[] nextKey() {
    byte[] key =
        ByteBuffer.allocate(KEY_BYTES)
            .putLong(KEY_BYTES - 16, next % entities)
            .putLong(KEY_BYTES - 8, next / entities)
            .array();
    next++;
    return key;
  }

  @Override
  public void close() throws IOException {
    db.close();
  }
}
