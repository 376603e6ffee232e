package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a peer makes wait under thousands of invented replicas costs the others nothing. */
class HoldBackCostTest {
  private static final HostPort HOSTILE = new HostPort("hostile", 1);
  private static final HostPort HONEST = new HostPort("honest", 1);
  private static final int REPLICAS = 10_000;

  private final SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);

  @Test
  void whatWaitsForSomethingElseIsNotLookedAt() {
    List<EncodedChange> invented = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      invented.add(new Changes(1_000 + i).adds("x", 2).get(1));
    }
    core.receive(invented, HOSTILE);
    assertEquals(REPLICAS, core.heldBack());
    Changes writer = new Changes(2);
    for (int i = 0; i < 1_000; i++) {
      assertEquals(1, core.receive(List.of(writer.add("honest" + i)), HONEST).applied());
      core.mint(Changes.after(core), "author", Changes.adding("own" + i));
    }
    assertEquals(0, core.looks());
    assertEquals(REPLICAS, core.heldBack());
  }

  @Test
  void whatComesTheWrongWayRoundIsLookedAtOnce() {
    int count = 500;
    List<EncodedChange> chain = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Changes writer = new Changes(1_000 + i);
      chain.forEach(writer::see);
      chain.add(writer.add("x" + i));
    }
    long entries = chain.stream().mapToLong(change -> change.change().advances().size()).sum();
    List<EncodedChange> backwards = new ArrayList<>(chain);
    Collections.reverse(backwards);
    backwards.forEach(change -> core.receive(List.of(change), HOSTILE));
    assertEquals(0, core.heldBack());
    assertEquals(count, Changes.elements(core.head()).size());
    assertTrue(core.looks() <= entries, core.looks() + " looks at " + entries + " entries");
  }

  @Test
  void whatWaitsForManyIsLookedAtOnceForEach() {
    Changes writer = new Changes(2);
    List<EncodedChange> past = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      past.add(new Changes(1_000 + i).add("x" + i));
    }
    past.forEach(writer::see);
    core.receive(List.of(writer.add("all")), HONEST);
    core.receive(past, HONEST);
    assertEquals(0, core.heldBack());
    assertTrue(core.looks() <= past.size(), core.looks() + " looks");
  }

  @Test
  void theLongestChainIsSeldomLookedForAmongManyReplicas() {
    Chains chains = new Chains();
    int replicas = 2 * Chains.LINKS_MAX;
    for (int i = 0; i < replicas; i++) {
      chains.add(new ReplicaId(1 + i), new ReplicaHead(1, VersionVector.EMPTY, 1));
    }
    assertEquals(0, chains.steps(), "there is nothing to forget of chains of one link");
    int more = Chains.LINKS_MAX;
    for (int i = 0; i < more; i++) {
      chains.add(new ReplicaId(1 + i), new ReplicaHead(2, VersionVector.EMPTY, 2));
    }
    for (int i = 0; i < more; i++) {
      chains.add(new ReplicaId(1 + i % 10), new ReplicaHead(3 + i, VersionVector.EMPTY, 3));
    }
    assertTrue(chains.steps() < 200L * more, chains.steps() + " steps");
  }
}
