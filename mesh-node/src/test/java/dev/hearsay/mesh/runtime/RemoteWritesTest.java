package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.space.Answers;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RemoteResult;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Writes to a space that lives elsewhere, while messages are lost and the holder crashes: what was
 * acknowledged is on the holder's disk, and each write counts once.
 */
class RemoteWritesTest {
  private static final HostPort ADDRESS = new HostPort("holder", 1);
  private static final FieldKey COUNTER = new FieldKey("n", FieldType.PN_COUNTER);
  private static final int WRITES = 30;

  /** What goes wrong, so that the check can be seen to find it. */
  private enum Fault {
    NONE,
    /** The holder says that it has the change, and journals it later. */
    ANSWERS_BEFORE_THE_JOURNAL,
    /** What is handed in again is another change, with dots of its own. */
    MINTS_AGAIN_ON_A_RETRY
  }

  /** A holder whose messages get lost, with a disk that outlives it. */
  private static final class Holder implements AutoCloseable {
    final Fault fault;
    final Random random;
    final NodeThreads threads = new NodeThreads("test");
    final RemoteSpaces remotes;
    final RemoteCell cell;
    final List<EncodedChange> unjournaled = new ArrayList<>();
    final Set<EncodedChange> handedIn = new HashSet<>();
    final Changes minter = new Changes(99);
    SpaceState disk = SpaceState.EMPTY;
    boolean loses = true;

    Holder(long seed, Fault fault) {
      this.fault = fault;
      this.random = new Random(seed);
      this.remotes =
          new RemoteSpaces(
              new RemoteConfig(RemoteAccess.PROXY, Duration.ofMillis(30), Duration.ofMillis(30)),
              threads,
              Map.of(),
              new TrafficBook(),
              this::answer);
      this.cell = new RemoteCell("s", remotes);
      remotes.start(new HybridClock());
    }

    private void answer(GossipInput input) {
      if (input instanceof GossipInput.AskHolders ask) {
        ask.answer().complete(List.of(ADDRESS));
      } else if (input instanceof GossipInput.SendRemote send) {
        if (send.message() instanceof Message.Fetch fetch) {
          fetched(fetch);
        } else if (send.message() instanceof Message.Submit submit) {
          submitted(submit);
        }
      }
    }

    private void fetched(Message.Fetch fetch) {
      if (fetch.base().covers(disk.frontier())) {
        done(fetch.request());
      } else {
        byte[] diff = DiffFormat.encode(disk.diff(Answers.meet(fetch.base(), disk.frontier())));
        remotes.onMessage(ADDRESS, new Message.Fetched(fetch.request(), 0, 1, Piece.of(diff)));
      }
    }

    private void submitted(Message.Submit submit) {
      boolean arrives = !loses || random.nextInt(4) > 0;
      boolean isAnswered = !loses || random.nextInt(4) > 0;
      if (!arrives) {
        return;
      }
      EncodedChange change = submit.change();
      if (!handedIn.add(change) && fault == Fault.MINTS_AGAIN_ON_A_RETRY) {
        change = minter.mint(draft -> PnCounter.increment(draft.field(COUNTER), 1));
      }
      unjournaled.add(change);
      if (fault != Fault.ANSWERS_BEFORE_THE_JOURNAL) {
        journal();
      }
      if (isAnswered) {
        done(submit.request());
      }
    }

    private void done(long request) {
      remotes.onMessage(ADDRESS, new Message.Outcome(request, RemoteResult.DONE, ""));
    }

    void journal() {
      for (EncodedChange change : unjournaled) {
        if (disk.admission(change) == SpaceState.Admission.APPLICABLE) {
          disk = disk.apply(change);
        }
      }
      unjournaled.clear();
    }

    void crash() {
      unjournaled.clear();
    }

    @Override
    public void close() {
      remotes.close();
      threads.close();
    }
  }

  /** Every write that was acknowledged, or may have been made, is there once in the end. */
  private static void check(long seed, Fault fault) {
    try (Holder holder = new Holder(seed, fault)) {
      int written = 0;
      for (int i = 0; i < WRITES; i++) {
        try {
          holder.cell.update("a", draft -> PnCounter.increment(draft.field(COUNTER), 1));
          written++;
        } catch (HearsayException e) {
          written += e.code() == ErrorCode.WRITE_UNCONFIRMED ? 1 : 0;
        }
        if (holder.random.nextInt(4) == 0) {
          holder.crash();
        } else {
          holder.journal();
        }
      }
      holder.loses = false;
      SpaceState read = holder.cell.fresh();
      holder.journal();
      assertEquals(BigInteger.valueOf(written), PnCounter.value(holder.disk.field(COUNTER)));
      assertEquals(holder.disk.digest(), read.digest());
    }
  }

  private static void checkSeeds(Fault fault) {
    for (long seed = 0; seed < 4; seed++) {
      check(seed, fault);
    }
  }

  @Test
  void everyWriteIsOnTheDiskOfAHolderOnce() {
    checkSeeds(Fault.NONE);
  }

  @Test
  void aHolderThatAnswersBeforeItsJournalIsFound() {
    assertThrows(AssertionError.class, () -> checkSeeds(Fault.ANSWERS_BEFORE_THE_JOURNAL));
  }

  @Test
  void aRetryThatIsAnotherChangeIsFound() {
    assertThrows(AssertionError.class, () -> checkSeeds(Fault.MINTS_AGAIN_ON_A_RETRY));
  }
}
