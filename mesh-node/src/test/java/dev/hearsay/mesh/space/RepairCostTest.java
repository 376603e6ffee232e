package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Changes from a journal beside the state, for one who lacks some changes of a set: the same comes
 * out, and what each costs both sides together is printed. {@code
 * -Dhearsay.repair.elements=1000000}
 */
class RepairCostTest {
  private static final int ELEMENTS = Integer.getInteger("hearsay.repair.elements", 20_000);
  private static final int IN_ONE_CHANGE = 2_000;

  private record Cost(double millis, long bytes, SpaceState result) {}

  @Test
  void changesAndTheStateComeToTheSame() {
    Changes writer = new Changes(2);
    for (int from = 0; from < ELEMENTS; from += IN_ONE_CHANGE) {
      int first = from;
      writer.mint(
          draft -> {
            for (int i = first; i < first + IN_ONE_CHANGE; i++) {
              OrSet.add(draft.field(Changes.SET), Value.of("element number " + i));
            }
          });
    }
    SpaceState had = writer.state();
    List<byte[]> journal = new ArrayList<>();
    for (int missing = 0, next = Math.max(1, ELEMENTS / 1_000); next <= ELEMENTS / 10; next *= 10) {
      for (; missing < next; missing++) {
        EncodedChange change = writer.add("later " + missing);
        journal.add(new SpaceEvent(List.of(new SpaceEvent.Applied(change))).encode());
      }
      Cost changes = best(() -> byChanges(had, journal));
      Cost state = best(() -> byState(had, writer.state()));
      assertEquals(changes.result().digest(), state.result().digest());
      System.out.printf(
          "%,d changes missing of %,d elements: changes %.1f ms, %,d bytes; state %.1f ms, %,d"
              + " bytes%n",
          missing, ELEMENTS, changes.millis(), changes.bytes(), state.millis(), state.bytes());
    }
  }

  private interface Way {
    Cost go();
  }

  private static Cost best(Way way) {
    Cost best = way.go();
    for (int i = 0; i < 4; i++) {
      Cost next = way.go();
      best = next.millis() < best.millis() ? next : best;
    }
    return best;
  }

  /** Read, sent, read and applied. */
  private static Cost byChanges(SpaceState had, List<byte[]> journal) {
    long start = System.nanoTime();
    SpaceCore asker = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
    asker.restore(had);
    long bytes = 0;
    for (byte[] event : journal) {
      for (SpaceEvent.Part part : SpaceEvent.decode(event).parts()) {
        EncodedChange change = ((SpaceEvent.Applied) part).change();
        bytes += change.sizeBytes();
        asker.receive(List.of(ChangeFormat.decode(change.toByteArray())));
      }
    }
    return new Cost((System.nanoTime() - start) / 1e6, bytes, asker.head());
  }

  /** Frozen, encoded, read, staged and joined. */
  private static Cost byState(SpaceState had, SpaceState state) {
    long start = System.nanoTime();
    OutgoingState outgoing = new OutgoingState(state, had.frontier());
    StagedState staged = StagedState.begin(DiffFormat.decode(outgoing.head()), outgoing.elements());
    long bytes = outgoing.head().length;
    while (!staged.isComplete()) {
      for (OutgoingState.EncodedPiece piece : outgoing.read(staged.taken(), 1 << 20)) {
        bytes += piece.bytes().length;
        staged = staged.plus(DiffFormat.decode(piece.bytes()));
      }
    }
    SpaceState joined = staged.joinInto(had);
    return new Cost((System.nanoTime() - start) / 1e6, bytes, joined);
  }
}
