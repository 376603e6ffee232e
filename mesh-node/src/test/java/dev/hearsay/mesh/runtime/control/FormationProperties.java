package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens on the way, nodes that can reach each other end in one cluster, and rest. */
class FormationProperties {
  private static final long FORM_MILLIS_MAX = 15_000;
  private static final long CHAOS_SETTLES_MILLIS_MAX = 150_000;
  private static final long REST_MILLIS = 70_000;

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void anyNodesThatKnowEachOtherFormOneCluster(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int count) {
    FormationWorld world = new FormationWorld(seed, 5);
    Random random = new Random(~seed);
    addAll(world, random, count);
    for (int i = 0; i < count; i++) {
      world.run(random.nextBoolean() ? 0 : random.nextInt(1_400));
      world.start(i);
    }
    assertRest(world, FORM_MILLIS_MAX);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void nodesThatWereCutAndKilledEndInOneCluster(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int count) {
    FormationWorld world = new FormationWorld(seed, 5);
    Random random = new Random(~seed);
    addAll(world, random, count);
    for (int i = 0; i < count; i++) {
      world.start(i);
    }
    for (int step = 0; step < 12; step++) {
      disturb(world, random, count);
      world.run(random.nextInt(6_000));
    }
    world.heal();
    for (int i = 0; i < count; i++) {
      if (!world.isRunning(i)) {
        world.start(i);
      }
    }
    assertRest(world, CHAOS_SETTLES_MILLIS_MAX);
  }

  private static void disturb(FormationWorld world, Random random, int count) {
    int one = random.nextInt(count);
    int other = random.nextInt(count);
    switch (random.nextInt(6)) {
      case 0 -> world.cut(one, other);
      case 1 -> isolate(world, one, count);
      case 2 -> halve(world, random, count);
      case 3 -> world.heal();
      case 4 -> {
        if (world.isRunning(one)) {
          world.kill(one);
        } else {
          world.start(one);
        }
      }
      default -> {
        if (world.isRunning(one)) {
          world.kill(one);
          world.start(one);
        }
      }
    }
  }

  private static void isolate(FormationWorld world, int one, int count) {
    for (int i = 0; i < count; i++) {
      world.cut(one, i);
      world.cut(i, one);
    }
  }

  private static void halve(FormationWorld world, Random random, int count) {
    int border = random.nextInt(count);
    for (int i = 0; i < border; i++) {
      for (int j = border; j < count; j++) {
        world.cut(i, j);
        world.cut(j, i);
      }
    }
  }

  /** Every node knows one earlier one at least, so that all can meet. */
  private static void addAll(FormationWorld world, Random random, int count) {
    for (int i = 0; i < count; i++) {
      List<HostPort> known = new ArrayList<>();
      if (i > 0) {
        known.add(FormationWorld.address(random.nextInt(i)));
      }
      for (int j = 0; j < count; j++) {
        if (random.nextInt(3) == 0) {
          known.add(FormationWorld.address(j));
        }
      }
      world.add(i, known);
    }
  }

  private static void assertRest(FormationWorld world, long millisMax) {
    long millis = world.runUntilOne(millisMax);
    assertTrue(millis >= 0, world::toString);
    int before = world.replaces();
    world.run(REST_MILLIS);
    assertTrue(world.isOne(), () -> "it fell apart again " + world);
    assertTrue(world.replaces() - before == 0, () -> "it changed sides again " + world);
  }
}
