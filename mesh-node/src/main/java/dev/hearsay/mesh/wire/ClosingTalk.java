package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;

/** What two holders of a space say to each other about its closed vectors. */
public sealed interface ClosingTalk {
  /** Most entries in one {@link Tell}. */
  int ENTRIES_MAX = 4_096;

  /** Names the closed vector. */
  Digest hash();

  /**
   * The sender holds that closed vector, and takes frontiers that name it.
   *
   * @param answer true in answer to one, so that the answer is not answered
   */
  record Held(Digest hash, boolean answer) implements ClosingTalk {}

  /**
   * The sender does not hold that closed vector: tell it, and do not name it any more until then.
   *
   * @param base one that the sender holds, so that only the rest is told; {@link Digest#ZERO} for
   *     none
   * @param from how many entries of the rest are here
   */
  record Ask(Digest hash, Digest base, int from) implements ClosingTalk {}

  /**
   * Entries of a closed vector, in answer to {@link Ask}.
   *
   * @param base beyond which the entries are; {@link Digest#ZERO} if they are all
   * @param total how many entries there are beyond the base
   * @param from how many came before these
   */
  record Tell(Digest hash, Digest base, int total, int from, VersionVector entries)
      implements ClosingTalk {}
}
