package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.ForkGuard;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.Reception;
import dev.hearsay.mesh.space.Refusal;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a {@link VirtualNode} does about branches: interprets its {@link ForkGuard}s as the actors
 * do. An image is what a virtual machine's snapshot holds of the node: its disk and its
 * incarnation.
 */
final class VirtualForks {
  /** What a node does wrong about forks. */
  enum Fault {
    NONE,
    /** Takes a state without comparing the chains, before it and at its base. */
    JOINS_WITHOUT_COMPARING,
    /** Never notices that there are two branches. */
    FINDS_NOTHING,
    /** Goes on exchanging the space with a peer of the other branch. */
    AVOIDS_NOBODY,
    /** Writes its branch anew under a replica that has written before. */
    REUSES_DOTS,
    /** Gives its branch up where it should write it anew. */
    DROPS_ITS_BRANCH
  }

  /** A node's disk and identity at some instant. */
  record Image(
      Map<String, List<byte[]>> disk, ReplicaId incarnation, Map<String, ReplicaId> minting) {}

  private final VirtualMesh mesh;
  private final VirtualNode node;
  private final Set<ReplicaId> ours = new HashSet<>();
  private final Set<String> avoided = new HashSet<>();
  private final Map<String, ReplicaId> minting = new TreeMap<>();
  private ReplicaId resumed = new ReplicaId(0);

  /** What the operator is asked for, as it was said. */
  final List<String> asked = new ArrayList<>();

  int moved;

  VirtualForks(VirtualMesh mesh, VirtualNode node) {
    this.mesh = mesh;
    this.node = node;
  }

  boolean areExpected() {
    return mesh.forkFault != null;
  }

  SpaceCore core(String space) {
    SpaceCore core = new SpaceCore(minting(space), mesh.limits);
    core.keepCountsOf(ours::contains);
    return core;
  }

  ForkGuard guard(SpaceCore core) {
    return new ForkGuard(core, ours::contains);
  }

  /** The incarnation of a start: a new one, or that of the image. */
  ReplicaId begin() {
    avoided.clear();
    if (resumed.value() == 0) {
      minting.clear();
    }
    ReplicaId begun = resumed.value() == 0 ? draw() : resumed;
    resumed = new ReplicaId(0);
    ours.add(begun);
    return begun;
  }

  /** Who mints in the space: the process's incarnation, or what took its place before the image. */
  private ReplicaId minting(String space) {
    return minting.getOrDefault(space, node.incarnation);
  }

  private ReplicaId draw() {
    ReplicaId drawn = new ReplicaId(mesh.random.nextLong());
    ours.add(drawn);
    return drawn;
  }

  private ReplicaId drawForBranch() {
    return mesh.forkFault == Fault.REUSES_DOTS ? new ReplicaId(77) : draw();
  }

  Image image() {
    Map<String, List<byte[]>> copy = new TreeMap<>();
    node.disk.forEach((space, events) -> copy.put(space, new ArrayList<>(events)));
    Map<String, ReplicaId> own = new TreeMap<>();
    node.spaces.forEach((space, held) -> own.put(space, held.core.own()));
    return new Image(copy, node.incarnation, own);
  }

  /** The process goes on from the image, as if nothing had been since. */
  void resume(Image image) {
    node.crash();
    node.wipe();
    image.disk().forEach((space, events) -> node.disk.put(space, new ArrayList<>(events)));
    resumed = image.incarnation();
    minting.putAll(image.minting());
    node.start();
  }

  void requireOwn(SpaceCore core) {
    if (core.ownIsTaken()) {
      core.renew(draw());
    }
  }

  /** No dot is ever used twice, but by the two branches of a test's own fork. */
  void minted(String space, EncodedChange change) {
    if (areExpected()) {
      mesh.dots.minted(space, change, node.address());
    }
  }

  void received(String space, VirtualNode.Held held, Reception reception) {
    if (reception.refused().isEmpty() || findsNothing()) {
      return;
    }
    if (!areExpected() || !reception.forked()) {
      throw new MeshOracle.Violation(node.address() + " refuses " + reception.refused());
    }
    for (Refusal refusal : reception.refusals()) {
      run(space, held, held.guard.refused(refusal.from(), refusal.why()));
    }
  }

  /** Whether what the peer has brought may be taken now; else it is when the two have met. */
  boolean isMet(String space, VirtualNode.Held held, HostPort from, Consumer<Boolean> then) {
    if (mesh.forkFault == Fault.JOINS_WITHOUT_COMPARING || findsNothing()) {
      return true;
    }
    List<ForkAction> actions = new ArrayList<>();
    boolean met = held.guard.isMet(from, node.gossip().forks().contact(from), 1, then, actions);
    run(space, held, actions);
    return met;
  }

  /** The head of a transfer, as a node with the planted fault takes it. */
  StateDiff head(StateDiff head) {
    return mesh.forkFault == Fault.JOINS_WITHOUT_COMPARING
        ? head.withBaseHashes(Collections.emptySortedMap())
        : head;
  }

