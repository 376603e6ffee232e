package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.RandomMessages;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a space that one of two peers may not hold, that one hears nothing, and is not heard. */
class RestrictedSpaceTest {
  private static final String SPACE = "s";
  private static final HostPort HOLDER = new HostPort("holder", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final long NOW = 1_000;

  private final VoterView voters =
      new VoterView(1, List.of(List.of("self", "holder", "other")), List.of());
  private final Gossip gossip =
      new Gossip(
          new HostPort("self", 1),
          Hellos.of("self", 1, "self", List.of()),
          GossipSettings.DEFAULT,
          GossipLimits.DEFAULT,
          space -> voters,
          Set.of("gpu"));

  @BeforeEach
  void meet() {
    gossip.placed(SPACE, Placement.onRoles("gpu"), NOW);
    gossip.opened(SPACE, VersionVector.EMPTY.with(new ReplicaId(9), 4), new Digest(1, 1), NOW);
    introduce(HOLDER, 2, "gpu");
    introduce(OTHER, 3, "eu");
  }

  private void introduce(HostPort peer, long incarnation, String role) {
    String name = peer.host();
    gossip.onMessage(peer, Hellos.of(name, incarnation, name, List.of()), NOW);
    for (boolean asks : List.of(true, false)) {
      gossip.onMessage(peer, new Message.Roles(incarnation, List.of(role), asks), NOW);
    }
  }

  private static boolean isAbout(Message message) {
    return message instanceof Message.About about && about.space().equals(SPACE);
  }

  private static Set<HostPort> receivers(List<Effect> effects) {
    Set<HostPort> receivers = new TreeSet<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && isAbout(send.message())) {
        receivers.add(send.to());
      }
    }
    return receivers;
  }

  @Test
  void whateverOneSaysOfItThatMayNotHoldItIsRefusedAndHasNoEffect() {
    RandomMessages messages = new RandomMessages(new Random(1), List.of(SPACE));
    Set<String> kinds = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      Message message = messages.any();
      if (!isAbout(message) || message instanceof Message.Handover) {
        continue;
      }
      kinds.add(message.getClass().getSimpleName());
      List<Effect> effects = gossip.onMessage(OTHER, message, NOW);
      for (Effect effect : effects) {
        boolean refused =
            effect instanceof Effect.Report report
                && report.event() == Effect.Event.MISPLACED
                && report.detail().contains("which may not hold space");
        boolean acknowledged =
            effect instanceof Effect.Send send && send.message() instanceof Message.PushAck;
        assertTrue(refused || acknowledged, () -> message + " brings " + effects);
      }
      assertFalse(effects.isEmpty(), message::toString);
    }
    assertTrue(
        kinds.containsAll(
            Set.of(
                "AckAsk",
                "AckTell",
                "ChainAsk",
                "ChainTell",
                "StandAsk",
                "StandTell",
                "VoteAsk",
                "VoteTell",
                "Doubt",
                "StateOffer",
                "StateHead",
                "StatePiece",
                "StateAsk",
                "StateResume",
                "StateGone",
                "Want",
                "Answer",
                "Push",
                "Covered",
                "Leaves",
                "PruneIn",
                "GraftIn")),
        kinds::toString);
  }

  private long refusals(HostPort from, Message message, long nowMillis) {
    return gossip.onMessage(from, message, nowMillis).stream()
        .filter(
            effect ->
                effect instanceof Effect.Report report
                    && report.event() == Effect.Event.MISPLACED
                    && report.peer().equals(from)
                    && report.detail().contains("has not said its roles"))
        .count();
  }

  @Test
  void oneThatNeverSaysItsRolesIsExcusedForAMomentAndThenReported() {
    HostPort stranger = new HostPort("stranger", 1);
    Message hello = Hellos.of("stranger", 4, "stranger", List.of());
    Message row =
        new Message.Rows(
            List.of(new Message.Row(SPACE, VersionVector.EMPTY, Digest.ZERO)), /* answer= */ true);
    gossip.onMessage(stranger, hello, NOW);
    long last = NOW + Borders.ROLES_MILLIS - 1;
    assertEquals(0, refusals(stranger, new Message.Want(SPACE, VersionVector.EMPTY), NOW));
    gossip.onMessage(stranger, hello, NOW + 1_000); // it has not fallen silent in between
    assertEquals(0, refusals(stranger, row, last));
    assertEquals(0, refusals(stranger, hello, last + 1), "what may be said is no offence");
    assertEquals(1, refusals(stranger, new Message.Want(SPACE, VersionVector.EMPTY), last + 1));
    assertEquals(1, refusals(stranger, row, last + 500));
    // Another process there has its moment too.
    gossip.onMessage(stranger, Hellos.of("stranger", 5, "stranger", List.of()), last + 600);
    assertEquals(0, refusals(stranger, row, last + 700));
    gossip.onMessage(stranger, new Message.Roles(5, List.of("gpu"), /* ask= */ true), last + 700);
    assertEquals(0, refusals(stranger, row, last + 9_000));
  }

  @Test
  void comingAndGoingExcusesNobodyForEver() {
    HostPort stranger = new HostPort("stranger", 1);
    Message want = new Message.Want(SPACE, VersionVector.EMPTY);
    long refusals = 0;
    for (int contact = 0; contact < 3 * Borders.UNSAID_MAX; contact++) {
      long at = NOW + contact * 10_000L;
      Message hello = Hellos.of("stranger", 4 + contact, "stranger", List.of());
      gossip.onMessage(stranger, hello, at);
      refusals += refusals(stranger, want, at);
    }
    assertEquals(2 * Borders.UNSAID_MAX, refusals);
  }

  @Test
  void aVoterThatMayNotHoldItIsNotAsked() {
    VersionVector target = VersionVector.EMPTY.with(new ReplicaId(9), 4);
    Acknowledgements acknowledgements = gossip.acknowledgements();
    assertEquals(
        Set.of(HOLDER),
        receivers(acknowledgements.count(1, SPACE, target, Need.ALL, NOW + 5_000, NOW)));
    List<Effect> change =
        acknowledgements.change(2, SPACE, List.of("holder", "self"), NOW + 5_000, NOW);
    assertEquals(Set.of(HOLDER), receivers(change));
    List<Effect> doubted = acknowledgements.doubt(SPACE, NOW);
    assertTrue(doubted.contains(new Effect.Doubted(SPACE)), doubted::toString);
    long later = NOW + Acknowledgements.WAIT_MILLIS_MAX + 1;
    gossip.onMessage(HOLDER, new Message.PushAck(0), later);
    gossip.onMessage(OTHER, new Message.PushAck(0), later);
    assertEquals(Set.of(HOLDER), receivers(gossip.onTick(later, new Random(1))));
  }

  @Test
  void whoMayHoldASpaceHearsOfAllItsBranchesAndWhoMayNotOfNone() {
    ForkTalk.Head head = new ForkTalk.Head(new ReplicaId(9), 4, 1);
    ForkTalk all = new ForkTalk.Heads(List.of(head), List.of(), /* answer= */ true);
    assertEquals(Set.of(), receivers(gossip.forks().say(SPACE, OTHER, all)));
    gossip.placed(SPACE, Placement.onRoles("eu"), NOW);
    assertEquals(
        List.of(new Effect.Send(OTHER, new Message.Fork(SPACE, all))),
        gossip.forks().say(SPACE, OTHER, all));
  }

  @Test
  void aVoterWhoseSpaceIsHandedOverRemembersThatItLostIt() {
    VersionVector frontier = VersionVector.EMPTY.with(new ReplicaId(9), 4);
    gossip.placed(SPACE, Placement.onRoles("eu"), NOW);
    Message covered = new Message.Covered(SPACE, frontier);
    assertEquals(List.of(), gossip.onMessage(OTHER, covered, NOW), "it was not asked");
    assertEquals(Set.of(OTHER), receivers(gossip.onTick(NOW, new Random(1))));
    List<Effect> effects = gossip.onMessage(OTHER, covered, NOW);
    assertEquals(
        List.of(
            new Effect.Left(new Message.Row(SPACE, frontier, new Digest(1, 1))),
            new Effect.Purge(SPACE, OTHER, frontier)),
        effects.stream().filter(effect -> !(effect instanceof Effect.Send)).toList());
    assertEquals(List.of(), gossip.onMessage(OTHER, covered, NOW), "it is going already");
    // And it does not speak as a voter meanwhile.
    Message ask = new Message.AckAsk(SPACE, 7, frontier, 0, /* recovering= */ false);
    assertEquals(Set.of(), receivers(gossip.onMessage(OTHER, ask, NOW)));
  }

  private static long purges(List<Effect> effects) {
    return effects.stream().filter(effect -> effect instanceof Effect.Purge).count();
  }

  @Test
  void whatIsAboutToBeRemovedIsVouchedForByNobodyWhateverItsPlacementBecomes() {
    VersionVector frontier = VersionVector.EMPTY.with(new ReplicaId(9), 4);
    Digest digest = new Digest(1, 1);
    gossip.placed(SPACE, Placement.onRoles("eu"), NOW);
    gossip.onTick(NOW, new Random(1));
    assertEquals(1, purges(gossip.onMessage(OTHER, new Message.Covered(SPACE, frontier), NOW)));
    // It comes back before it is gone.
    gossip.placed(SPACE, Placement.onRoles("gpu", "eu"), NOW);
    gossip.opened(SPACE, frontier, digest, NOW); // its journal was read again
    List<Message> questions =
        List.of(
            new Message.Handover(SPACE, frontier, digest),
            new Message.AckAsk(SPACE, 7, frontier, 0, /* recovering= */ false),
            new Message.Rows(List.of(), /* answer= */ false));
    for (Message question : questions) {
      for (Effect effect : gossip.onMessage(HOLDER, question, NOW)) {
        String said = effect.toString();
        assertFalse(effect instanceof Effect.Send && said.contains("space=" + SPACE), said);
      }
    }
    assertEquals(Set.of(), receivers(gossip.onTick(NOW + 500, new Random(1))));
    // Nobody has answered: it is asked for again.
    gossip.onMessage(HOLDER, new Message.PushAck(0), NOW + 2_500);
    assertEquals(1, purges(gossip.onTick(NOW + 2_500, new Random(1))));
    gossip.stays(SPACE, frontier, digest, NOW + 2_500);
    assertEquals(
        Set.of(HOLDER), receivers(gossip.onMessage(HOLDER, questions.get(0), NOW + 2_500)));
    assertEquals(0, purges(gossip.onTick(NOW + 9_000, new Random(1))));
  }

  @Test
  void eligibleAreThoseThatAreKnownToBeAllowed() {
    Holders.Eligible eligible = gossip.holders().eligible(Placement.onRoles("gpu"));
    assertEquals(Set.of("self", "holder"), eligible.known());
    assertEquals(eligible.known(), eligible.inReach());
    assertEquals(
        Set.of("self", "holder", "other"),
        gossip.holders().eligible(Placement.everywhere()).known());
    assertEquals(Set.of("other"), gossip.holders().eligible(Placement.onRoles("eu")).known());
  }
}
