package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How many rows go into one message. A frontier has an entry for every incarnation that ever wrote,
 * so that a count of rows alone does not bound a message.
 *
 * @param rowsMax most rows
 */
record RowLimits(int rowsMax) {
  /** About as large as a message of rows may become, in bytes; a row more is the most beyond it. */
  static final long BYTES_MAX = 256 << 10;

  /** An upper bound of the row's bytes in a message. */
  static long bytes(Message.Row row) {
    return bytes(row.space(), row.frontier());
  }

  static long bytes(String space, VersionVector frontier) {
    return 3L * space.length() + 18L * frontier.size() + 32;
  }

  boolean hasRoom(int rows, long bytes) {
    return rows < rowsMax && bytes < BYTES_MAX;
  }

  /** Cuts the rows into messages. */
  List<List<Message.Row>> split(List<Message.Row> rows) {
    return parts(rows, RowLimits::bytes);
  }

  /** Cuts rows, of which each has so many bytes, into messages. */
  <R> List<List<R>> parts(List<R> rows, ToLongFunction<R> size) {
    List<List<R>> parts = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (!hasRoom(i - from, bytes)) {
        parts.add(rows.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += size.applyAsLong(rows.get(i));
    }
    if (from < rows.size()) {
      parts.add(rows.subList(from, rows.size()));
    }
    return parts;
  }

  /** Whether a message with these rows was full, so that the sender may have more. */
  boolean isFull(List<Message.Row> rows) {
    return !hasRoom(rows.size(), rows.stream().mapToLong(RowLimits::bytes).sum());
  }
}
