package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.AppendLog;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A branch that is moved to another replica does what it did, and everybody applies it alike. */
class BranchMoveTest {
  private static final ReplicaId WRITER = new ReplicaId(11);
  private static final ReplicaId OTHER = new ReplicaId(22);
  private static final ReplicaId FRESH = new ReplicaId(12);
  private static final FieldKey SET = new FieldKey("words", FieldType.OR_SET);
  private static final FieldKey COUNTER = new FieldKey("count", FieldType.PN_COUNTER);
  private static final FieldKey LOG = new FieldKey("log", FieldType.APPEND_LOG);
  private static final FieldKey MAP = new FieldKey("map", FieldType.OR_MAP);
  private static final FieldKey REGISTER = new FieldKey("register", FieldType.LWW_REGISTER);

  /** One node's state, and the changes in the order in which it applied them. */
  private static final class Node {
    final ReplicaId replica;
    final List<EncodedChange> applied = new ArrayList<>();
    SpaceState state = SpaceState.EMPTY;

    Node(ReplicaId replica) {
      this.replica = replica;
    }

    void write(Consumer<Draft> body) {
      Draft draft = new Draft(state, replica, state.latest().next(), "author");
      body.accept(draft);
      if (!draft.isEmpty()) {
        apply(ChangeFormat.encode(draft.toChange()));
      }
    }

    void apply(EncodedChange change) {
      state = state.apply(change);
      applied.add(change);
    }

    void take(Node other) {
      for (EncodedChange change : other.applied) {
        if (state.admission(change) == SpaceState.Admission.APPLICABLE) {
          apply(change);
        }
      }
    }

    List<EncodedChange> of(ReplicaId some) {
      return applied.stream().filter(c -> c.change().replica().equals(some)).toList();
    }
  }

