package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a node believes what it was called before, and how often. */
class FormersTest {
  private static final long NOW = 1_000;
  private static final long OWN = 1;
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort B = new HostPort("b", 1);
  private static final HostPort C = new HostPort("c", 1);

  private final Gossip gossip =
      new Gossip(SELF, Hellos.of("self", OWN, "self", List.of()), GossipSettings.DEFAULT);

  private List<Effect> hello(HostPort from, long incarnation) {
    return gossip.onMessage(from, Hellos.of(from.host(), incarnation, from.host(), List.of()), NOW);
  }

  private List<Effect> former(HostPort from, long incarnation) {
    return gossip.onMessage(from, new Message.Former(incarnation), NOW);
  }

  private static List<Long> believed(List<Effect> effects) {
    List<Long> believed = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.WasIncarnation was) {
        believed.add(was.incarnation());
      }
    }
    return believed;
  }

  private static void assertRefused(List<Effect> effects, String why) {
    assertEquals(List.of(), believed(effects));
    assertTrue(
        effects.stream()
            .anyMatch(
                effect ->
                    effect instanceof Effect.Report report
                        && report.event() == Effect.Event.REFUSED
                        && report.detail().endsWith(why)),
        effects::toString);
  }

  @Test
  void aPeerThatHasSaidWhoItIsIsBelieved() {
    hello(B, 2);
    assertEquals(List.of(77L), believed(former(B, 77)));
    assertEquals(List.of(), former(B, 77), "it is known by now");
    assertEquals(List.of(), believed(former(B, OWN)));
  }

  /** A peer says it in answer to this node's hello, before its own. */
  @Test
  void whatAPeerSaysBeforeItsHelloCountsFromItsHelloOn() {
    assertEquals(List.of(), believed(former(B, 77)));
    assertRefused(former(B, 78), "it has not said who it is");
    assertEquals(List.of(77L), believed(hello(B, 2)));
  }

  @Test
  void aPeerNamesOneAtEachContact() {
    hello(B, 2);
    assertEquals(List.of(77L), believed(former(B, 77)));
    assertRefused(former(B, 78), "it has named another one before");
    hello(B, 3);
    assertEquals(List.of(78L), believed(former(B, 78)));
  }

  @Test
  void anIncarnationThatAnotherNodeHasHadIsNotTakenForThisNodes() {
    hello(B, 2);
    hello(B, 3);
    hello(C, 4);
    assertRefused(former(C, 2), "node b had that");
    assertRefused(former(B, 4), "node c had that");
    assertRefused(former(C, 0), "no node has that");
  }

  @Test
  void soManyAndNoMore() {
    int believed = 0;
    for (int i = 0; i < 200; i++) {
      HostPort peer = new HostPort("peer" + i, 1);
      hello(peer, 1_000 + i);
      believed += believed(former(peer, 10_000 + i)).size();
    }
    assertEquals(Formers.BELIEVED_MAX, believed);
  }
}
