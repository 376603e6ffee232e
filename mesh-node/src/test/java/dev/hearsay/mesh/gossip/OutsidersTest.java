package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.RandomMessages;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Nodes of another mesh, and what a node takes from them: nothing. */
class OutsidersTest {
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final int MESSAGES = 2_000;

  private final Gossip gossip = node(SELF, "a");
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = 1_000_000;

  private static Gossip node(HostPort address, String mesh) {
    Gossip gossip = new Gossip(address, hello(mesh, address.host(), 1), GossipSettings.DEFAULT);
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, 0);
    return gossip;
  }

  private static Message.Hello hello(String mesh, String name, long incarnation) {
    return new Message.Hello(mesh, name, incarnation, name, List.of());
  }

  private List<Effect> hear(Message message) {
    return gossip.onMessage(PEER, message, now);
  }

  /** Of every kind but hellos, about a space that is here. */
  private static List<Message> messages() {
    RandomMessages some = new RandomMessages(new Random(1), List.of("s"));
    List<Message> messages = new ArrayList<>();
    while (messages.size() < MESSAGES) {
      Message message = some.any();
      if (!(message instanceof Message.Hello)) {
        messages.add(message);
      }
    }
    return messages;
  }

  private static <E extends Effect> List<E> those(Class<E> kind, List<Effect> effects) {
    return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static int sent(List<Effect> effects, Class<? extends Message> kind) {
    return (int)
        those(Effect.Send.class, effects).stream()
            .filter(send -> kind.isInstance(send.message()))
            .count();
  }

  /** What the effects are, but for hellos and what counts outsiders. */
  private static Set<String> kinds(List<Effect> effects) {
    Set<String> kinds = new HashSet<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        kinds.add("Send " + send.message().getClass().getSimpleName());
      } else {
        kinds.add(effect.getClass().getSimpleName());
      }
    }
    kinds.removeAll(Set.of("Send Hello", "Outside"));
    return kinds;
  }

  @Test
  void nothingThatAnOutsiderSaysIsTakenAndAllOfItIsCounted() {
    List<Effect> met = hear(hello("b", "other", 2));
    assertEquals(
        List.of(new Effect.Outside(PEER, 1, true, "node 'other' is of mesh 'b', not 'a'")),
        those(Effect.Outside.class, met));
    for (Message message : messages()) {
      List<Effect> effects = hear(message);
      assertEquals(1, effects.size(), () -> message + " leads to " + effects);
      assertEquals(1, those(Effect.Outside.class, effects).size());
      assertFalse(those(Effect.Outside.class, effects).get(0).isNew());
    }
    Outsiders.View view = gossip.outsiders().views().get(0);
    assertEquals(new Outsiders.View(PEER, "b", "other", "other", MESSAGES + 1), view);
    assertEquals(List.of(), gossip.peers());
    assertEquals(List.of(), gossip.books().nodes(now));
    assertFalse(gossip.outsiders().isIntroduced(PEER));
    assertEquals(Set.of(), kinds(gossip.onTick(now, random)));
  }

  /** The test before would pass if these messages did nothing anyway. */
  @Test
  void theSameMessagesOfAPeerAreTaken() {
    hear(hello("a", "peer", 2));
    Set<String> kinds = new HashSet<>();
    messages().forEach(message -> kinds.addAll(kinds(hear(message))));
    for (String kind : List.of("Deliver", "Serve", "ForkHeard", "WasIncarnation", "Send Want")) {
      assertTrue(kinds.contains(kind), kinds::toString);
    }
  }

  @Test
  void whoHasNotSaidOfWhichMeshItIsIsToldAndNotListenedTo() {
    int hellos = 0;
    int messages = 0;
    for (Message message : messages()) {
      if (message instanceof Message.Former) {
        continue; // which comes before the hello, and waits for it
      }
      List<Effect> effects = hear(message);
      assertEquals(Set.of(), kinds(effects));
      hellos += sent(effects, Message.Hello.class);
      messages++;
      now++;
    }
    assertTrue(hellos > 0 && hellos <= MESSAGES / 100 + 1, hellos + " hellos");
    assertFalse(gossip.peers().get(0).reachable());
    Effect.Outside met = those(Effect.Outside.class, hear(hello("b", "other", 2))).get(0);
    assertEquals(messages + 1, met.messages());
    assertEquals(List.of(), gossip.peers());
  }

  /** Its roles are said after its hello, and not before the other has said who it is. */
  @Test
  void whoHasNotSaidOfWhichMeshItIsIsToldNothingButHello() {
    Gossip gpu =
        new Gossip(
            SELF,
            hello("a", "self", 1),
            GossipSettings.DEFAULT,
            GossipLimits.DEFAULT,
            space -> VoterView.NONE,
            Set.of("gpu"));
    gpu.configure(List.of(PEER));
    List<Effect> knock = gpu.probed(PEER, now);
    assertEquals(1, knock.size());
    assertEquals(1, sent(knock, Message.Hello.class));
    List<Effect> met = gpu.onMessage(PEER, hello("a", "peer", 2), now);
    assertEquals(1, sent(met, Message.Roles.class));
  }

  @Test
  void whatWasSaidBeforeTheHelloOfAPeerIsNotCountedAsAnOutsiders() {
    hear(new Message.Summary(Digest.ZERO));
    List<Effect> effects = hear(hello("a", "peer", 2));
    assertEquals(List.of(), those(Effect.Outside.class, effects));
    assertEquals(1, sent(effects, Message.Summary.class));
    assertTrue(gossip.peers().get(0).reachable());
  }

  @Test
  void whatAnOutsiderSaysThatThisNodeWasIsNotBelievedLater() {
    hear(new Message.Former(99));
    hear(hello("b", "other", 2));
    assertEquals(List.of(), those(Effect.WasIncarnation.class, hear(hello("a", "peer", 3))));
  }

  @Test
  void anAddressThatANodeOfAnotherMeshTookOverIsLeftAlone() {
    gossip.configure(List.of(PEER));
    hear(hello("a", "peer", 2));
    assertTrue(gossip.peers().get(0).reachable());
    List<Effect> effects = hear(hello("b", "other", 3));
    assertTrue(those(Effect.Outside.class, effects).get(0).isNew());
    assertEquals(1, those(Effect.Report.class, effects).size());
    assertFalse(gossip.peers().get(0).reachable());
    assertFalse(gossip.outsiders().isIntroduced(PEER), "nor later, when the other has gone");
    Changes writer = new Changes(1);
    List<Effect> published =
        gossip.published(
            "s", VersionVector.EMPTY, new Digest(1, 1), List.of(writer.add("x")), List.of(), now);
    assertEquals(List.of(), published);
    assertTrue(sent(hear(hello("a", "peer", 4)), Message.Summary.class) > 0);
    assertEquals(List.of(), gossip.outsiders().views());
  }

  /** What is on its way to the node that was there before reaches the one that is there now. */
  @Test
  void aNodeThatTookOverAnAddressTakesNothingOfTheMeshBefore() {
    Gossip before = node(PEER, "a");
    gossip.onMessage(PEER, hello("a", "peer", 2), now);
    before.onMessage(SELF, hello("a", "self", 1), now);
    Gossip after = node(PEER, "b");
    Changes writer = new Changes(1);
    List<Effect> said =
        gossip.published(
            "s", VersionVector.EMPTY, new Digest(1, 1), List.of(writer.add("x")), List.of(), now);
    Message push = those(Effect.Send.class, said).get(0).message();
    assertEquals(1, those(Effect.Deliver.class, before.onMessage(SELF, push, now)).size());
    List<Effect> effects = after.onMessage(SELF, push, now);
    assertEquals(Set.of(), kinds(effects));
    assertEquals(1, sent(effects, Message.Hello.class));
  }

  @Test
  void anotherProcessOfAPeerIsToldAtOnceWhoThisNodeIs() {
    hear(hello("a", "peer", 2));
    List<Effect> effects = hear(hello("a", "peer", 3));
    assertEquals(1, sent(effects, Message.Hello.class));
    Effect.Send first = those(Effect.Send.class, effects).get(0);
    assertTrue(first.message() instanceof Message.Hello, "before anything else: " + effects);
    assertEquals(0, sent(hear(hello("a", "peer", 3)), Message.Hello.class));
  }

  /** Each has the other's address: for a minute, they say hello every five seconds. */
  @Test
  void twoMeshesThatArePointedAtEachOtherTellEachOtherNothing() {
    Gossip other = node(PEER, "b");
    gossip.configure(List.of(PEER));
    other.configure(List.of(SELF));
    Deque<Effect.Send> links = new ArrayDeque<>();
    int messages = 0;
    int told = 0;
    for (int tick = 0; tick < 1_200; tick++) {
      now += 50;
      for (Gossip each : List.of(gossip, other)) {
        List<Effect> effects = each.onTick(now, random);
        for (Effect.Probe probe : those(Effect.Probe.class, effects)) {
          effects.addAll(each.probed(probe.address(), now));
        }
        links.addAll(those(Effect.Send.class, effects));
      }
      while (!links.isEmpty()) {
        Effect.Send send = links.remove();
        assertTrue(send.message() instanceof Message.Hello, send::toString);
        messages++;
        Gossip to = send.to().equals(PEER) ? other : gossip;
        HostPort from = send.to().equals(PEER) ? SELF : PEER;
        List<Effect> effects = to.onMessage(from, send.message(), now);
        told += (int) those(Effect.Outside.class, effects).stream().filter(o -> o.isNew()).count();
        links.addAll(those(Effect.Send.class, effects));
      }
    }
    assertEquals(2, told);
    assertTrue(messages >= 24 && messages <= 60, messages + " messages");
    assertEquals("b", gossip.outsiders().views().get(0).mesh());
  }

  @Test
  void oneThatHasGoneIsForgottenAndItsAddressTriedAsBefore() {
    gossip.configure(List.of(PEER));
    hear(hello("b", "other", 2));
    now += Outsiders.GONE_MILLIS + 1;
    gossip.onTick(now, random);
    assertEquals(List.of(), gossip.outsiders().views());
    int probes = 0;
    for (int tick = 0; tick < 20; tick++) {
      now += 50;
      probes += those(Effect.Probe.class, gossip.onTick(now, random)).size();
    }
    assertTrue(probes >= 9, probes + " probes in a second");
    assertTrue(those(Effect.Outside.class, hear(hello("b", "other", 2))).get(0).isNew());
  }

  @Test
  void oneThatIsOfAnotherMeshEachTimeIsNamedOnce() {
    assertTrue(those(Effect.Outside.class, hear(hello("b", "other", 2))).get(0).isNew());
    for (int i = 0; i < 1_000; i++) {
      now += 100;
      hear(hello("a", "peer", 2 + i));
      List<Effect> effects = hear(hello("b" + i, "other", 2));
      assertFalse(those(Effect.Outside.class, effects).get(0).isNew());
    }
  }

  @Test
  void ofManyOutsidersSoManyAreRememberedAndNoneBecomesAPeer() {
    for (int i = 0; i < 2 * Gossip.PEERS_MAX; i++) {
      gossip.onMessage(new HostPort("out" + i, 1), hello("b", "x", 2 + i), now);
    }
    assertEquals(Gossip.PEERS_MAX, gossip.outsiders().views().size());
    assertEquals(List.of(), gossip.peers());
  }

  /** Kind 1, as builds say it that know no names of meshes. */
  @Test
  void aNodeOfAnEarlierBuildIsOfTheDefaultMesh() {
    byte[] bytes =
        HexFormat.of().parseHex("480101" + "026964" + "0a0b0c0d0e0f1011" + "046e616d65" + "00");
    Message.Hello hello = (Message.Hello) MessageFormat.decode(bytes);
    Effect.Outside outside = those(Effect.Outside.class, hear(hello)).get(0);
    assertEquals("node 'name' is of mesh 'hearsay', not 'a'", outside.detail());
    Gossip unnamed =
        new Gossip(SELF, Hellos.of("id", 1, "self", List.of()), GossipSettings.DEFAULT);
    assertEquals(1, sent(unnamed.onMessage(PEER, hello, now), Message.Summary.class));
    byte[] answer = MessageFormat.encode(Hellos.of("id", 1, "self", List.of()));
    assertEquals(1, answer[2], "which an earlier build understands");
  }

  /** Whoever reaches the port may invent senders: each answer would open a connection to one. */
  @Test
  void tenThousandInventedOutsidersAreCountedAndFewAreAnswered() {
    int answered = 0;
    for (int i = 0; i < 10_000; i++) {
      HostPort invented = new HostPort("invented", 1 + i);
      List<Effect> effects = gossip.onMessage(invented, hello("b", "node" + i, 2 + i), now);
      answered += sent(effects, Message.Hello.class);
      assertEquals(1, those(Effect.Outside.class, effects).size());
    }
    assertEquals(Outsiders.HELLOS_MAX, answered);
    assertEquals(Gossip.PEERS_MAX, gossip.outsiders().views().size());
    assertEquals(List.of(), gossip.peers());
    now += Outsiders.HELLO_MILLIS;
    assertEquals(1, sent(hear(hello("b", "late", 1)), Message.Hello.class), "then others are");
  }
}
