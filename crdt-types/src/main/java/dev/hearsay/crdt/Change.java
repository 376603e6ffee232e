package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Unicode;
import java.util.List;

/**
 * One atomic transaction on a space. Takes a run of consecutive dots, one for each atom it puts in
 * the order of its entries, and at least one; the last names it.
 *
 * @param replica who minted it
 * @param first counter of its first dot
 * @param advances the entries of its dependencies that are higher than those of the same replica's
 *     previous change; never the replica itself, whose dependency is {@code first - 1}
 * @param time later than everything its author had seen
 * @param author the agent that wrote it
 * @param previousHash hash of the same replica's previous change, 0 for its first: two branches
 *     under one replica cannot pass for one
 * @param prefixes drops every atom in fields whose names begin so that the change's own
 *     dependencies cover, before what it does to fields; counters are left out, they are reset
 * @param fields what it does to fields, each at most once
 */
public record Change(
    ReplicaId replica,
    long first,
    VersionVector advances,
    HybridTime time,
    String author,
    long previousHash,
    List<String> prefixes,
    List<FieldDelta> fields) {
  /** Longest author name, in bytes of UTF-8. */
  public static final int AUTHOR_BYTES_MAX = 256;

  public Change {
    prefixes = List.copyOf(prefixes);
    fields = List.copyOf(fields);
    prefixes.forEach(FieldKey::requirePrefix);
    requireAuthor(author);
    if (first < 1) {
      throw new IllegalArgumentException("a dot's counter starts at 1, not " + first);
    }
    if (advances.counter(replica) != 0) {
      throw new IllegalArgumentException("a change that names its own replica as an advance");
    }
  }

  /**
   * Refuses what cannot be an author's name.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} if it is too long, {@code UNSUPPORTED} if
   *     UTF-8 cannot hold it
   */
  public static void requireAuthor(String author) {
    if (Unicode.isLongerThan(author, AUTHOR_BYTES_MAX)) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "an author name of more than " + AUTHOR_BYTES_MAX + " bytes");
    }
    Unicode.require(author);
  }

  /** How many dots it takes. */
  public int dots() {
    int puts = 0;
    for (FieldDelta field : fields) {
      for (Entry entry : field.entries()) {
        puts += entry.puts() ? 1 : 0;
      }
    }
    return Math.max(1, puts);
  }

  /** Counter of its last dot, inclusive. */
  public long last() {
    return first + dots() - 1;
  }

  /** Its name. */
  public Dot name() {
    return new Dot(replica, last());
  }
}
