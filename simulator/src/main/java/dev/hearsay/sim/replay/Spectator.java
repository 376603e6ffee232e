package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.sessions.Message;
import java.util.List;

/** Is told what happens while it happens, always on the driver's thread. */
public interface Spectator {

  /** Something worth a line: a start, a cut, a heal, a kill, a recovery, an agreement. */
  void event(Kind kind, String what);

  /** A message was acknowledged. */
  void wrote(LabNode node, String session, int index, Message message);

  /** How all nodes are doing; several times a second. */
  void status(List<NodeView> nodes, int acknowledged, int messages);

  /** What a line is about, for colours. */
  enum Kind {
    INFO,
    GOOD,
    FAULT
  }
}
