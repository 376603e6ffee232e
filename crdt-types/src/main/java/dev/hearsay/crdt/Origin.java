package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which replica minted an atom, and for whom: a few pairs that millions of atoms share, though
 * every decoded change and diff brings them anew. They are kept in a fixed table where the last one
 * wins: it may forget, and is never wrong. Thread-safe, because what it holds is immutable: a race
 * loses an entry at most.
 */
final class Origin {
  private static final int SLOTS = 1 << 10;
  private static final @Nullable Origin[] KNOWN = new Origin[SLOTS];

  private final ReplicaId replica;
  private final String author;
  private final byte[] authorUtf8;

  private Origin(ReplicaId replica, String author) {
    this.replica = replica;
    this.author = author;
    authorUtf8 = author.getBytes(StandardCharsets.UTF_8);
  }

  /** The one that stands for all of that replica and author. */
  static Origin of(ReplicaId replica, String author) {
    int hash = 31 * replica.hashCode() + author.hashCode();
    int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
    Origin known = KNOWN[slot];
    if (known != null && known.replica.equals(replica) && known.author.equals(author)) {
      return known;
    }
    Origin origin = new Origin(replica, author);
    KNOWN[slot] = origin;
    return origin;
  }

  ReplicaId replica() {
    return replica;
  }

  String author() {
    return author;
  }

  void writeAuthor(ByteWriter out) {
    out.bytes(authorUtf8);
  }
}
