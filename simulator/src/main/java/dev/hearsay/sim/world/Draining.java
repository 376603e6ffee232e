package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.gossip.Copies;
import dev.hearsay.mesh.gossip.Coverage;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node leaves for good, as an operator has it: when it does not vote any more it is drained, so
 * that what it had is durable on one other node, and then ends. It stays if either takes long, if
 * it becomes a voter again, or if it is killed meanwhile.
 */
final class Draining {
  private static final long MILLI = 1_000_000;
  private static final long PATIENCE_NANOS = 10_000 * MILLI;
  private static final long ASK_EVERY_NANOS = 50 * MILLI;
  private static final String KILLED = "it was killed meanwhile";

  /** Runs a task so much later, while there are faults. */
  interface Later {
    void run(long nanos, Runnable task);
  }

  private final VirtualNode node;
  private final World world;
  private final Later later;
  private final int life;
  private final long untilNanos;
  private final Consumer<@Nullable String> ended;
  private final List<Message.Row> targets = new ArrayList<>();
  private final Copies wanted = new Copies();

  private Draining(VirtualNode node, Later later, Consumer<@Nullable String> ended) {
    this.node = node;
    this.world = node.world();
    this.later = later;
    this.ended = ended;
    this.life = node.life();
    this.untilNanos = world.nowNanos() + PATIENCE_NANOS;
    // From here on this node tells others that it leaves: what they were told before is wanted.
    coverage();
    for (VirtualSpace space : node.held()) {
      SpaceState state = space.shown();
      targets.add(new Message.Row(space.name(), state.frontier(), state.digest()));
    }
    wanted.want(targets);
  }

  /**
   * Begins it; where a space is not read back yet, nothing comes of it.
   *
   * @param ended told when it has left, with null, or why it stays
   */
  static void begin(VirtualNode node, Later later, Consumer<@Nullable String> ended) {
    World world = node.world();
    awaitOthersVotes(node, node.life(), world.nowNanos() + PATIENCE_NANOS, later, ended);
  }

  private static void awaitOthersVotes(
      VirtualNode node, int life, long untilNanos, Later later, Consumer<@Nullable String> ended) {
    World world = node.world();
    if (!node.isRunning() || node.life() != life) {
      ended.accept(KILLED);
    } else if (world.nowNanos() > untilNanos) {
      ended.accept("it votes after 10 s as before");
    } else if (world.votes(node)) {
      later.run(ASK_EVERY_NANOS, () -> awaitOthersVotes(node, life, untilNanos, later, ended));
    } else if (node.held().stream().allMatch(VirtualSpace::isReady)) {
      new Draining(node, later, ended).look();
    } else {
      ended.accept("it has not read back all of its spaces");
    }
  }

  private void look() {
    String stays = whyItStays();
    if (stays != null) {
      wanted.close();
      ended.accept(stays);
    } else if (isDrained()) {
      wanted.drained();
      wanted.close();
      leave();
    } else {
      later.run(ASK_EVERY_NANOS, this::look);
    }
  }

  private @Nullable String whyItStays() {
    if (node.life() != life) {
      return KILLED;
    }
    if (world.votes(node)) {
      return "it votes again";
    }
    return world.nowNanos() > untilNanos ? "no other node has all that it has, after 10 s" : null;
  }

  private boolean isDrained() {
    if (world.plants(PlantedFault.LEAVES_UNDRAINED)) {
      return true;
    }
    return coverage().stream().allMatch(space -> space.copies() > 0);
  }

  private List<Coverage> coverage() {
    List<Effect> effects = new ArrayList<>();
    List<Coverage> coverage = node.gossip().holders().coverage(wanted, effects, world.nowMillis());
    node.run(effects);
    return coverage;
  }

  private void leave() {
    node.note("leaves");
    for (Message.Row row : targets) {
      world
          .observers()
          .forEach(
              each -> each.drained(world.nowNanos(), node.name(), row.space(), row.frontier()));
    }
    node.crash(false);
    node.member(false);
    world.left(node);
    ended.accept(null);
  }
}
