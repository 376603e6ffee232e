package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import java.util.List;
import java.util.Map;

/**
 * Three holders of a space in virtual time, of which the third is a pod without a disk: whenever it
 * starts it is empty, fetches the space, and writes one change as a new replica.
 */
final class PodLife {
  static final String SPACE = VirtualMesh.SPACES.get(0);
  private static final int POD = 2;
  private static final List<String> REPAIR =
      List.of(
          "Rows",
          "BucketRows",
          "Want",
          "Frontiers",
          "Closed",
          "Closing",
          "GroupSums",
          "BucketSums",
          "Summary");

  final VirtualMesh mesh;
  private int starts;

  PodLife(int closeEntries) {
    mesh = new VirtualMesh(11, 3, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.forgetful = true;
    mesh.books = mesh.books.withCloseEntries(closeEntries);
    mesh.nodes.forEach(node -> node.gossip().books().use(mesh.books));
    mesh.heal();
    mesh.run(1_000);
  }

  private boolean agrees() {
    for (VirtualNode node : mesh.nodes) {
      if (!node.isSettled(SPACE) || !node.agreesWith(mesh.nodes.get(0), SPACE)) {
        return false;
      }
    }
    return true;
  }

  private void settle() {
    if (!mesh.runUntil(this::agrees, 20_000)) {
      throw new MeshOracle.Violation("not converged after start " + starts);
    }
  }

  /** So many starts more. */
  void start(int more) {
    VirtualNode pod = mesh.nodes.get(POD);
    for (int i = 0; i < more; i++) {
      pod.crash();
      pod.wipe();
      pod.start();
      VirtualMesh.SPACES.forEach(pod::open);
      settle();
      pod.write(SPACE, Changes.adding("e" + starts++ % 10));
      settle();
    }
    mesh.run(10_000);
  }

  SpaceState state() {
    return mesh.nodes.get(0).durable(SPACE);
  }

  int replicas() {
    return state().frontier().size();
  }

  int snapshotBytes() {
    return DiffFormat.encode(state()).length;
  }

  /** What repair says until a node has the one change that it missed during a cut. */
  long repairBytes() {
    mesh.isolate(1);
    mesh.run(4_000);
    mesh.nodes.get(0).write(SPACE, Changes.adding("missed"));
    mesh.run(1_000);
    mesh.sentBytes.clear();
    mesh.heal();
    settle();
    mesh.run(2_000);
    long bytes = 0;
    for (Map.Entry<String, Long> kind : mesh.sentBytes.entrySet()) {
      bytes += REPAIR.contains(kind.getKey()) ? kind.getValue() : 0;
    }
    return bytes;
  }

  /** Prints what grows and what does not. */
  public static void main(String[] args) {
    int starts = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    for (int closeEntries : new int[] {BookSettings.DEFAULT.closeEntries(), 1 << 20}) {
      PodLife life = new PodLife(closeEntries);
      System.out.println(closeEntries < 1_000 ? "closed vectors:" : "without:");
      for (int step = 0; step < 4; step++) {
        life.start(starts / 4);
        System.out.printf(
            "%,6d replicas: %,8d bytes to repair one change, %,9d of a snapshot%n",
            life.replicas(), life.repairBytes(), life.snapshotBytes());
      }
      life.mesh.checkConverged(5_000);
    }
  }
}
