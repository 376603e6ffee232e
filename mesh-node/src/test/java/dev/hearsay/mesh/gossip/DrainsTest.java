package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two nodes that are drained at the same time, and go with their disks. */
class DrainsTest {
  private static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final int SEEDS = 60;

  /** As {@code MeshNode.drain} with one copy, of a node that goes when it returns. */
  private static final class Leaver {
    final VirtualMesh mesh;
    final VirtualNode node;
    final Copies copies = new Copies();
    boolean wants;
    boolean gone;

    Leaver(VirtualMesh mesh, VirtualNode node) {
      this.mesh = mesh;
      this.node = node;
    }

    void step() {
      if (gone) {
        return;
      }
      List<Effect> effects = new ArrayList<>();
      List<Coverage> coverage = node.gossip().holders().coverage(copies, effects, mesh.nowMillis());
      node.run(effects);
      if (!wants) {
        wants = true;
        List<Message.Row> rows = new ArrayList<>();
        node.spaces.forEach(
            (space, held) ->
                rows.add(
                    new Message.Row(
                        space, held.core.durable().frontier(), held.core.durable().digest())));
        copies.want(rows);
      } else if (coverage.stream().allMatch(space -> space.copies() >= 1)) {
        copies.drained();
        node.crash();
        node.wipe();
        gone = true;
      }
    }
  }

  /** Whether what the two had is lost, though both drains returned. */
  private static boolean loses(long seed, boolean planted) {
    VirtualMesh mesh = new VirtualMesh(seed, 3, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.nodes.forEach(node -> node.open(SPACE));
    mesh.countsOnLeavers = planted;
    mesh.run(2_000);
    mesh.isolate(2);
    for (int i = 0; i < 5; i++) {
      mesh.nodes.get(i % 2).write(SPACE, Changes.adding("e" + i));
      mesh.run(mesh.random.nextInt(30));
    }
    mesh.run(500);
    Leaver first = new Leaver(mesh, mesh.nodes.get(0));
    Leaver second = new Leaver(mesh, mesh.nodes.get(1));
    first.step();
    if (mesh.random.nextBoolean()) {
      mesh.run(mesh.random.nextInt(20));
      second.step();
    }
    mesh.run(mesh.random.nextInt(20));
    for (int i = 0; i < 60; i++) {
      first.step();
      second.step();
      mesh.run(50);
    }
    assertFalse(first.gone && second.gone && !planted, "node 2 was not there: seed " + seed);
    mesh.heal();
    for (int i = 0; i < 400; i++) {
      first.step();
      second.step();
      mesh.run(50);
    }
    assertTrue(first.gone && second.gone, "node 2 has it by now: seed " + seed);
    return Changes.elements(mesh.nodes.get(2).durable(SPACE)).size() < 5;
  }

  @Test
  void twoThatAreDrainedAtTheSameTimeDoNotCountOnEachOther() {
    for (long seed = 0; seed < SEEDS; seed++) {
      assertFalse(loses(seed, /* planted= */ false), "seed " + seed);
    }
    int lost = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      lost += loses(seed, /* planted= */ true) ? 1 : 0;
    }
    assertTrue(lost > 0, "two that count on each other go unnoticed");
  }
}
