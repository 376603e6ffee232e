package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;

/** A space of a {@link VirtualNode} that is drained, as {@code MeshNode.drain} does it. */
final class VirtualDrain {
  private static final int ASK_EVERY_MILLIS = 5;

  private final VirtualMesh mesh;
  private final VirtualNode node;
  private final String space;
  private final int copies;
  private final DrainFault fault;
  private final Message.Row target;
  private Copies wanted;
  private int moved;
  private final List<String> elements;

  /** From now on. */
  VirtualDrain(VirtualMesh mesh, VirtualNode node, String space, int copies, DrainFault fault) {
    this.mesh = mesh;
    this.node = node;
    this.space = space;
    this.copies = copies;
    this.fault = fault;
    var here = node.durable(space);
    if (fault == DrainFault.COUNTS_BY_COUNTERS) {
      mesh.voters.fault = VoterFault.READS_OTHER_BRANCHES; // the same comparison
    }
    this.target = new Message.Row(space, here.frontier(), here.digest());
    this.wanted = ask();
    this.moved = node.forks.moved;
    this.elements = Changes.elements(here);
  }

  /** Asked for before it is said what is wanted, as on a node. */
  private Copies ask() {
    Copies asked = new Copies();
    List<Effect> effects = new ArrayList<>();
    node.gossip().holders().coverage(asked, effects, mesh.nowMillis());
    node.run(effects);
    asked.want(List.of(target));
    return asked;
  }

  /**
   * Whether it returns within the time.
   *
   * @throws MeshOracle.Violation if it returns, and what was durable is not where it says
   */
  boolean returnsWithin(long millis) {
    for (long end = mesh.nowMillis() + millis; mesh.nowMillis() < end; mesh.run(ASK_EVERY_MILLIS)) {
      if (counted() >= copies) {
        wanted.close();
        check();
        return true;
      }
    }
    return false;
  }

  private int counted() {
    if (fault == DrainFault.GOES_ON_ASKING_FOR_THE_OLD_DOTS && isReplaced()) {
      wanted.close();
      wanted = ask();
      moved = node.forks.moved;
    }
    List<Effect> effects = new ArrayList<>();
    Coverage coverage = node.gossip().holders().coverage(wanted, effects, mesh.nowMillis()).get(0);
    node.run(effects);
    long counted = coverage.copies();
    if (fault == DrainFault.COUNTS_WHAT_IS_REMEMBERED) {
      // Who is asked is remembered to have it.
      counted += effects.stream().filter(VirtualDrain::asks).count();
    } else if (fault == DrainFault.COUNTS_ANOTHER_BRANCH) {
      counted += coverage.lacking().stream().filter(name -> name.endsWith("branch)")).count();
    }
    return (int) counted;
  }

  /** What is missing, for people. */
  @Override
  public String toString() {
    return node.gossip().holders().coverage(wanted, new ArrayList<>(), mesh.nowMillis())
        + " of "
        + node.durable(space).frontier()
        + ", kept apart: "
        + node.gossip().forks().views()
        + ", asked: "
        + node.forks.asked;
  }

  private boolean isReplaced() {
    SpaceCore core = node.core(space);
    return node.forks.moved > moved && core.enqueued() == core.written();
  }

  private static boolean asks(Effect effect) {
    return effect instanceof Effect.Send send && send.message() instanceof Message.Handover;
  }

  private void check() {
    long having =
        mesh.nodes.stream().filter(other -> other != node).filter(this::hasOnItsDisk).count();
    if (having < copies) {
      throw new MeshOracle.Violation(
          node.address() + " is drained to " + copies + " node(s), and " + having + " have it");
    }
  }

  private boolean hasOnItsDisk(VirtualNode other) {
    SpaceCore core = other.coreIfHeld(space);
    return core != null && Changes.elements(core.durable()).containsAll(elements);
  }
}
