package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real nodes over relays whose links come and go, and nodes that come and go with them. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PartitionsTest {
  private static final List<List<Integer>> ORDERS =
      List.of(
          List.of(0, 1, 2),
          List.of(0, 2, 1),
          List.of(1, 0, 2),
          List.of(1, 2, 0),
          List.of(2, 0, 1),
          List.of(2, 1, 0));

  /** How many of these orders, as chance has it. */
  private static final int ORDERS_TRIED = Integer.getInteger("hearsay.partitions.orders", 3);

  private static final int ROUNDS = Integer.getInteger("hearsay.partitions.rounds", 8);

  /** Another one in each run; {@code -Dhearsay.partitions.seed=N} repeats it. */
  private static final long SEED =
      Long.getLong("hearsay.partitions.seed", System.nanoTime() & 0xffff_ffffL);

  private final Random random = new Random(SEED);

  @BeforeAll
  static void sayHowToRepeatIt() {
    System.out.println("repeat with -Dhearsay.partitions.seed=" + SEED);
  }

  private static Crew crew() throws Exception {
    Lab lab = new Lab(3, null, Lab.quickStart());
    boolean started = false;
    try {
      Crew crew = new Crew(lab);
      started = true;
      return crew;
    } finally {
      if (!started) {
        lab.close();
      }
    }
  }

  @Test
  void flappingLinksLoseNothing() throws Exception {
    try (Crew crew = crew()) {
      for (int round = 0; round < ROUNDS; round++) {
        int from = random.nextInt(3);
        Link link = new Link(from, (from + 1 + random.nextInt(2)) % 3);
        CutMode mode = random.nextBoolean() ? CutMode.CLOSE : CutMode.FREEZE;
        crew.lab.relays().cut(link, mode);
        long passed = crew.lab.relays().bytesPassed(link);
        int written = crew.write(random.nextInt(3));
        // A while in which it may come or not: links flap at any pace.
        crew.missing(random.nextInt(3), List.of(written, written + 1_000), random.nextInt(700));
        crew.write(random.nextInt(3));
        assertEquals(passed, crew.lab.relays().bytesPassed(link), () -> link + " is not cut");
        if (random.nextInt(3) > 0) {
          crew.lab.relays().heal(link);
        }
      }
      crew.lab.nodes().forEach(crew.lab::heal);
      crew.everybodyHasWithin(10_000, crew.lab.nodes());
      crew.allAgree();
    }
  }

  /** Membership cannot take it back while the third is away; gossip does not ask membership. */
  @Test
  void aNodeKilledAndRestartedDuringAPartitionCatchesUpFromItsSideAtOnce() throws Exception {
    try (Crew crew = crew()) {
      crew.lab.cutOff(crew.node(2), CutMode.CLOSE);
      int away = crew.write(2);
      crew.write(0);
      crew.node(1).kill();
      List<Integer> missed = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        missed.add(crew.write(0));
      }
      crew.start(1);
      assertEquals(0, crew.missing(1, missed, 3_000), "it has not caught up");
      int own = crew.write(1);
      assertEquals(0, crew.missing(0, List.of(own), 3_000), "the others do not hear of it");
      assertEquals(1, crew.missing(1, List.of(away), 0), "the partition has ended by itself");
      crew.lab.heal(crew.node(2));
      crew.everybodyHasWithin(10_000, crew.lab.nodes());
      crew.allAgree();
    }
  }

  @Test
  void aRollingRestartUnderWritesLosesNothing() throws Exception {
    try (Crew crew = crew()) {
      int unacknowledged = 0;
      List<Integer> order = order();
      int rounds = 0;
      for (int restarted : order) {
        List<CompletableFuture<Reply.Written>> writes = new ArrayList<>();
        boolean killed = rounds++ == 1;
        for (int i = 0; i < 30; i++) {
          writes.add(crew.writeLater(i % 3));
        }
        if (killed) {
          crew.node(restarted).kill();
        } else {
          Crew.get(crew.node(restarted).stop());
        }
        for (int i = 0; i < 30; i++) {
          crew.write((restarted + 1 + i % 2) % 3);
        }
        crew.start(restarted);
        for (CompletableFuture<Reply.Written> write : writes) {
          unacknowledged += Crew.succeeded(write) ? 0 : 1;
        }
        crew.write(restarted);
      }
      assertTrue(unacknowledged < 30, "a restart of one node stops the others");
      crew.everybodyHasWithin(10_000, crew.lab.nodes());
      crew.allAgree();
    }
  }

  private List<Integer> order() {
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
    Collections.shuffle(order, random);
    return order;
  }

  /** In some of the six orders, or in all; they are killed in whatever order. */
  @Test
  void aWholeMeshRestartsInAnyOrder() throws Exception {
    try (Crew crew = crew()) {
      List<List<Integer>> orders = new ArrayList<>(ORDERS);
      Collections.shuffle(orders, random);
      for (List<Integer> order : orders.subList(0, ORDERS_TRIED)) {
        for (int i = 0; i < 6; i++) {
          crew.write(i % 3);
        }
        for (int node : order()) {
          crew.node(node).kill();
        }
        for (int node : order) {
          // One by one: the first works alone, and with what it has.
          crew.start(node);
          crew.write(node);
        }
        crew.everybodyHasWithin(10_000, crew.lab.nodes());
        crew.allAgree();
      }
    }
  }
}
