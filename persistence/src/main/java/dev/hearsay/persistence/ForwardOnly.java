package dev.hearsay.persistence;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.NoSuchElementException;
import org.iq80.leveldb.DBIterator;

/** Steps back with an iterator that only goes forward. */
final class ForwardOnly {
  private ForwardOnly() {}

  /**
   * The last entry before a key, behind which there is another one.
   *
   * <p>A search over all byte strings for the greatest one that is not above the entry's key: a
   * string is not above it exactly if a seek to it ends before {@code key}. Eight seeks a byte.
   *
   * @throws NoSuchElementException if there is none
   */
  static Map.Entry<byte[], byte[]> before(DBIterator iterator, byte[] key) {
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    if (!isBefore(iterator, found.toByteArray(), key)) {
      throw new NoSuchElementException("no entry before the first");
    }
    while (isBefore(iterator, with(found, 0), key)) {
      int low = 0; // not above
      int high = 0x100; // above, whatever follows
      while (high - low > 1) {
        int middle = (low + high) / 2;
        if (isBefore(iterator, with(found, middle), key)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      found.write(low);
    }
    iterator.seek(found.toByteArray());
    return iterator.peekNext();
  }

  private static byte[] with(ByteArrayOutputStream prefix, int last) {
    byte[] bytes = Arrays.copyOf(prefix.toByteArray(), prefix.size() + 1);
    bytes[prefix.size()] = (byte) last;
    return bytes;
  }

  /** True if there is an entry from {@code from} on, before {@code key}. */
  private static boolean isBefore(DBIterator iterator, byte[] from, byte[] key) {
    iterator.seek(from);
    return iterator.hasNext() && Arrays.compareUnsigned(iterator.peekNext().getKey(), key) < 0;
  }
}
