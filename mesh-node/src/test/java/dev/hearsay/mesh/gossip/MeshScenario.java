package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.AppendLog;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.space.SpaceLimits;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A random life of a {@link VirtualMesh}: writes, cuts of single directions, loss, duplicates,
 * overtaking, crashes and restarts; then the heal, quiet time, and the checks.
 *
 * @param steps random events before the heal
 * @param largeText length of an element that needs fragments, in characters
 */
record MeshScenario(long seed, int steps, SpaceLimits limits, PlantedFault fault, int largeText) {
  /** So small that a peer that was away for a moment needs a state transfer. */
  static final SpaceLimits TINY_TAIL = new SpaceLimits(3, 2_000, 8, 4_000, 1_000);

  static final long HEAL_MILLIS_MAX = 20_000;

  static MeshScenario of(long seed) {
    return new MeshScenario(seed, 120, SpaceLimits.DEFAULT, PlantedFault.NONE, 160_000);
  }

  MeshScenario withTinyTail() {
    return new MeshScenario(seed, steps, TINY_TAIL, fault, largeText);
  }

  MeshScenario with(PlantedFault planted) {
    return new MeshScenario(seed, steps, limits, planted, largeText);
  }

  /**
   * Runs it and gives the healed mesh.
   *
   * @throws MeshOracle.Violation if a check does not hold
   */
  VirtualMesh run() {
    VirtualMesh mesh = new VirtualMesh(seed, 2 + (int) Math.floorMod(seed, 3L), limits, fault);
    SplittableRandom random = mesh.random;
    mesh.checksStability = true;
    // At once, so that as much as possible is let go of.
    mesh.books = mesh.books.withSettleMillis(0).withCloseEntries(1 + (int) Math.floorMod(seed, 5L));
    if (fault == PlantedFault.CALLS_STABLE_WHAT_THE_SILENT_LACK) {
      mesh.books = mesh.books.withSilentMillis(1_000);
    }
    mesh.nodes.forEach(node -> node.gossip().books().use(mesh.books));
    mesh.nodes.forEach(node -> node.open(VirtualMesh.SPACES.get(0)));
    for (int step = 0; step < steps; step++) {
      int some = random.nextInt(mesh.nodes.size());
      int other = random.nextInt(mesh.nodes.size());
      VirtualNode node = mesh.nodes.get(some);
      switch (random.nextInt(16)) {
        case 0 -> mesh.cut(some, other);
        case 1 -> mesh.heal(some, other);
        case 2 -> mesh.isolate(some);
        case 3 -> mesh.network(random.nextDouble() * 0.4, random.nextDouble() * 0.3, 40);
        case 4 -> mesh.network(0, 0, 1);
        case 5 -> {
          if (node.isRunning()) {
            // In the middle of writing, as crashes are that tell anything.
            node.write(space(random), body(random));
            mesh.run(random.nextInt(2));
            node.write(space(random), body(random));
            node.crash();
          }
        }
        case 6, 7 -> {
          if (!node.isRunning()) {
            node.start();
          }
        }
        case 8 -> {
          if (node.isRunning()) {
            node.open(space(random));
          }
        }
        case 9 -> mesh.run(random.nextInt(3_000));
        default -> {
          for (int i = random.nextInt(8); i >= 0; i--) {
            node.write(space(random), body(random));
          }
        }
      }
      mesh.run(random.nextInt(100));
    }
    mesh.heal();
    mesh.checkConverged(HEAL_MILLIS_MAX);
    mesh.checkIdle();
    mesh.nodes.forEach(VirtualNode::checkAll);
    return mesh;
  }

  private static String space(SplittableRandom random) {
    return VirtualMesh.SPACES.get(random.nextInt(VirtualMesh.SPACES.size()));
  }

  private Consumer<Draft> body(SplittableRandom random) {
    String element = "e" + random.nextInt(10);
    Value value = Value.of("v" + random.nextInt(1_000));
    return switch (random.nextInt(8)) {
      case 0, 1 -> draft -> OrSet.add(draft.field(key(FieldType.OR_SET)), Value.of(element));
      case 2 -> draft -> OrSet.remove(draft.field(key(FieldType.OR_SET)), Value.of(element));
      case 3 -> draft -> PnCounter.increment(draft.field(key(FieldType.PN_COUNTER)), 1);
      case 4 -> draft -> LwwRegister.set(draft.field(key(FieldType.LWW_REGISTER)), value);
      case 5 -> draft -> AppendLog.append(draft.field(key(FieldType.APPEND_LOG)), value);
      case 6 -> {
        Value large =
            Value.of(random.nextInt(10) == 0 ? "x".repeat(largeText) : "small " + element);
        yield draft -> OrMap.put(draft.field(key(FieldType.OR_MAP)), element, large);
      }
      default ->
          draft -> {
            PnCounter.increment(draft.field(key(FieldType.PN_COUNTER)), 5);
            OrSet.add(draft.field(key(FieldType.OR_SET)), value);
            OrMap.remove(draft.field(key(FieldType.OR_MAP)), element);
          };
    };
  }

  private static FieldKey key(FieldType type) {
    return new FieldKey(type.title(), type);
  }
}
