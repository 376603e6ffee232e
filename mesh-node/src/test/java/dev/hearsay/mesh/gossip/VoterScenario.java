package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.space.SpaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random life of voters: quorum writes and reads from everywhere, cuts, loss, crashes, lost disks
 * and changes of the voters, also several at a time. Every read is checked.
 *
 * @param steps random events before the heal
 * @param upgrades whether nodes are of the version before and of this one, by chance
 */
record VoterScenario(long seed, int steps, VoterFault fault, boolean upgrades) {
  static final String SPACE = VirtualMesh.SPACES.get(0);

  static VoterScenario of(long seed) {
    return new VoterScenario(seed, 120, VoterFault.NONE, /* upgrades= */ false);
  }

  VoterScenario with(VoterFault planted) {
    return new VoterScenario(seed, steps, planted, upgrades);
  }

  VoterScenario upgrading() {
    return new VoterScenario(seed, steps, fault, /* upgrades= */ true);
  }

  /**
   * Runs it and gives the healed mesh.
   *
   * @throws MeshOracle.Violation if a read misses what it must see
   */
  VirtualMesh run() {
    int nodes = 3 + (int) Math.floorMod(seed, 4L);
    VirtualMesh mesh = new VirtualMesh(seed, nodes, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.voters.fault = fault;
    mesh.forgetful = true;
    if (upgrades) {
      mesh.voters.upgrades = true;
      mesh.nodes.forEach(node -> node.voter.older = mesh.random.nextBoolean());
    }
    begin(mesh);
    for (int step = 0; step < steps; step++) {
      step(mesh, step);
      mesh.run(mesh.random.nextInt(60));
    }
    end(mesh);
    return mesh;
  }

  static void begin(VirtualMesh mesh) {
    for (VirtualNode node : mesh.nodes) {
      node.open(VirtualVoter.BOOKS);
      node.open(SPACE);
    }
    mesh.nodes.get(0).voter.name(SPACE, ids(mesh, 0, 1, 2));
    mesh.run(2_000);
  }

  static List<String> ids(VirtualMesh mesh, int... nodes) {
    List<String> ids = new ArrayList<>();
    for (int node : nodes) {
      ids.add(mesh.nodes.get(node).voter.id());
    }
    return ids;
  }

  void step(VirtualMesh mesh, int step) {
    SplittableRandom random = mesh.random;
    int some = random.nextInt(mesh.nodes.size());
    int other = random.nextInt(mesh.nodes.size());
    VirtualNode node = mesh.nodes.get(some);
    switch (random.nextInt(24)) {
      case 0 -> mesh.cut(some, other);
      case 1 -> mesh.heal(some, other);
      case 2 -> mesh.isolate(some);
      case 3 -> healLinks(mesh);
      case 4 -> split(mesh);
      case 5 -> mesh.network(random.nextDouble() * 0.3, random.nextDouble() * 0.2, 30);
      case 6 -> mesh.network(0, 0, 1);
      case 7 -> crash(mesh, node, step);
      case 8, 9 -> restart(node);
      case 10 -> {
        if (random.nextInt(3) == 0) {
          crash(mesh, node, step);
          if (!node.isRunning()) {
            node.wipe();
            restart(node);
          }
        }
      }
      case 11 -> mesh.run(random.nextInt(3_000));
      case 12 -> {
        if (random.nextInt(3) == 0) {
          mesh.run(Acknowledgements.WAIT_MILLIS_MAX);
        }
      }
      case 13 -> {
        node.voter.change(SPACE, someVoters(mesh), done -> {});
        mesh.nodes.get(other).voter.change(SPACE, someVoters(mesh), done -> {});
      }
      case 14 -> twoAtOnce(mesh, some, other);
      case 15 -> crashBehindAWrite(mesh, some, other, step);
      case 16, 17, 18 -> node.voter.read(SPACE, frontier -> {});
      default -> node.voter.write(SPACE, "e" + step);
    }
  }

  private static void crash(VirtualMesh mesh, VirtualNode node, int step) {
    if (node.isRunning()) {
      node.voter.write(SPACE, "last " + step);
      mesh.run(mesh.random.nextInt(3));
      node.crash();
    }
  }

  private static void restart(VirtualNode node) {
    if (!node.isRunning()) {
      node.voter.begin();
      node.start();
      node.open(VirtualVoter.BOOKS);
      node.open(SPACE);
    }
  }

  /** Two that do not hear each other name each itself, and the one reads what the other wrote. */
  private static void twoAtOnce(VirtualMesh mesh, int some, int other) {
    if (some == other) {
      return;
    }
    healLinks(mesh);
    mesh.cut(some, other);
    mesh.cut(other, some);
    VirtualVoter one = mesh.nodes.get(some).voter;
    VirtualVoter another = mesh.nodes.get(other).voter;
    one.change(SPACE, List.of(one.id()), done -> {});
    another.change(SPACE, List.of(another.id()), done -> {});
    mesh.run(80);
    one.write(SPACE, "of one");
    mesh.run(30);
    another.read(SPACE, frontier -> {});
    mesh.run(30);
    List<String> all = new ArrayList<>();
    mesh.nodes.forEach(node -> all.add(node.voter.id()));
    one.change(SPACE, all, done -> {});
  }

  /** A voter crashes with what it was just given; the writer is cut off, and the others read. */
  private static void crashBehindAWrite(VirtualMesh mesh, int some, int other, int step) {
    if (some == other || !mesh.nodes.get(other).isRunning()) {
      return;
    }
    healLinks(mesh);
    mesh.nodes.get(some).voter.write(SPACE, "behind " + step);
    mesh.run(2 + mesh.random.nextInt(7));
    mesh.nodes.get(other).crash();
    mesh.isolate(some);
    mesh.run(20);
    restart(mesh.nodes.get(other));
    mesh.run(700);
    for (VirtualNode node : mesh.nodes) {
      node.voter.read(SPACE, frontier -> {});
    }
    mesh.run(50);
  }

  private static void healLinks(VirtualMesh mesh) {
    for (int from = 0; from < mesh.nodes.size(); from++) {
      for (int to = 0; to < mesh.nodes.size(); to++) {
        mesh.heal(from, to);
      }
    }
  }

  /** Two sides that do not hear each other. */
  private static void split(VirtualMesh mesh) {
    healLinks(mesh);
    int sides = mesh.random.nextInt(1 << mesh.nodes.size());
    for (int from = 0; from < mesh.nodes.size(); from++) {
      for (int to = 0; to < mesh.nodes.size(); to++) {
        if ((sides >> from & 1) != (sides >> to & 1)) {
          mesh.cut(from, to);
        }
      }
    }
  }

  private static List<String> someVoters(VirtualMesh mesh) {
    List<String> voters = new ArrayList<>();
    while (voters.isEmpty()) {
      for (VirtualNode node : mesh.nodes) {
        if (mesh.random.nextBoolean()) {
          voters.add(node.voter.id());
        }
      }
    }
    return voters;
  }

  static void end(VirtualMesh mesh) {
    mesh.heal();
    mesh.nodes.forEach(node -> node.open(VirtualVoter.BOOKS));
    mesh.run(2L * Acknowledgements.WAIT_MILLIS_MAX);
    mesh.nodes.forEach(node -> node.voter.read(SPACE, frontier -> {}));
    mesh.run(5_000);
  }
}
