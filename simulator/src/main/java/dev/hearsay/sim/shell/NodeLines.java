package dev.hearsay.sim.shell;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeStatus;
import dev.hearsay.mesh.PeerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A node of the mesh in one line. */
final class NodeLines {
  private NodeLines() {}

  /**
   * The nodes, then those that need an update, and those of other meshes that speak to this one.
   */
  static List<String> of(MeshNode node) {
    List<String> lines = new ArrayList<>();
    node.nodes().forEach(each -> lines.add(line(each)));
    node.peers().stream().filter(PeerStatus::needsUpdate).forEach(peer -> lines.add(older(peer)));
    lines.addAll(outsiders(node));
    return lines;
  }

  static String older(PeerStatus peer) {
    return String.format(
        Locale.ROOT,
        "%-20s %-22s does not take the states it lacks: update it",
        peer.name(),
        peer.address());
  }

  /** Nodes of other meshes that speak to this one. */
  static List<String> outsiders(MeshNode node) {
    return node.peers().stream()
        .filter(peer -> isOutside(node, peer))
        .map(peer -> outside(peer, node.mesh()))
        .toList();
  }

  static String outside(PeerStatus peer, String mesh) {
    return String.format(
        Locale.ROOT,
        "%-20s %-22s of mesh '%s', not '%s': nothing is taken from it",
        peer.name(),
        peer.address(),
        peer.mesh(),
        mesh);
  }

  static boolean isOutside(MeshNode node, PeerStatus peer) {
    return !peer.mesh().isEmpty() && !peer.mesh().equals(node.mesh());
  }

  static String line(NodeStatus node) {
    return String.format(
        Locale.ROOT,
        "%-20s %-22s %-14s %-8s %-12s %s",
        node.name(),
        node.address(),
        reach(node),
        node.version().isEmpty() ? "-" : node.version(),
        node.loadPermille() == 0 ? "load -" : "load " + node.loadPermille() / 10 + " %",
        String.join(", ", notes(node)));
  }

  private static String reach(NodeStatus node) {
    if (node.self()) {
      return "this node";
    }
    return node.reachable() ? "reachable" : "silent " + node.silence().toSeconds() + " s";
  }

  private static List<String> notes(NodeStatus node) {
    List<String> notes = new ArrayList<>();
    if (node.behind() > 0) {
      notes.add(
          "lacks "
              + node.behind()
              + " of our writes in "
              + node.behindSpaces()
              + (node.behindSpaces() == 1 ? " space" : " spaces")
              + " for "
              + node.behindFor().toSeconds()
              + " s");
    }
    if (node.ahead() > 0) {
      notes.add("has " + node.ahead() + " that we lack");
    }
    if (node.behind() == 0 && node.ahead() == 0 && !node.self()) {
      notes.add("level");
    }
    node.clockOffsetMillis()
        .ifPresent(
            offset ->
                notes.add(
                    "clock "
                        + (offset >= 0 ? "+" : "")
                        + offset
                        + " ms"
                        + (node.self() ? " off the median" : "")));
    return notes;
  }
}
