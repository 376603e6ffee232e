package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import org.jspecify.annotations.Nullable;

/**
 * What is durable here, in answer to {@link StandAsk}.
 *
 * @param frontier of all of it
 * @param chains the sum of the last changes of all replicas, one hash for each: at an equal
 *     frontier it is the same only where the branches are
 * @param view the voters as known here; null if it is the one that the asker named
 */
public record StandTell(
    String space,
    long request,
    String nodeId,
    long incarnation,
    VersionVector frontier,
    Digest chains,
    @Nullable VoterView view)
    implements Message.OfChains {
  /** The same, without the hashes. */
  public Message.AckTell withoutHashes() {
    return new Message.AckTell(
        space, request, nodeId, incarnation, frontier, view, VersionVector.EMPTY);
  }
}
