package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Only what is durable at a node may leave it: changes, and frontiers that it tells others, with
 * what the closed vectors in them stand for.
 */
final class DurabilityCheck {
  private static final String NAME = "durable before sent";

  private final World world;
  private @Nullable Message last;
  private @Nullable VirtualNode sender;
  private long sentNanos;

  DurabilityCheck(World world) {
    this.world = world;
  }

  @SuppressWarnings("ReferenceEquality") // the same object, to several at once
  void sends(VirtualNode from, Message message) {
    if (message == last && from == sender && world.nowNanos() == sentNanos) {
      return;
    }
    last = message;
    sender = from;
    sentNanos = world.nowNanos();
    require(from, message);
  }

  private void require(VirtualNode from, Message message) {
    if (message instanceof Message.Push push) {
      push.changes().forEach(change -> require(from, push.space(), change));
    } else if (message instanceof Message.Answer answer) {
      answer.changes().forEach(change -> require(from, answer.space(), change));
    } else if (message instanceof Message.Closed closed) {
      Optional<Message> whole = ClosedMessages.whole(from, closed);
      if (whole.isPresent()) {
        require(from, whole.get());
      } else {
        world.violated(NAME, from.name(), "names a closed vector that it does not know: " + closed);
      }
    } else if (message instanceof Message.Rows rows) {
      rows.rows().forEach(row -> require(from, row.space(), row.frontier()));
    } else if (message instanceof Message.BucketRows rows) {
      rows.rows().forEach(row -> require(from, row.space(), row.frontier()));
    } else if (message instanceof Message.Covered covered) {
      require(from, covered.space(), covered.frontier());
    } else if (message instanceof Message.AckTell tell) {
      require(from, tell.space(), tell.frontier());
    } else if (message instanceof Message.VoteTell tell) {
      require(from, tell.space(), tell.frontier());
    } else if (message instanceof Message.Frontiers frontiers) {
      frontiers.rows().forEach(row -> require(from, row.space(), row.frontier()));
    }
  }

  private void require(VirtualNode from, String space, EncodedChange change) {
    SpaceState state = from.state(space);
    if (state != null
        && !state.frontier().covers(change.change().replica(), change.change().last())) {
      world.violated(NAME, from.name(), "sends " + change + ", which is not in its journal");
    }
  }

  private void require(VirtualNode from, String space, VersionVector frontier) {
    SpaceState state = from.state(space);
    if (state != null && !state.frontier().covers(frontier)) {
      world.violated(
          NAME, from.name(), "tells of " + frontier + " in '" + space + "', which is not durable");
    }
  }
}