  private static Consumer<Draft> body(SplittableRandom random) {
    List<Consumer<Draft>> ops = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      ops.add(op(random.nextInt(14), Value.of("v" + random.nextInt(6)), random.nextInt(9) - 3));
    }
    return draft -> ops.forEach(op -> op.accept(draft));
  }

  private static Consumer<Draft> op(int kind, Value value, int number) {
    String name = ((Value.Text) value).value();
    return switch (kind) {
      case 0, 1 -> draft -> OrSet.add(draft.field(SET), value);
      case 2 -> draft -> OrSet.remove(draft.field(SET), value);
      case 3 -> draft -> draft.field(SET).clear();
      case 4, 5, 6 -> draft -> PnCounter.increment(draft.field(COUNTER), number);
      case 7 -> draft -> PnCounter.reset(draft.field(COUNTER));
      case 8 -> draft -> AppendLog.append(draft.field(LOG), value);
      case 9 ->
          draft -> {
            List<Key> keys = new ArrayList<>();
            draft.field(LOG).forEach((key, atoms) -> keys.add(key));
            if (!keys.isEmpty()) {
              draft.field(LOG).drop(keys.get(Math.floorMod(number, keys.size())));
            }
          };
      case 10 ->
          draft -> {
            List<Key> keys = new ArrayList<>();
            draft.field(LOG).forEach((key, atoms) -> keys.add(key));
            if (keys.size() > 1) {
              draft.field(LOG).drop(new KeyRange(null, keys.get(keys.size() / 2)));
            }
          };
      case 11 -> draft -> OrMap.put(draft.field(MAP), name, value);
      case 12 -> draft -> draft.deletePrefix("ma");
      default -> draft -> LwwRegister.set(draft.field(REGISTER), value);
    };
  }

  /** What people see of it. */
  private static String shown(SpaceState state) {
    TreeSet<String> words = new TreeSet<>();
    OrSet.forEach(state.field(SET), word -> words.add(word.toString()));
    List<String> entries = new ArrayList<>();
    AppendLog.forEach(state.field(LOG), atom -> entries.add(atom.payload().toString()));
    TreeSet<String> map = new TreeSet<>();
    OrMap.forEach(state.field(MAP), (name, value) -> map.add(name + "=" + value));
    BigInteger count = PnCounter.value(state.field(COUNTER));
    return words
        + " "
        + count
        + " "
        + entries
        + " "
        + map
        + " "
        + LwwRegister.get(state.field(REGISTER));
  }

  @Test
  void whatWasWrittenInABranchIsThereAfterwardsAndEverybodyAppliesItAlike() {
    int moved = 0;
    for (long seed = 0; seed < 3_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Node writer = new Node(WRITER);
      Node other = new Node(OTHER);
      for (int i = random.nextInt(8); i > 0; i--) {
        writer.write(body(random));
        other.write(body(random));
        if (random.nextBoolean()) {
          writer.take(other);
        }
        if (random.nextBoolean()) {
          other.take(writer);
        }
      }
      long common = writer.state.head(WRITER).counter();
      int before = writer.applied.size();
      for (int i = random.nextInt(6); i >= 0; i--) {
        writer.write(body(random));
        other.write(body(random));
        if (random.nextBoolean()) {
          writer.take(other);
        }
      }
      if (writer.state.head(WRITER).counter() == common) {
        continue;
      }
      BranchMove.Moved outcome =
          BranchMove.of(writer.state, writer.of(WRITER), common, FRESH, new OwnCounts());
      SpaceState after = SpaceState.EMPTY.join(outcome.whole());
      SpaceState expected = SpaceState.EMPTY;
      int next = 0;
      for (int i = 0; i < writer.applied.size(); i++) {
        EncodedChange change = writer.applied.get(i);
        boolean branch = i >= before && change.change().replica().equals(WRITER);
        expected = expected.apply(branch ? outcome.changes().get(next++) : change);
      }
      assertEquals(outcome.changes().size(), next);
      String replay = "seed " + seed;
      assertEquals(expected.frontier(), after.frontier(), replay);
      assertEquals(shown(expected), shown(after), replay);
      assertEquals(expected.digest(), after.digest(), replay);
      assertEquals(shown(writer.state), shown(after), replay);
      assertEquals(common, after.head(WRITER).counter());
      moved += next;
    }
    assertTrue(moved > 5_000, moved + " changes");
  }

  private static Node branched() {
    Node writer = new Node(WRITER);
    writer.write(draft -> PnCounter.increment(draft.field(COUNTER), 10));
    writer.write(draft -> PnCounter.increment(draft.field(COUNTER), 3));
    return writer;
  }

  @Test
  void countsOfTheBranchAddToWhatTheOtherBranchCounted() {
    Node mine = branched();
    Node others = new Node(WRITER);
    others.apply(mine.applied.get(0));
    others.write(draft -> PnCounter.increment(draft.field(COUNTER), 100));
    BranchMove.Moved outcome = BranchMove.of(mine.state, mine.applied, 1, FRESH, new OwnCounts());
    SpaceState after = SpaceState.EMPTY.join(outcome.whole()).apply(others.applied.get(1));
    assertEquals(BigInteger.valueOf(113), PnCounter.value(after.field(COUNTER)));
    outcome.changes().forEach(others::apply);
    assertEquals(after.digest(), others.state.digest());
  }

  @Test
  void itIsRefusedWhereItCannotBeDoneWithoutLoss() {
    Node mine = branched();
    assertRefused("no longer held", mine, List.of(), 1, FRESH);
    assertRefused("no longer held", mine, mine.applied.subList(1, 2), 0, FRESH);
    assertRefused("counted", mine, mine.applied.subList(1, 2), 1, FRESH);
    assertRefused("minted before", mine, mine.applied, 1, WRITER);
    Node other = new Node(OTHER);
    other.take(mine);
    other.write(draft -> OrSet.add(draft.field(SET), Value.of("on the branch")));
    mine.take(other);
    assertRefused("depend on it", mine, mine.of(WRITER), 1, FRESH);
  }

  @Test
  void aCountFromBeforeWhatIsHeldOneByOneIsPutBack() {
    Node mine = branched();
    OwnCounts older = new OwnCounts();
    older.keep(WRITER::equals);
    older.dropped(mine.applied.get(0));
    BranchMove.Moved outcome =
        BranchMove.of(mine.state, mine.applied.subList(1, 2), 1, FRESH, older);
    SpaceState after = SpaceState.EMPTY.join(outcome.whole());
    SpaceState expected = SpaceState.EMPTY.apply(mine.applied.get(0));
    assertEquals(expected.apply(outcome.changes().get(0)).digest(), after.digest());
    OwnCounts fromState = new OwnCounts();
    fromState.keep(WRITER::equals);
    fromState.take(expected);
    assertEquals(
        outcome.changes().get(0).hash(),
        BranchMove.of(mine.state, mine.applied.subList(1, 2), 1, FRESH, fromState)
            .changes()
            .get(0)
            .hash());
  }

  private static void assertRefused(
      String why, Node node, List<EncodedChange> known, long common, ReplicaId to) {
    RejectedException refused =
        assertThrows(
            RejectedException.class,
            () -> BranchMove.of(node.state, known, common, to, new OwnCounts()));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
  }

  /** Recovery must reach the same state, and no snapshot of before may be built upon. */
  @Test
  void aReplacedStateIsRecoveredAndIsOfAnotherLineage() {
    SpaceCore core = new SpaceCore(WRITER, SpaceLimits.DEFAULT);
    List<SpaceEvent> journal = new ArrayList<>();
    for (String element : List.of("a", "b", "c")) {
      core.mint(Changes.after(core), "author", Changes.adding(element));
      core.nextEvent().ifPresent(journal::add);
      core.persisted();
    }
    SpaceState before = core.durable();
    assertEquals(2, core.branches().move(core, WRITER, 1, FRESH));
    core.mint(Changes.after(core), "author", Changes.adding("d"));
    core.nextEvent().ifPresent(journal::add);
    core.persisted();
    assertEquals(List.of("a", "b", "c", "d"), Changes.elements(core.durable()));
    assertEquals(VersionVector.EMPTY.with(WRITER, 1).with(FRESH, 3), core.durable().frontier());
    SpaceCore again = new SpaceCore(new ReplicaId(44), SpaceLimits.DEFAULT);
    for (SpaceEvent event : journal) {
      assertEquals(0, again.replay(SpaceEvent.decode(event.encode())));
    }
    assertEquals(core.durable().digest(), again.durable().digest());
    assertEquals(core.durable().lineage(), again.durable().lineage());
    assertNotEquals(before.lineage(), again.durable().lineage());
  }
}
