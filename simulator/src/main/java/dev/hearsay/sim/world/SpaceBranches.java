package dev.hearsay.sim.world;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.ForkGuard;
import dev.hearsay.mesh.space.Reception;
import dev.hearsay.mesh.space.Refusal;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.StagingReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a virtual space does about branches, as production's does: asks its {@link ForkGuard}. */
final class SpaceBranches {
  private final VirtualNode node;
  private final VirtualSpace space;
  private final SpaceCore core;
  private final ForkGuard guard;

  SpaceBranches(VirtualNode node, VirtualSpace space, SpaceCore core) {
    this.node = node;
    this.space = space;
    this.core = core;
    this.guard = new ForkGuard(core, node.disk().incarnations::contains);
  }

  boolean isMet(HostPort peer, Consumer<Boolean> then) {
    List<ForkAction> actions = new ArrayList<>();
    boolean met = guard.isMet(peer, node.contact(peer), 1, then, actions);
    run(actions);
    return met;
  }

  void report(Reception reception) {
    if (reception.dropped() > 0) {
      node.gossip().heldDropped(reception.dropped());
    }
    refused(reception.refusals());
  }

  private void refused(List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      HostPort from = refusal.from();
      node.note("refuses a change of '" + space.name() + "' from " + from + ": " + refusal.why());
      if (refusal.forked()) {
        run(guard.refused(from, refusal.why()));
      }
    }
  }

  void report(StagingReport report, HostPort from) {
    if (report.state() == StagingReport.State.REFUSED && core.sawFork()) {
      run(guard.refused(from, String.valueOf(report.why())));
    }
    refused(core.takeRefusals());
  }

  void heard(Effect.ForkHeard heard) {
    run(guard.heard(heard.from(), heard.talk(), heard.others(), node::drawIncarnation));
  }

  void suspected(HostPort peer) {
    run(guard.suspected(peer));
  }

  private void run(List<ForkAction> actions) {
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Say say) {
        node.run(node.gossip().forks().say(space.name(), say.to(), say.talk()));
      } else if (action instanceof ForkAction.Avoid avoid) {
        node.note("avoids " + avoid.peer() + " in '" + space.name() + "': " + avoid.detail());
        node.run(node.gossip().forks().avoid(space.name(), avoid.peer(), avoid.detail()));
      } else if (action instanceof ForkAction.Meet meet) {
        node.run(node.gossip().forks().meet(space.name(), meet.peer()));
      } else if (action instanceof ForkAction.Moved moved) {
        node.note(
            "writes "
                + moved.changes()
                + " change(s) of "
                + moved.replica()
                + " anew as "
                + moved.to());
        PlantedFaults.moved(node, space);
      } else if (action instanceof ForkAction.Ask ask) {
        node.note("asks its operator about " + ask.replica() + ": " + ask.why());
      }
    }
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Meet meet) {
        guard.release(meet.peer(), /* take= */ true);
      } else if (action instanceof ForkAction.Avoid avoid) {
        guard.release(avoid.peer(), /* take= */ false);
      }
    }
  }
}
