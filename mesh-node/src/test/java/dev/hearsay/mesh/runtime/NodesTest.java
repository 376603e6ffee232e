package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeStatus;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.runtime.control.RemoteSettings;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real nodes know of each other, and do with it. */
class NodesTest {
  @TempDir Path directory;

  private static NodeStatus status(MeshNode of, String name) {
    return of.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not known"));
  }

  @Test
  void everyNodeIsListedWithItsVersionRolesLagAndClock() {
    int a = TestNodes.freePort();
    int b = TestNodes.freePort();
    try (TestNodes nodes = new TestNodes(directory)) {
      MeshNode first = nodes.start("a", a, ConfigFactory.empty(), Set.of("gpu"), b);
      MeshNode second = nodes.start("b", b, ConfigFactory.empty(), Set.of("eu"), a);
      first.agent("x").space("s").orSet("set", String.class).add("e");
      Await.until(
          "b's row is whole",
          () ->
              first.nodes().stream()
                  .anyMatch(
                      node ->
                          node.id().equals(second.id())
                              && node.version().equals(PekkoNode.VERSION)
                              && node.roles().equals(new TreeSet<>(Set.of("eu")))
                              && node.behind() == 0
                              && node.clockOffsetMillis().isPresent()));
      assertEquals(List.of("a", "b"), first.nodes().stream().map(NodeStatus::name).toList());
      NodeStatus self = first.nodes().get(0);
      assertTrue(self.self() && self.id().equals(first.id()), self::toString);
      assertEquals(new TreeSet<>(Set.of("gpu")), self.roles());
      assertTrue(Math.abs(status(first, "b").clockOffsetMillis().orElseThrow()) < 1_000);
    }
  }

  /** Both have it, so neither keeps it change by change; a third is given the state. */
  @Test
  void whatAllHoldersHaveIsNotKeptChangeByChange() {
    int a = TestNodes.freePort();
    int b = TestNodes.freePort();
    int c = TestNodes.freePort();
    try (TestNodes nodes = new TestNodes(directory)) {
      MeshNode first = nodes.start("a", a, b);
      MeshNode second = nodes.start("b", b, a);
      OrSet<String> set = first.agent("x").space("s").orSet("set", String.class);
      for (int i = 0; i < 200; i++) {
        set.add("element " + i);
      }
      Await.until("b knows it", () -> second.spaces().contains("s"));
      OrSet<String> there = second.agent("y").space("s").orSet("set", String.class);
      Await.until("b has it", () -> there.size() == 200);
      Await.until("a has let go of it", () -> first.traffic().unsettledSpaces() == 0);
      Await.until("b has let go of it", () -> second.traffic().unsettledSpaces() == 0);
      MeshNode third = nodes.start("c", c, a, b);
      Await.until("c knows it", () -> third.spaces().contains("s"));
      OrSet<String> late = third.agent("z").space("s").orSet("set", String.class);
      Await.until("c has it", () -> late.size() == 200);
      assertTrue(third.traffic().transfersIn() >= 1, third.traffic()::toString);
    }
  }

  /** Says who it is and what time it has, and nothing else. */
  private static final class Clock extends AbstractActor {
    private final Message.Hello hello;
    private final AtomicLong aheadMillis;

    Clock(Message.Hello hello, AtomicLong aheadMillis) {
      this.hello = hello;
      this.aheadMillis = aheadMillis;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(byte[].class, this::onBytes).matchAny(other -> {}).build();
    }

    private void onBytes(byte[] bytes) {
      Message message;
      try {
        message = MessageFormat.decode(bytes);
      } catch (RejectedException e) {
        return; // in fragments, and so not about clocks
      }
      if (message instanceof Message.Hello) {
        getSender().tell(MessageFormat.encode(hello), getSelf());
      } else if (message instanceof Message.ClockAsk ask) {
        long wall = NodeContext.wallMillis() + aheadMillis.get();
        getSender().tell(MessageFormat.encode(new Message.ClockTell(ask.asked(), wall)), getSelf());
      }
    }
  }

  private static ActorSystem clock(String name, String target, AtomicLong aheadMillis) {
    HostPort address = new HostPort("127.0.0.1", TestNodes.freePort());
    ActorSystem system =
        ActorSystem.create(
            DataSystem.NAME,
            RemoteSettings.data(address, address)
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    Message.Hello hello = Hellos.of(name, name.hashCode(), name, List.of());
    ActorRef actor =
        system.actorOf(
            Props.create(Clock.class, () -> new Clock(hello, aheadMillis)), GossipActor.NAME);
    ((ExtendedActorSystem) system)
        .provider()
        .resolveActorRef("pekko://" + DataSystem.NAME + "@" + target + "/user/" + GossipActor.NAME)
        .tell(MessageFormat.encode(hello), actor);
    return system;
  }

  private static boolean refuses(OrSet<String> set) {
    try {
      set.add("x" + NodeContext.steadyMillis());
      return false;
    } catch (HearsayException e) {
      assertEquals(ErrorCode.CLOCK_OFF, e.code(), e::toString);
      return true;
    }
  }

  @Test
  void aNodeWhoseClockIsOffTheMedianRefusesToWriteUntilItIsRight() {
    AtomicLong ahead = new AtomicLong(3_600_000);
    try (TestNodes nodes = new TestNodes(directory)) {
      MeshNode node = nodes.start("a", ConfigFactory.parseString("hearsay.clock.max-drift = 10s"));
      Space space = node.agent("x").space("s");
      OrSet<String> set = space.orSet("set", String.class);
      set.add("before");
      WriteOptions once = WriteOptions.local().operationId("once");
      Frontier done = space.update(once, tx -> tx.pnCounter("n").increment());
      ActorSystem one = clock("one", node.address(), ahead);
      ActorSystem other = clock("other", node.address(), ahead);
      try {
        Await.until("it refuses", () -> refuses(set));
        int size = set.size();
        // A write that was done is done, whatever the clock says when it is repeated.
        assertTrue(done.covers(space.update(once, tx -> tx.pnCounter("n").increment())));
        assertEquals(1, space.pnCounter("n").value());
        WriteOptions another = WriteOptions.local().operationId("another");
        assertEquals(
            ErrorCode.CLOCK_OFF,
            assertThrows(
                    HearsayException.class,
                    () -> space.update(another, tx -> tx.pnCounter("n").increment()))
                .code());
        String why = assertThrows(HearsayException.class, () -> set.add("y")).getMessage();
        assertTrue(String.valueOf(why).contains("hearsay.clock.max-drift"), why);
        assertEquals(size, set.size());
        assertTrue(set.contains("before"));
        long offset = node.nodes().get(0).clockOffsetMillis().orElseThrow();
        assertTrue(Math.abs(offset + 3_600_000) <= 5_000, offset + " ms");
        ahead.set(0);
        Await.until("it writes", () -> !refuses(set));
      } finally {
        one.terminate();
        other.terminate();
      }
    }
  }

  @Test
  void whatIsNoTimeIsRefusedAtTheStart() {
    for (String setting : List.of("hearsay.clock.max-drift", "hearsay.gossip.silent-after")) {
      for (String value : List.of("0s", "soon", "400d", "-1s")) {
        HearsayException refused =
            assertThrows(
                HearsayException.class,
                () -> BookConfig.read(ConfigFactory.parseString(setting + " = \"" + value + "\"")));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, refused.code());
        assertTrue(String.valueOf(refused.getMessage()).startsWith(setting), refused::toString);
      }
    }
  }
}
