package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.space.Answers;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RemoteResult;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The accessing side against a holder that loses, refuses and delays. */
class RemoteCellTest {
  private static final HostPort HOLDER = new HostPort("holder", 1);
  private static final FieldKey COUNTER = new FieldKey("n", FieldType.PN_COUNTER);
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);

  private final NodeThreads threads = new NodeThreads("test");
  private final RemoteSpaces remotes =
      new RemoteSpaces(
          new RemoteConfig(RemoteAccess.PROXY, Duration.ofMillis(800), Duration.ofMillis(50)),
          threads,
          Map.of(),
          new TrafficBook(),
          this::answer);
  private final RemoteCell cell = new RemoteCell("s", remotes);
  private final List<EncodedChange> submitted = new ArrayList<>();
  private final AtomicInteger pieces = new AtomicInteger();
  private SpaceState held = SpaceState.EMPTY;
  private byte[] served = new byte[0];

  private boolean journalsChanges = true;
  private boolean confirms = true;
  private boolean refuses;
  private int losesPieceEvery = Integer.MAX_VALUE;

  RemoteCellTest() {
    remotes.start(new HybridClock());
  }

  @AfterEach
  void close() {
    remotes.close();
    threads.close();
  }

  /** In the place of the gossip, and of a holder behind it. */
  private void answer(GossipInput input) {
    if (input instanceof GossipInput.AskHolders ask) {
      ask.answer().complete(List.of(HOLDER));
    } else if (input instanceof GossipInput.SendRemote send) {
      if (send.message() instanceof Message.Fetch fetch) {
        if (fetch.base().covers(held.frontier())) {
          outcome(fetch.request(), RemoteResult.DONE);
        } else {
          served = DiffFormat.encode(held.diff(Answers.meet(fetch.base(), held.frontier())));
          pieces(fetch.request(), 0);
        }
      } else if (send.message() instanceof Message.FetchMore more) {
        pieces(more.request(), more.fromIndex());
      } else if (send.message() instanceof Message.Submit submit) {
        submit(submit);
      }
    }
  }

  private void outcome(long request, RemoteResult result) {
    remotes.onMessage(HOLDER, new Message.Outcome(request, result, "because"));
  }

  private void pieces(long request, int from) {
    int size = RemoteExchange.PIECE_BYTES;
    int count = (served.length + size - 1) / size;
    for (int i = from; i < Math.min(count, from + RemoteExchange.PIECES_AT_ONCE); i++) {
      Piece piece = Piece.of(served, i * size, Math.min(served.length, (i + 1) * size));
      if (pieces.incrementAndGet() % losesPieceEvery != 0) {
        remotes.onMessage(HOLDER, new Message.Fetched(request, i, count, piece));
      }
    }
  }

  private void submit(Message.Submit submit) {
    submitted.add(submit.change());
    if (refuses) {
      outcome(submit.request(), RemoteResult.REFUSED);
      return;
    }
    if (journalsChanges && held.admission(submit.change()) == SpaceState.Admission.APPLICABLE) {
      held = held.apply(submit.change());
    }
    if (confirms) {
      outcome(submit.request(), RemoteResult.DONE);
    }
  }

  private static void increment(Draft draft) {
    PnCounter.increment(draft.field(COUNTER), 1);
  }

  private static BigInteger value(SpaceState state) {
    return PnCounter.value(state.field(COUNTER));
  }

  private ErrorCode failure(Runnable action) {
    return assertThrows(HearsayException.class, action::run).code();
  }

  @Test
  void aWriteThatIsNotConfirmedIsIndefiniteAndCountsOnce() {
    cell.update("a", RemoteCellTest::increment);
    confirms = false;
    assertEquals(
        ErrorCode.WRITE_UNCONFIRMED, failure(() -> cell.update("a", RemoteCellTest::increment)));
    assertFalse(ErrorCode.WRITE_UNCONFIRMED.isDefinite());
    // It did take effect; handing it in again changes nothing.
    assertEquals(BigInteger.TWO, value(held));
    confirms = true;
    assertEquals(BigInteger.TWO, value(cell.fresh()));
    cell.update("a", RemoteCellTest::increment);
    assertEquals(BigInteger.valueOf(3), value(held));
    assertEquals(held.digest(), cell.fresh().digest());
  }

  @Test
  void aWriteThatWasLostIsHandedInAgainBeforeTheNextOne() {
    journalsChanges = false;
    confirms = false;
    assertEquals(
        ErrorCode.WRITE_UNCONFIRMED, failure(() -> cell.update("a", RemoteCellTest::increment)));
    assertEquals(BigInteger.ZERO, value(held));
    // Until it is, nothing is read that no holder has.
    assertEquals(ErrorCode.NO_HOLDER, failure(cell::fresh));
    assertEquals(ErrorCode.NO_HOLDER, failure(() -> cell.update("a", RemoteCellTest::increment)));
    journalsChanges = true;
    confirms = true;
    cell.update("a", RemoteCellTest::increment);
    assertEquals(BigInteger.TWO, value(held));
  }

  @Test
  void aWriteThatIsRefusedIsDefiniteAndItsReplicaIsNotUsedAgain() {
    cell.update("a", RemoteCellTest::increment);
    refuses = true;
    assertEquals(ErrorCode.NO_HOLDER, failure(() -> cell.update("a", RemoteCellTest::increment)));
    assertTrue(ErrorCode.NO_HOLDER.isDefinite());
    refuses = false;
    cell.update("a", RemoteCellTest::increment);
    assertEquals(BigInteger.TWO, value(held));
    assertEquals(BigInteger.TWO, value(cell.fresh()));
    assertEquals(submitted.get(0).change().replica(), submitted.get(1).change().replica());
    assertNotEquals(submitted.get(1).change().replica(), submitted.get(2).change().replica());
  }

  @Test
  void aStateOfManyPiecesArrivesThoughSomeAreLost() {
    HybridClock clock = new HybridClock();
    SpaceCore core = new SpaceCore(Incarnations.random(), SpaceLimits.DEFAULT);
    for (int i = 0; i < 40; i++) {
      Value element = Value.of(i + "x".repeat(30_000));
      core.mint(
          clock.tick(NodeContext.wallMillis()),
          "author",
          draft -> OrSet.add(draft.field(SET), element));
    }
    held = core.head();
    losesPieceEvery = 25;
    assertEquals(held.digest(), cell.fresh().digest());
    assertTrue(pieces.get() > 40, "some were sent again");
  }
}
