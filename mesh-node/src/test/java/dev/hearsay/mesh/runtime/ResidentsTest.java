package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who has to leave, by a clock of the test's own. */
class ResidentsTest {
  private static final long IDLE_MILLIS = 1_000;

  private final Set<String> asked = new TreeSet<>();
  private final List<Runnable> later = new ArrayList<>();
  private long nowMillis;

  private Residents residents(int activeMax, long bytesMax) {
    return new Residents(
        new ResidenceSettings(Duration.ofMillis(IDLE_MILLIS), activeMax, bytesMax, 0),
        later::add,
        () -> nowMillis);
  }

  /** Of which nobody has to leave. */
  static Residents unbounded() {
    return new Residents(
        new ResidenceSettings(Duration.ofDays(1), 1_000_000, 1L << 40, 0), Runnable::run, () -> 0);
  }

  private SpaceCell loaded(Residents residents, String name, SpaceState state) {
    SpaceCell cell =
        new SpaceCell(
            name,
            Runnable::run,
            residents,
            self ->
                command -> {
                  if (command instanceof SpaceCommand.Leave) {
                    asked.add(name);
                  }
                },
            self -> {});
    var unused = cell.load();
    cell.publish(state);
    List.copyOf(later).forEach(Runnable::run);
    later.clear();
    return cell;
  }

  private SpaceCell loaded(Residents residents, String name) {
    return loaded(residents, name, SpaceState.EMPTY);
  }

  private void sweepAt(Residents residents, long millis) {
    nowMillis = millis;
    residents.sweep();
  }

  @Test
  void whoIsNotUsedForLongIsAskedToLeave() {
    Residents residents = residents(100, 1L << 40);
    SpaceCell used = loaded(residents, "used");
    loaded(residents, "idle");
    sweepAt(residents, 1);
    sweepAt(residents, IDLE_MILLIS);
    assertEquals(Set.of(), asked);
    used.root().state();
    sweepAt(residents, IDLE_MILLIS + 1);
    assertEquals(Set.of("idle"), asked);
    sweepAt(residents, 2 * IDLE_MILLIS + 1);
    assertEquals(Set.of("idle", "used"), asked);
  }

  @Test
  void whoIsWatchedOrAwaitedStaysWhateverTheTime() {
    Residents residents = residents(3, 1L << 40);
    SpaceCell watched = loaded(residents, "watched");
    SpaceCell awaited = loaded(residents, "awaited");
    SpaceCell book = loaded(residents, "book");
    book.pin();
    Watch watch = watched.watch(change -> {});
    var waiting = awaited.root().await(SpaceState.EMPTY.frontier().with(new ReplicaId(7), 1));
    sweepAt(residents, 1);
    sweepAt(residents, 100 * IDLE_MILLIS);
    loaded(residents, "one too many");
    assertEquals(Set.of("one too many"), asked);
    asked.clear();
    watch.close();
    awaited.root().stopWaiting(waiting);
    sweepAt(residents, 200 * IDLE_MILLIS);
    assertTrue(asked.containsAll(Set.of("watched", "awaited")), asked.toString());
  }

  @Test
  void whereThereAreTooManyTheLongestUnusedLeaveFirst() {
    Residents residents = residents(10, 1L << 40);
    List<SpaceCell> cells = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      cells.add(loaded(residents, "s" + i));
      cells.get(i).root().takeUsed();
    }
    sweepAt(residents, 1);
    cells.get(0).root().state();
    sweepAt(residents, 2);
    assertEquals(Set.of(), asked);
    loaded(residents, "new");
    assertEquals(2, asked.size(), asked.toString());
    assertTrue(!asked.contains("s0") && !asked.contains("new"), asked.toString());
  }

  @Test
  void aFewLargeOnesAreTooManyToo() {
    Draft draft = new Draft(SpaceState.EMPTY, new ReplicaId(1), new HybridTime(1), "x");
    for (int i = 0; i < 100; i++) {
      OrSet.add(
          draft.field(new FieldKey("f", FieldType.OR_SET)), new Value.Text(i + "y".repeat(10_000)));
    }
    SpaceState large = SpaceState.EMPTY.apply(ChangeFormat.encode(draft.toChange()));
    Residents residents = residents(100, 3_000_000);
    SpaceCell cell = loaded(residents, "large 0", large);
    loaded(residents, "large 1", large);
    sweepAt(residents, 1);
    assertEquals(Set.of(), asked);
    cell.root().state();
    sweepAt(residents, 2);
    loaded(residents, "large 2", large);
    assertEquals(Set.of("large 1"), asked);
  }

  @Test
  void wrongSettingsAreRefusedAndNamed() {
    for (String wrong :
        List.of(
            "idle-after = 1ms",
            "active-max = 0",
            "active-bytes-max = -1",
            "journal-held-max = -1")) {
      HearsayException refused =
          assertThrows(
              HearsayException.class,
              () -> ResidenceSettings.read(ConfigFactory.parseString("hearsay.space." + wrong)));
      assertEquals(ErrorCode.INVALID_CONFIGURATION, refused.code());
      String setting = wrong.substring(0, wrong.indexOf(' '));
      assertTrue(String.valueOf(refused.getMessage()).contains(setting), refused.getMessage());
    }
    assertEquals(
        ResidenceSettings.defaults(), ResidenceSettings.read(ConfigFactory.parseString("a = 1")));
  }
}
