package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.runtime.control.RemoteSettings;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.persistence.FailingJournal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real node whose disk takes nothing for a while, a peer that sends it as much as it likes, and
 * another that does as it should.
 */
class StalledJournalTest {
  private static final long PEER_BYTES_MAX = 1 << 20;
  private static final int ELEMENT_BYTES = 40_000;
  private static final int PUSHES = 200;
  private static final int AT_ONCE = 20;
  private static final Config STALLING =
      ConfigFactory.parseString(
          "hearsay.journal { class = \""
              + FailingJournal.class.getName()
              + "\", circuit-breaker.call-timeout = 120s }\n"
              + "hearsay.limits { undelivered-peer-max = "
              + PEER_BYTES_MAX
              + ", undelivered-max = "
              + 4 * PEER_BYTES_MAX
              + " }");

  /** Says nothing by itself, and hears nothing. */
  private static final class Mute extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(message -> {}).build();
    }
  }

  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private final HostPort hasty = new HostPort("127.0.0.1", TestNodes.freePort());
  private final Changes writer = new Changes(78);
  private TestNodes nodes;
  private MeshNode first;
  private MeshNode second;
  private ActorSystem system;
  private ActorRef sender;
  private ActorRef target;
  private int pushed;

  @BeforeEach
  void start() {
    FailingJournal.repair();
    nodes = new TestNodes(directory);
    first = nodes.start("a", STALLING, a, b);
    second = nodes.start("b", b, a);
    system =
        ActorSystem.create(
            "hasty",
            RemoteSettings.data(hasty, hasty)
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    sender = system.actorOf(Props.create(Mute.class), "gossip");
    target =
        ((ExtendedActorSystem) system)
            .provider()
            .resolveActorRef("pekko://hearsay@127.0.0.1:" + a + "/user/gossip");
  }

  @AfterEach
  void close() throws Exception {
    FailingJournal.repair();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    nodes.close();
  }

  private static OrSet<String> set(MeshNode node, String space) {
    return node.agent("x").space(space).orSet(Changes.SET.name(), String.class);
  }

  private void say(Message message) {
    target.tell(MessageFormat.encode(message), sender);
  }

  private NodeMetrics.PeerTraffic traffic(String address) {
    Predicate<NodeMetrics.PeerTraffic> isIts = peer -> peer.address().equals(address);
    return first.metrics().peers().stream().filter(isIts).findFirst().orElseThrow();
  }

  private long receivedOf(String address, String kind) {
    NodeMetrics.Traffic of = traffic(address).received().get(kind);
    return of == null ? 0 : of.messages();
  }

  private long received(String kind) {
    return receivedOf(hasty.toString(), kind);
  }

  private void push(List<EncodedChange> changes) {
    for (int i = 0; i < changes.size(); i += AT_ONCE) {
      for (EncodedChange change : changes.subList(i, Math.min(changes.size(), i + AT_ONCE))) {
        say(new Message.Push("s", ++pushed, List.of(change)));
      }
      // Artery has no backpressure: what is not paced is lost before it comes to the node.
      Await.until("the node has looked at it", () -> received("Push") == pushed);
    }
  }

  /** Both nodes have the space, and the hasty one has told its branches, which are none. */
  private void meet() {
    set(first, "s").add("before");
    Await.until("b knows the space", () -> second.spaces().contains("s"));
    Await.until("b has it", () -> set(second, "s").contains("before"));
    say(Hellos.of("hasty", 6, "hasty", List.of()));
    EncodedChange met = writer.add("met");
    say(new Message.Push("s", ++pushed, List.of(met)));
    say(new Message.Fork("s", new ForkTalk.Heads(List.of(), List.of(), /* answer= */ false)));
    Await.until("it is met", () -> set(first, "s").contains("met"));
  }

  @Test
  void aFloodWhileTheDiskTakesNothingIsBoundedAndEverythingArrivesAfterwards() {
    meet();
    Space space = first.agent("x").space("s");
    OrSet<String> here = set(first, "s");
    OrSet<String> there = set(second, "s");
    FailingJournal.holdWriting();
    List<EncodedChange> flood = writer.adds("x".repeat(ELEMENT_BYTES), PUSHES);
    CompletableFuture<Frontier> own =
        space
            .updateAsync(tx -> tx.orSet(Changes.SET.name(), String.class).add("own"))
            .toCompletableFuture();
    push(flood);

    long taken = PUSHES - first.traffic().deliveriesRefused();
    assertTrue(taken * ELEMENT_BYTES <= PEER_BYTES_MAX, taken + " are kept");
    assertTrue(taken > 1, taken + " are kept");
    assertTrue(traffic(hasty.toString()).rejected() > 0, "it is counted under who sent it");
    // Reads go on, of what is durable; writes wait, and are not given up.
    assertEquals(Set.of("before", "met"), here.values());
    assertFalse(own.isDone());
    // And so does the other peer, here and at its own place.
    long before = receivedOf(second.address(), "Push");
    there.add("of b");
    Await.until("it comes here", () -> receivedOf(second.address(), "Push") > before);
    assertTrue(first.peers().stream().anyMatch(peer -> peer.name().equals("b")));
    assertEquals(0, traffic(second.address()).rejected());
    assertFalse(here.contains("of b"), "nothing is durable here");

    FailingJournal.repair();
    own.join();
    Await.until("what was kept", () -> here.size() >= taken + 3);
    Await.until("of b", () -> here.contains("of b"));
    List<EncodedChange> rest = flood.subList((int) taken, flood.size());
    for (int i = 0; i < rest.size(); i += AT_ONCE) {
      int end = Math.min(rest.size(), i + AT_ONCE);
      push(rest.subList(i, end));
      long count = 4 + taken + end;
      Await.until("it is there", () -> here.size() == count);
    }
    Await.until("and at b", () -> there.values().equals(here.values()));
    assertEquals(PUSHES + 4, there.size());
  }

  /** What is heard makes room again: a peer that speaks of branches for long is never too loud. */
  @Test
  void whatIsHeardOfBranchesIsNotCountedForEver() {
    meet();
    int heads = 1_000;
    List<ForkTalk.Head> many =
        LongStream.rangeClosed(1_000, 999 + heads)
            .mapToObj(replica -> new ForkTalk.Head(new ReplicaId(replica), 1, 1))
            .toList();
    Message talk = new Message.Fork("s", new ForkTalk.Heads(many, List.of(), /* answer= */ false));
    long before = received("Fork");
    int times = 500;
    for (int i = 1; i <= times; i++) {
      say(talk);
      if (i % 10 == 0) {
        long said = before + i;
        Await.until("it is heard", () -> received("Fork") == said);
        // The space has dealt with it, because it does what it is told in order.
        set(first, "s").add("after " + i);
      }
    }
    assertFalse(first.traffic().forgotten().containsKey("talk"), first.traffic().toString());
  }
}
