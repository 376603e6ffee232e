package dev.hearsay.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The parts of one snapshot. Valid during the call that it is given to; not thread-safe.
 *
 * @since 0.1
 */
public interface SnapshotPartsReader {
  /** The parts, in the order in which they were written. */
  List<String> names();

  /**
   * The length of a part.
   *
   * @throws IllegalArgumentException if there is no such part
   */
  long bytes(String name);

  /**
   * A part from its start. Reading it fails with {@link MalformedSnapshotException} where it is
   * damaged, before a damaged byte is handed out.
   *
   * @throws IllegalArgumentException if there is no such part
   */
  InputStream open(String name) throws IOException;
}
