package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is durable here, in answer to {@link ChainAsk}.
 *
 * @param heads of each replica in the target, the first change known here that ends there or later,
 *     and the last one
 * @param view the voters as known here; null if it is the one that the asker named
 */
public record ChainTell(
    String space,
    long request,
    String nodeId,
    long incarnation,
    List<ForkTalk.Head> heads,
    @Nullable VoterView view)
    implements Message.OfChains {
  public ChainTell {
    heads = List.copyOf(heads);
  }

  /** The same, without the hashes. */
  public Message.AckTell withoutHashes() {
    VersionVector frontier = VersionVector.EMPTY;
    for (ForkTalk.Head head : heads) {
      if (!frontier.covers(head.replica(), head.counter())) {
        frontier = frontier.with(head.replica(), head.counter());
      }
    }
    return new Message.AckTell(
        space, request, nodeId, incarnation, frontier, view, VersionVector.EMPTY);
  }
}
