package dev.hearsay.sim.shell;

import dev.hearsay.mesh.MeshTraffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the limits did, a count in each line. */
final class TrafficLines {
  private TrafficLines() {}

  static List<String> of(MeshTraffic traffic) {
    List<String> lines = new ArrayList<>();
    add(lines, traffic.messagesRejected(), "messages rejected, of any reason");
    add(lines, traffic.messagesOutside(), "of these, of nodes of other meshes: see peers");
    add(lines, traffic.closedRefused(), "closed vectors refused");
    add(lines, traffic.closedUnknown(), "messages that named a closed vector that is not here");
    add(lines, traffic.pushesDropped(), "changes not pushed because a peer's window was full");
    add(lines, traffic.answersPutOff(), "requests put off because an answer was on its way");
    add(lines, traffic.heldDropped(), "changes for which there was no room to wait");
    add(lines, traffic.deliveriesRefused(), "deliveries refused");
    add(lines, traffic.transfersIn(), "states that came");
    add(lines, traffic.transfersOut(), "states that were offered");
    add(lines, traffic.transfersRefused(), "states refused");
    add(lines, traffic.transfersBroken(), "states that broke off, to be gone on with");
    add(lines, traffic.transfersPutOff(), "requests for states put off");
    add(lines, traffic.peersForgotten(), "addresses forgotten");
    add(lines, traffic.unsettledSpaces(), "spaces of which some node lacks changes");
    add(lines, traffic.inDoubt().size(), "spaces in doubt, on which it is no voter for now");
    traffic.inDoubt().forEach((space, what) -> lines.add("  '" + space + "' waits for " + what));
    traffic.forgotten().forEach((bound, count) -> add(lines, count, "forgotten: " + bound));
    return lines;
  }

  private static void add(List<String> lines, long count, String what) {
    lines.add(String.format(Locale.ROOT, "%12d  %s", count, what));
  }
}
