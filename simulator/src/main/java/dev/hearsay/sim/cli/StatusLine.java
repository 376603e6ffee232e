package dev.hearsay.sim.cli;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.PeerStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A node's state in one line: refreshed in place on a terminal, elsewhere printed when it changes.
 */
final class StatusLine {

  private final PrintWriter out;
  private final boolean live;
  private String shown = "";

  StatusLine(PrintWriter out, boolean live) {
    this.out = out;
    this.live = live;
  }

  void show(MeshNode node) {
    String text = text(node);
    if (live) {
      out.print("\r\u001b[2K" + text);
      out.flush();
    } else if (!text.equals(shown)) {
      out.println(text);
    }
    shown = text;
  }

  void end() {
    if (live) {
      out.println();
    }
  }

  private static String text(MeshNode node) {
    int spaces = node.spaces().size();
    List<PeerStatus> peers = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    for (PeerStatus peer : node.peers()) {
      if (peer.mesh().isEmpty() || peer.mesh().equals(node.mesh())) {
        peers.add(peer);
      } else {
        outside.add(peer.name() + " " + peer.address() + " is of mesh '" + peer.mesh() + "'");
      }
    }
    long reachable = peers.stream().filter(PeerStatus::reachable).count();
    return node.name()
        + " · "
        + spaces
        + (spaces == 1 ? " space · " : " spaces · ")
        + (peers.isEmpty()
            ? "no peers"
            : reachable
                + " of "
                + peers.size()
                + (peers.size() == 1 ? " peer" : " peers")
                + " reachable: "
                + peers.stream().map(StatusLine::peer).collect(Collectors.joining(", ")))
        + (outside.isEmpty() ? "" : " · " + String.join(", ", outside));
  }

  /** One peer, and who of the two lacks how much. */
  static String peer(PeerStatus peer) {
    String label =
        peer.name().equals(peer.address()) ? peer.name() : peer.name() + " " + peer.address();
    if (!peer.reachable()) {
      return label + " unreachable";
    }
    if (peer.behind() == 0 && peer.ahead() == 0) {
      return label + " level";
    }
    return label
        + (peer.behind() > 0 ? " behind by " + peer.behind() : "")
        + (peer.ahead() > 0 ? " ahead by " + peer.ahead() : "");
  }
}
