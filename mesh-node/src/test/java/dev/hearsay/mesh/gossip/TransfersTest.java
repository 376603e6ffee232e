package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a state on its way may cost, and who is asked for what. */
class TransfersTest {
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final HostPort THIRD = new HostPort("third", 1);
  private static final GossipLimits LIMITS =
      new GossipLimits(
          2,
          3,
          1_000,
          100_000,
          1_000,
          64 << 10,
          5_000,
          1 << 20,
          64L << 20,
          256L << 20,
          1 << 20,
          1 << 22,
          60_000,
          600_000,
          60_000);

  private Gossip gossip = new Gossip(SELF, hello("self", 1), GossipSettings.DEFAULT, LIMITS);
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = 1_000;

  /** Planted: the disk is said to have whatever has come, and pieces are read without an end. */
  private boolean creditIsIgnored;

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(new ReplicaId(9), counter);
  }

  private static <T extends Message> List<T> sent(List<Effect> effects, Class<T> kind) {
    List<T> messages = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && kind.isInstance(send.message())) {
        messages.add(kind.cast(send.message()));
      }
    }
    return messages;
  }

  private List<Effect> hear(Message message) {
    return gossip.onMessage(PEER, message, now);
  }

  /** Opens a space of which the peer has more, so that it is asked. */
  private List<Effect> lacking(String space) {
    gossip.opened(space, VersionVector.EMPTY, Digest.ZERO, now);
    return hear(new Message.Rows(List.of(new Message.Row(space, at(10), new Digest(1, 1))), true));
  }

  private static Message.StateOffer offer(String space, long elements, long bytes, int head) {
    return new Message.StateOffer(space, 5, false, elements, bytes, head);
  }

  private static Piece bytes(int size) {
    return Piece.of(new byte[size]);
  }

  @Test
  void whatIsOverALimitIsRefusedBeforeAnythingIsAskedFor() {
    hear(hello("peer", 2));
    List<Message.StateOffer> offers =
        List.of(offer("a", 1_001, 10, 10), offer("b", 10, 100_001, 10), offer("c", 10, 10, 1_001));
    for (Message.StateOffer offer : offers) {
      assertEquals(1, sent(lacking(offer.space()), Message.Want.class).size());
      List<Effect> effects = hear(offer);
      assertEquals(0, sent(effects, Message.StateAsk.class).size(), offer.toString());
      assertTrue(
          effects.stream()
              .anyMatch(
                  effect ->
                      effect instanceof Effect.Report report
                          && report.event() == Effect.Event.TRANSFER_REFUSED
                          && report.detail().contains("limit")));
      // Not at once again, and later.
      assertEquals(0, sent(lacking(offer.space()), Message.Want.class).size());
    }
    assertEquals(3, gossip.traffic().transfersRefused());
    now += 100_000;
    hear(hello("peer", 2));
    assertEquals(1, sent(lacking("a"), Message.Want.class).size());
  }

  @Test
  void moreThanWasOfferedIsNotTaken() {
    hear(hello("peer", 2));
    lacking("s");
    assertEquals(1, sent(hear(offer("s", 10, 10, 4)), Message.StateAsk.class).size());
    assertEquals(List.of(), hear(new Message.StateHead("s", 5, 0, true, bytes(5))));
    assertEquals(List.of(), hear(new Message.StatePiece("s", 5, 0, 1, true, bytes(5))));
    assertEquals(1, hear(new Message.StateHead("s", 5, 0, false, bytes(4))).size());
    assertEquals(List.of(), hear(new Message.StatePiece("s", 5, 0, 11, true, bytes(5))));
    assertEquals(List.of(), hear(new Message.StatePiece("s", 5, 1, 1, true, bytes(5))));
    assertEquals(List.of(), hear(new Message.StatePiece("s", 6, 0, 1, true, bytes(5))));
    // What it says of its size is not believed either.
    List<Effect> effects = hear(new Message.StatePiece("s", 5, 0, 1, true, bytes(100_001)));
    assertTrue(effects.stream().noneMatch(effect -> effect instanceof Effect.DeliverPiece));
    assertEquals(1, gossip.traffic().transfersRefused());
  }

  /** Else it would be asked for again and again, and never be taken. */
  @Test
  void anAnswerToAnEarlierRequestDoesNotEndATransfer() {
    hear(hello("peer", 2));
    lacking("s");
    assertEquals(1, sent(hear(offer("s", 10, 10, 4)), Message.StateAsk.class).size());
    for (Effect effect : hear(new Message.Answer("s", List.of(), Message.Then.DONE))) {
      if (effect instanceof Effect.Deliver deliver) {
        gossip.delivered("s", PEER, deliver.receipt(), now);
      }
    }
    assertEquals(1, hear(new Message.StateHead("s", 5, 0, false, bytes(4))).size());
    assertEquals(1, hear(new Message.StatePiece("s", 5, 0, 10, true, bytes(5))).size());
  }

  @Test
  void aTransferEndsWhenAnotherOneIsOfferedThatIsTooLarge() {
    hear(hello("peer", 2));
    lacking("s");
    hear(offer("s", 10, 10, 4));
    hear(new Message.StateOffer("s", 6, false, 1_001, 10, 10));
    assertEquals(List.of(), gossip.transfers(now));
    now += 10_000;
    assertEquals(0, sent(gossip.onTick(now, random), Message.StateAsk.class).size());
  }

  @Test
  void whatNobodyAskedForIsIgnored() {
    hear(hello("peer", 2));
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    assertEquals(List.of(), hear(offer("s", 10, 10, 4)));
    assertEquals(List.of(), hear(new Message.StateHead("s", 5, 0, true, bytes(4))));
    assertEquals(List.of(), hear(new Message.StatePiece("s", 5, 0, 1, true, bytes(4))));
    assertEquals(List.of(), hear(new Message.StateGone("s", 5)));
    assertEquals(List.of(), gossip.transfers(now));
  }

  @Test
  void onlySoManyComeAtATimeAndTheOthersWaitForThem() {
    hear(hello("peer", 2));
    for (String space : List.of("a", "b", "c")) {
      lacking(space);
    }
    assertEquals(1, sent(hear(offer("a", 1, 10, 1)), Message.StateAsk.class).size());
    assertEquals(1, sent(hear(offer("b", 1, 10, 1)), Message.StateAsk.class).size());
    assertEquals(0, sent(hear(offer("c", 1, 10, 1)), Message.StateAsk.class).size());
    assertEquals(1, gossip.transfers(now).stream().filter(TransferView::waiting).count());
    hear(new Message.StateHead("a", 5, 0, true, bytes(1)));
    StagingReport done = new StagingReport(5, 1, StagingReport.State.COMMITTED, null, null);
    List<Message.StateAsk> asks = sent(gossip.staged("a", PEER, done, now), Message.StateAsk.class);
    assertEquals(List.of("c"), asks.stream().map(Message.StateAsk::space).toList());
    assertEquals(1, gossip.traffic().transfersIn());
  }

  /** However much has come, no more is asked for than the disk has taken, but for the credit. */
  @Test
  void aSlowDiskSlowsTheSender() {
    hear(hello("peer", 2));
    lacking("s");
    hear(offer("s", 1_000, 90_000, 1));
    hear(new Message.StateHead("s", 5, 0, false, bytes(1)));
    StagingReport begun = new StagingReport(5, 0, StagingReport.State.GOES_ON, null, null);
    gossip.staged("s", PEER, begun, now);
    int asked = 1;
    long from = 0;
    for (int i = 0; i < 20; i++) {
      List<Effect> effects =
          hear(new Message.StatePiece("s", 5, from, 10, true, bytes(LIMITS.creditBytes() / 16)));
      from += effects.isEmpty() ? 0 : 10;
      asked += sent(effects, Message.StateAsk.class).size();
      if (creditIsIgnored) {
        StagingReport all = new StagingReport(5, from, StagingReport.State.GOES_ON, null, null);
        asked += sent(gossip.staged("s", PEER, all, now), Message.StateAsk.class).size();
      }
    }
    assertEquals(17, asked);
    assertEquals(0, gossip.transfers(now).get(0).elements());
    StagingReport durable = new StagingReport(5, 20, StagingReport.State.GOES_ON, null, null);
    assertEquals(1, sent(gossip.staged("s", PEER, durable, now), Message.StateAsk.class).size());
  }

  /** However much is asked for at once, and however large the state is. */
  @Test
  void aSenderSendsNoMoreThanTheCredit() {
    hear(hello("peer", 2));
    Changes writer = new Changes(9);
    for (int i = 0; i < 200; i++) {
      writer.add(i + "x".repeat(2_000));
    }
    gossip.opened("s", writer.state().frontier(), writer.state().digest(), now);
    OutgoingState frozen = new OutgoingState(writer.state(), VersionVector.EMPTY);
    long id =
        sent(gossip.served("s", PEER, frozen, false, now), Message.StateOffer.class)
            .get(0)
            .transfer();
    long bytes = 0;
    for (Effect effect :
        hear(new Message.StateAsk("s", id, frozen.head().length, 0, Integer.MAX_VALUE))) {
      if (effect instanceof Effect.ReadState read) {
        int most = creditIsIgnored ? Integer.MAX_VALUE : read.bytesMax();
        for (Message.StatePiece piece :
            sent(
                gossip.read("s", PEER, id, read.state().read(read.from(), most), now),
                Message.StatePiece.class)) {
          bytes += piece.piece().sizeBytes();
        }
      }
    }
    long most = (long) LIMITS.creditBytes() + OutgoingState.PIECE_BYTES;
    assertTrue(bytes > 0 && bytes <= most, bytes + " bytes");
  }

  /** The checks above are worth something only if they find what is planted. */
  @Test
  void aCreditOrALimitThatIsIgnoredIsFound() {
    creditIsIgnored = true;
    assertThrows(AssertionError.class, this::aSlowDiskSlowsTheSender);
    gossip = new Gossip(SELF, hello("self", 1), GossipSettings.DEFAULT, LIMITS);
    assertThrows(AssertionError.class, this::aSenderSendsNoMoreThanTheCredit);
    gossip = new Gossip(SELF, hello("self", 1), GossipSettings.DEFAULT, GossipLimits.DEFAULT);
    assertThrows(AssertionError.class, this::whatIsOverALimitIsRefusedBeforeAnythingIsAskedFor);
  }

  @Test
  void whatIsLostIsAskedForAgainAndASenderThatForgotIsAskedAnew() {
    hear(hello("peer", 2));
    lacking("s");
    hear(offer("s", 100, 1_000, 1));
    hear(new Message.StateHead("s", 5, 0, false, bytes(1)));
    StagingReport.Mark mark = new StagingReport.Mark(at(3), at(10));
    gossip.staged("s", PEER, new StagingReport(5, 0, StagingReport.State.GOES_ON, mark, null), now);
    now += GossipSettings.DEFAULT.askAgainMillis() / 3;
    hear(hello("peer", 2));
    List<Message.StateAsk> asks = sent(gossip.onTick(now, random), Message.StateAsk.class);
    assertEquals(List.of(new Message.StateAsk("s", 5, 1, 0, LIMITS.creditBytes())), asks);
    List<Message.StateResume> resumed =
        sent(hear(new Message.StateGone("s", 5)), Message.StateResume.class);
    assertEquals(
        List.of(new Message.StateResume("s", VersionVector.EMPTY, at(3), at(10))), resumed);
    assertEquals(1, gossip.traffic().transfersBroken());
  }

  @Test
  void whoAsksFromTheSameBaseSharesAFrozenStateAndNobodyGetsWhatHeDidNotAskFor() {
    hear(hello("peer", 2));
    gossip.onMessage(THIRD, hello("third", 3), now);
    Changes writer = new Changes(9);
    writer.adds("element", 50);
    gossip.opened("s", writer.state().frontier(), writer.state().digest(), now);
    List<Effect> asked = hear(new Message.Want("s", VersionVector.EMPTY));
    assertTrue(asked.stream().anyMatch(effect -> effect instanceof Effect.Serve));
    OutgoingState frozen = new OutgoingState(writer.state(), VersionVector.EMPTY);
    List<Message.StateOffer> offers =
        sent(gossip.served("s", PEER, frozen, false, now), Message.StateOffer.class);
    assertEquals(50, offers.get(0).elements());
    List<Effect> shared = gossip.onMessage(THIRD, new Message.Want("s", VersionVector.EMPTY), now);
    assertEquals(1, sent(shared, Message.StateOffer.class).size());
    assertTrue(shared.stream().noneMatch(effect -> effect instanceof Effect.Serve));
    long id = offers.get(0).transfer();
    List<Effect> read = hear(new Message.StateAsk("s", id, 0, 0, 1 << 20));
    assertEquals(1, sent(read, Message.StateHead.class).size());
    assertEquals(1, read.stream().filter(effect -> effect instanceof Effect.ReadState).count());
    List<Message.StatePiece> pieces =
        sent(gossip.read("s", PEER, id, frozen.read(0, 1 << 20), now), Message.StatePiece.class);
    assertEquals(50, pieces.stream().mapToInt(Message.StatePiece::elements).sum());
    assertTrue(pieces.get(pieces.size() - 1).last());
    assertEquals(
        1,
        sent(hear(new Message.StateAsk("s", id + 7, 0, 0, 100)), Message.StateGone.class).size());
    // Forgotten once nobody fetches it.
    now += 2L * LIMITS.idleMillis();
    hear(hello("peer", 2));
    gossip.onTick(now, random);
    assertEquals(
        1, sent(hear(new Message.StateAsk("s", id, 0, 0, 100)), Message.StateGone.class).size());
  }

  @Test
  void onlySoManyStatesAreOnTheirWayOut() {
    hear(hello("peer", 2));
    Changes writer = new Changes(9);
    writer.add("x");
    OutgoingState frozen = new OutgoingState(writer.state(), VersionVector.EMPTY);
    int offered = 0;
    for (int i = 0; i < 5; i++) {
      gossip.opened("s" + i, writer.state().frontier(), writer.state().digest(), now);
      offered +=
          sent(gossip.served("s" + i, PEER, frozen, false, now), Message.StateOffer.class).size();
    }
    assertEquals(LIMITS.transfersOutMax(), offered);
    assertEquals(2, gossip.traffic().transfersPutOff());
  }
}
