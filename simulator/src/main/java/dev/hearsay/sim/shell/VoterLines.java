package dev.hearsay.sim.shell;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The voters of a space, and how they are replaced when most of them are lost. */
final class VoterLines {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final MeshNode node;
  private final Space space;

  VoterLines(MeshNode node, Space space) {
    this.node = node;
    this.space = space;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String id : space.voters().nodes()) {
      lines.add(String.format(Locale.ROOT, "%-36s %s", id, who(id)));
    }
    return lines;
  }

  private String who(String id) {
    if (id.equals(node.id())) {
      return "this node";
    }
    for (PeerStatus peer : node.peers()) {
      if (peer.id().equals(id)) {
        return peer.name() + (peer.reachable() ? "" : " (not reachable)");
      }
    }
    return "(not known here)";
  }

  /** The words of the command: the lost, the new ones, and whether that is meant. */
  List<String> replaceLost(List<String> words) throws ShellException {
    Set<String> lost = ids(words.get(0));
    Set<String> nodes = ids(words.get(1));
    if (words.size() < 3) {
      return List.of(
          "This gives up every acknowledged write that only these had: " + String.join(", ", lost),
          "QUORUM reads will not see it. If one of them is not lost but cut off, both sides take",
          "quorums of their own until they meet: stop it first. What any other voter has is kept.",
          "If that is meant, say it again with 'yes' behind it; nothing was done.");
    } else if (!words.get(2).equals("yes")) {
      throw new ShellException("'" + words.get(2) + "' is not 'yes'; nothing was done");
    }
    space.replaceLostVoters(lost, nodes, TIMEOUT);
    return lines();
  }

  private static Set<String> ids(String list) throws ShellException {
    Set<String> ids = new TreeSet<>(List.of(list.split(",", -1)));
    if (ids.contains("")) {
      throw new ShellException("'" + list + "' is not a list of identities, with ',' between them");
    }
    return ids;
  }
}
