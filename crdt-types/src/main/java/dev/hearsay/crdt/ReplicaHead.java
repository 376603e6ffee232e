package dev.hearsay.crdt;

/**
 * What a space remembers of a replica: its last applied change.
 *
 * @param counter of that change's last dot
 * @param past everything that change depended on; the next change names only what advanced since,
 *     and its range drops reach as far as this
 * @param hash of that change's bytes
 */
public record ReplicaHead(long counter, Past past, long hash) {
  /** Before the first change. */
  public static final ReplicaHead NONE = new ReplicaHead(0, Past.EMPTY, 0);

  /** With a past that shares nothing yet. */
  public ReplicaHead(long counter, VersionVector past, long hash) {
    this(counter, Past.of(past), hash);
  }
}
