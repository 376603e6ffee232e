package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;

/** Only what is durable at a {@link VirtualNode} may leave it. */
final class SentChecks {
  private SentChecks() {}

  static void check(VirtualNode node, Message message) {
    if (message instanceof Message.Closed closed) {
      check(node, closed.inner());
    } else if (message instanceof Message.Push push) {
      push.changes().forEach(change -> requireDurable(node, push.space(), change));
    } else if (message instanceof Message.Answer answer) {
      answer.changes().forEach(change -> requireDurable(node, answer.space(), change));
    } else if (message instanceof Message.Rows rows) {
      rows.rows().forEach(row -> node.requireDurable(node.held(row.space()), row.frontier()));
    } else if (message instanceof Message.Frontiers frontiers) {
      frontiers.rows().forEach(row -> node.requireDurable(node.held(row.space()), row.frontier()));
    }
  }

  private static void requireDurable(VirtualNode node, String space, EncodedChange change) {
    node.requireDurable(
        node.held(space), VersionVector.EMPTY.with(change.change().replica(), change.last()));
  }
}
