package dev.hearsay.sim.cli;

import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.replay.NodeView;
import dev.hearsay.sim.replay.Spectator;
import dev.hearsay.sim.sessions.Message;
import java.util.List;

/** Nobody watches. */
final class Silence implements Spectator {

  @Override
  public void event(Kind kind, String what) {}

  @Override
  public void wrote(LabNode node, String session, int index, Message message) {}

  @Override
  public void status(List<NodeView> nodes, int acknowledged, int messages) {}
}
