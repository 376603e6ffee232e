package dev.hearsay.crdt.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.DiffPieces;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A diff that comes in pieces does what the whole one does, also if it breaks off and goes on. */
class TransferLawTest {
  private static final int TRIES = 1_000;

  private final DottedStore store = new DottedStore();

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  private static StateDiff throughBytes(StateDiff diff) {
    return DiffFormat.decode(DiffFormat.encode(diff));
  }

  private static VersionVector meet(VersionVector some, VersionVector other) {
    VersionVector meet = VersionVector.EMPTY;
    for (int i = 0; i < some.size(); i++) {
      long counter = Math.min(some.counterAt(i), other.counter(some.replicaAt(i)));
      meet = counter > 0 ? meet.with(some.replicaAt(i), counter) : meet;
    }
    return meet;
  }

  private static StagedState begin(DiffPieces pieces) {
    return StagedState.begin(throughBytes(pieces.head()), pieces.atoms());
  }

  /** Up to so many pieces more. */
  private static StagedState take(StagedState staged, DiffPieces pieces, int most, Random random) {
    StagedState more = staged;
    for (int i = 0; i < most && !more.isComplete(); i++) {
      more = more.plus(throughBytes(pieces.piece(more.taken(), 1 + random.nextInt(40))));
    }
    return more;
  }

  @Property(tries = TRIES)
  void piecesDoWhatTheWholeDiffDoes(@ForAll("histories") History history, @ForAll long seed) {
    Random random = new Random(seed);
    Playback<SpaceState, EncodedChange, StateDiff> played = Playback.of(store, history);
    for (Playback.Joined<SpaceState, StateDiff> joined : played.joined) {
      VersionVector base = meet(joined.diff().base(), joined.sender().frontier());
      DiffPieces pieces = new DiffPieces(joined.sender(), base);
      assertEquals(joined.sender().diff(base).shippedDots().size(), pieces.atoms());
      StagedState staged = take(begin(pieces), pieces, Integer.MAX_VALUE, random);
      assertEquals(joined.sender().frontier(), staged.position());
      Law.requireSame(
          store, joined.after(), staged.joinInto(joined.before()), "in pieces and in one");
    }
  }

  @Property(tries = TRIES)
  void aTransferGoesOnFromALaterState(@ForAll("histories") History history, @ForAll long seed) {
    Random random = new Random(seed);
    Playback<SpaceState, EncodedChange, StateDiff> played = Playback.of(store, history);
    for (Playback.Joined<SpaceState, StateDiff> joined : played.joined) {
      List<SpaceState> later = new ArrayList<>(List.of(joined.sender()));
      for (Playback.Seen<SpaceState> seen : played.seen) {
        if (seen.state().frontier().covers(joined.sender().frontier())) {
          later.add(seen.state());
        }
      }
      VersionVector base = meet(joined.diff().base(), joined.sender().frontier());
      DiffPieces first = new DiffPieces(joined.sender(), base);
      StagedState broken = take(begin(first), first, random.nextInt(6), random);
      SpaceState second = later.get(random.nextInt(later.size()));
      DiffPieces rest = new DiffPieces(second, broken.position());
      StagedState resumed = restored(broken).resume(throughBytes(rest.head()), rest.atoms());
      resumed = restored(take(resumed, rest, random.nextInt(3), random));
      SpaceState third = later.get(random.nextInt(later.size()));
      if (third.frontier().covers(second.frontier())) {
        DiffPieces last = new DiffPieces(third, resumed.position());
        resumed = resumed.resume(throughBytes(last.head()), last.atoms());
        resumed = take(resumed, last, Integer.MAX_VALUE, random);
        second = third;
      }
      resumed = take(resumed, rest, Integer.MAX_VALUE, random);
      Law.requireSame(
          store,
          joined.before().join(second),
          restored(resumed).joinInto(joined.before()),
          "resumed and in one");
    }
  }

  /** As a snapshot keeps it. */
  private static StagedState restored(StagedState staged) {
    StagedState[] restored = {
      StagedState.restore(
          throughBytes(staged.books()),
          throughBytes(staged.head()),
          staged.total(),
          staged.taken(),
          staged.last())
    };
    staged.forEachRun(3, run -> restored[0] = restored[0].restored(run));
    assertEquals(staged.atoms(), restored[0].atoms());
    return restored[0];
  }

  @Property(tries = 200)
  void aPieceThatIsNotTheNextIsRefused(@ForAll("histories") History history, @ForAll long seed) {
    Random random = new Random(seed);
    Playback<SpaceState, EncodedChange, StateDiff> played = Playback.of(store, history);
    for (Playback.Seen<SpaceState> seen : played.settled) {
      DiffPieces pieces = new DiffPieces(seen.state(), VersionVector.EMPTY);
      if (pieces.atoms() < 2) {
        continue;
      }
      StagedState start = begin(pieces);
      StateDiff first = pieces.piece(0, 1);
      StateDiff last = pieces.piece(pieces.atoms() - 1, 1);
      StagedState one = start.plus(first);
      assertThrows(RejectedException.class, () -> one.plus(first));
      // A gap shows at the end at the latest: what follows has one atom too few.
      StagedState gap = start.plus(last);
      assertTrue(pieces.atoms() == 1 || !gap.isComplete());
      assertThrows(RejectedException.class, () -> gap.plus(first));
      assertThrows(IllegalStateException.class, () -> gap.joinInto(SpaceState.EMPTY));
      StagedState all = take(start, pieces, Integer.MAX_VALUE, random);
      assertThrows(RejectedException.class, () -> all.plus(last));
      assertThrows(
          RejectedException.class,
          () -> StagedState.begin(seen.state().diff(VersionVector.EMPTY), 1));
    }
  }
}