  /** What became of a piece or head of a transfer. */
  void staged(String space, HostPort from, StagingReport report) {
    VirtualNode.Held held = node.held(space);
    if (report.state() == StagingReport.State.REFUSED && held.core.sawFork() && !findsNothing()) {
      run(space, held, held.guard.refused(from, String.valueOf(report.why())));
    }
    for (Refusal refusal : held.core.takeRefusals()) {
      if (!findsNothing()) {
        run(space, held, held.guard.refused(refusal.from(), refusal.why()));
      }
    }
  }

  void published(String space, Publication publication) {
    for (Publication.Step step : publication.steps()) {
      if (step.part() instanceof SpaceEvent.Replaced) {
        node.run(
            node.gossip()
                .forks()
                .replaced(space, publication.state().frontier(), publication.state().digest()));
      }
    }
  }

  /** Interprets an effect that is about branches. */
  void take(Effect effect) {
    if (effect instanceof Effect.ForkHeard || effect instanceof Effect.ForkSuspected) {
      node.later(0, () -> interpret(effect));
    }
  }

  private boolean findsNothing() {
    return mesh.forkFault == Fault.FINDS_NOTHING;
  }

  private void interpret(Effect effect) {
    if (effect instanceof Effect.ForkHeard heard) {
      node.gossip().forks().heard(heard);
    }
    boolean asksVoters =
        effect instanceof Effect.ForkHeard heard && heard.talk() instanceof ForkTalk.Inner;
    if (findsNothing() && !asksVoters) {
      return;
    }
    if (effect instanceof Effect.ForkHeard heard && node.spaces.containsKey(heard.space())) {
      VirtualNode.Held held = node.held(heard.space());
      if (mesh.voters.fault == VoterFault.COUNTS_OTHER_BRANCHES
          && heard.talk() instanceof ForkTalk.Told told) {
        same(heard, told.request(), told.voter(), told.target());
        return;
      } else if (mesh.voters.fault == VoterFault.READS_OTHER_BRANCHES
          && heard.talk() instanceof ForkTalk.ToldStand told) {
        same(heard, told.request(), told.voter(), told.frontier());
        return;
      }
      if (mesh.forkFault == Fault.DROPS_ITS_BRANCH
          && heard.talk() instanceof ForkTalk.Links
          && !held.guard.avoided().isEmpty()) {
        giveUp(heard.space());
        return;
      }
      run(
          heard.space(),
          held,
          held.guard.heard(heard.from(), heard.talk(), heard.others(), this::drawForBranch));
    } else if (effect instanceof Effect.ForkSuspected suspected
        && node.spaces.containsKey(suspected.space())) {
      VirtualNode.Held held = node.held(suspected.space());
      run(suspected.space(), held, held.guard.suspected(suspected.peer()));
    }
  }

  private void same(Effect.ForkHeard heard, long request, String voter, VersionVector upTo) {
    ForkTalk same = new ForkTalk.Judged(request, voter, upTo, ForkTalk.Branch.SAME);
    node.run(node.gossip().forks().say(heard.space(), heard.from(), same));
  }

  /** An operator's order. */
  void writeAnew(String space) {
    VirtualNode.Held held = node.held(space);
    run(space, held, held.guard.writeAnew());
  }

  void giveUp(String space) {
    VirtualNode.Held held = node.held(space);
    if (!held.guard.giveUp(this::draw)) {
      throw new MeshOracle.Violation(node.address() + " knows of no fork in " + space);
    }
    node.journal(space, held);
  }

  private void run(String space, VirtualNode.Held held, List<ForkAction> actions) {
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Say say) {
        node.run(node.gossip().forks().say(space, say.to(), say.talk()));
      } else if (action instanceof ForkAction.Avoid avoid) {
        avoided.add(space + " " + avoid.peer());
        if (mesh.forkFault != Fault.AVOIDS_NOBODY) {
          node.run(node.gossip().forks().avoid(space, avoid.peer(), avoid.detail()));
        }
      } else if (action instanceof ForkAction.Meet meet) {
        avoided.remove(space + " " + meet.peer());
        node.run(node.gossip().forks().meet(space, meet.peer()));
      } else if (action instanceof ForkAction.Moved move) {
        moved += move.changes();
        mesh.dots.moved(space, move.to(), held.core.head().head(move.to()), node.address());
      } else if (action instanceof ForkAction.Ask ask) {
        asked.add(ask.why());
      }
    }
    node.journal(space, held);
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Meet meet) {
        held.guard.release(meet.peer(), /* take= */ true);
      } else if (action instanceof ForkAction.Avoid avoid) {
        held.guard.release(avoid.peer(), /* take= */ false);
      }
    }
  }

  /** Nothing of a space goes to a peer that is known to hold another branch of it. */
  void checkSent(Effect.Send send) {
    String space = null;
    if (send.message() instanceof Message.Push push) {
      space = push.space();
    } else if (send.message() instanceof Message.Answer answer) {
      space = answer.space();
    } else if (send.message() instanceof Message.Transfer transfer) {
      space = transfer.space();
    } else if (send.message() instanceof Message.Want want) {
      space = want.space();
    }
    if (space != null && avoided.contains(space + " " + send.to())) {
      throw new MeshOracle.Violation(
          node.address() + " exchanges " + space + " with " + send.to() + ", whose branch differs");
    }
  }
}
