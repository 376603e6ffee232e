package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.NodeStatus;
import dev.hearsay.mesh.gossip.Books;
import dev.hearsay.mesh.gossip.ClockGuard;
import dev.hearsay.mesh.gossip.NodeView;
import dev.hearsay.mesh.runtime.control.NodeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The nodes in the words of the API: what the gossip has of them, and the directory. */
final class NodeStatuses {
  /** What the gossip has. */
  record Known(List<NodeView> nodes, ClockGuard.Verdict clock) {
    static Known of(Books books, long nowMillis) {
      return new Known(books.nodes(nowMillis), books.clocks().verdict());
    }
  }

  /** This node. */
  record Self(String id, String name, HostPort address, Set<String> roles) {}

  private NodeStatuses() {}

  static List<NodeStatus> of(Self self, Known known, Map<String, NodeRow> directory) {
    List<NodeStatus> nodes = new ArrayList<>();
    ClockGuard.Verdict clock = known.clock();
    NodeRow own = directory.get(self.id());
    nodes.add(
        new NodeStatus(
            self.id(),
            self.name(),
            self.address().toString(),
            new TreeSet<>(self.roles()),
            PekkoNode.VERSION,
            /* self= */ true,
            /* reachable= */ true,
            Duration.ZERO,
            0,
            Duration.ZERO,
            0,
            0,
            clock.peers() == 0 ? OptionalLong.empty() : OptionalLong.of(clock.offsetMillis()),
            own == null ? 0 : own.loadPermille()));
    for (NodeView view : known.nodes()) {
      nodes.add(status(view, directory.get(view.nodeId())));
    }
    return nodes;
  }

  private static NodeStatus status(NodeView view, @Nullable NodeRow row) {
    return new NodeStatus(
        view.nodeId(),
        view.name(),
        view.address().toString(),
        new TreeSet<>(view.roles()),
        row == null ? "" : row.version(),
        /* self= */ false,
        view.reachable(),
        Duration.ofMillis(view.heardMillis()),
        view.behind(),
        Duration.ofMillis(view.behindMillis()),
        view.behindSpaces(),
        view.ahead(),
        view.clockOffsetMillis(),
        row == null ? 0 : row.loadPermille());
  }
}
