package dev.hearsay.sim.world;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageVectors;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages in which replicas that are gone stand under a hash, with all that it stands for. */
final class ClosedMessages {
  /** Makes a whole frontier again of one from which closed entries are left out. */
  interface Opening {
    VersionVector of(ClosedVector closed, VersionVector open);
  }

  private ClosedMessages() {}

  /** The message with all of its entries; empty if the node does not know what it names. */
  static Optional<Message> whole(VirtualNode node, Message.Closed closed) {
    return whole(node, closed, ClosedVector::close);
  }

  /** The same, opened in another way. */
  static Optional<Message> whole(VirtualNode node, Message.Closed closed, Opening opening) {
    Mapping mapping = new Mapping(node, closed, opening);
    Message message = MessageVectors.map(closed.inner(), mapping);
    return mapping.unknown ? Optional.empty() : Optional.of(message);
  }

  private static final class Mapping implements MessageVectors.Mapping {
    private final VirtualNode node;
    private final Iterator<Message.ClosedRef> refs;
    private final Opening opening;
    private Message.@Nullable ClosedRef next;
    private int place = -1;
    boolean unknown;

    Mapping(VirtualNode node, Message.Closed closed, Opening opening) {
      this.node = node;
      this.refs = closed.refs().iterator();
      this.opening = opening;
      next = refs.next();
    }

    @Override
    public VersionVector of(String space, VersionVector open) {
      place++;
      Message.ClosedRef ref = next;
      if (ref == null || ref.vector() != place) {
        return open;
      }
      next = refs.hasNext() ? refs.next() : null;
      for (ClosedVector vector : node.gossip().books().closedVectors(space)) {
        if (vector.hash().equals(ref.hash())) {
          return opening.of(vector, open);
        }
      }
      unknown = true;
      return open;
    }
  }
}
