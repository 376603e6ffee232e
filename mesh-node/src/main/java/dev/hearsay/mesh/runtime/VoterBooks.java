package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.VoterRecords;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The voters as the catalogue durably has them, and this node's votes in it. Thread-safe. */
final class VoterBooks {
  private static final Logger LOG = LoggerFactory.getLogger(VoterBooks.class);

  private final Supplier<@Nullable SpaceCell> catalogue;
  private final String nodeId;
  private final Notices notices;
  private final String author;

  /**
   * Nothing is read before it is asked for.
   *
   * @param catalogue null while the node is being built
   * @param author of this node's entries
   */
  VoterBooks(
      Supplier<@Nullable SpaceCell> catalogue, String nodeId, String author, Notices notices) {
    this.notices = notices;
    this.catalogue = catalogue;
    this.nodeId = nodeId;
    this.author = author;
  }

  String nodeId() {
    return nodeId;
  }

  private SpaceState state() {
    SpaceCell cell = catalogue.get();
    return cell == null ? SpaceState.EMPTY : cell.root().state();
  }

  /** The voters of the space; none if what stands there cannot be read. */
  VoterView view(String space) {
    try {
      return VoterRecords.view(state(), space);
    } catch (IllegalStateException e) {
      if (notices.isDue(Notices.Kind.VOTERS, space)) {
        LOG.error("the voters of space '{}' are not counted: {}", space, e.getMessage());
      }
      return VoterView.NONE;
    }
  }

  /** Whether the space's voters are the default, which nobody chose. */
  boolean isDefault(String space) {
    return view(space).isNamed() && VoterRecords.isDefault(state(), space);
  }

  /** Votes; {@code then} is called once the vote is durable, and not at all if it is not. */
  void vote(Message.VoteAsk ask, Consumer<VoterRecords.Vote> then) {
    AtomicReference<VoterRecords.@Nullable Vote> vote = new AtomicReference<>();
    write(
        draft -> vote.set(VoterRecords.vote(draft, nodeId, ask)),
        () -> {
          VoterRecords.Vote cast = vote.get();
          if (cast != null) {
            then.accept(cast);
          }
        });
  }

  /** Puts the chosen voters in force; {@code then} is called once that is durable. */
  void settle(String space, long version, List<String> voters, Runnable then) {
    write(draft -> VoterRecords.settle(draft, space, version, voters, /* named= */ true), then);
  }

  /** Names voters that nobody chose, unless there are some; {@code then} as for the others. */
  void name(String space, List<String> voters, Runnable then) {
    write(draft -> VoterRecords.name(draft, space, voters, /* named= */ false), then);
  }

  private void write(Consumer<Draft> body, Runnable then) {
    SpaceCell cell = catalogue.get();
    if (cell == null) {
      return;
    }
    CompletableFuture<Minted> done = new CompletableFuture<>();
    var unused =
        done.whenComplete(
            (minted, failure) -> {
              if (failure == null) {
                then.run();
              } else if (notices.isDue(Notices.Kind.VOTE, "")) {
                // Whoever asked gets no answer, and asks again.
                LOG.warn("the catalogue did not take a vote: {}", failure.getMessage());
              }
            });
    try {
      cell.update(new SpaceCommand.Update(author, body, done));
    } catch (HearsayException e) {
      done.completeExceptionally(e);
    }
  }
}
