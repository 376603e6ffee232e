package dev.hearsay.sim.lab;

import static dev.hearsay.sim.lab.DataFiles.copyTree;
import static dev.hearsay.sim.lab.DataFiles.data;
import static dev.hearsay.sim.lab.DataFiles.get;
import static dev.hearsay.sim.lab.DataFiles.putBack;
import static dev.hearsay.sim.lab.DataFiles.read;
import static dev.hearsay.sim.lab.DataFiles.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.space.StateSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A voter whose data directory is put back from an older copy, under real processes. It takes more
 * than a minute, of which the voter is silent for most.
 */
@EnabledIfSystemProperty(named = "hearsay.voter.put-back", matches = "true")
@Timeout(240)
class VoterPutBackTest {
  private static final String SPACE = "s";
  private static final long LONG_MILLIS = 20_000;
  private static final long SHORT_MILLIS = 2_000;
  private static final int LARGE = 60_000;
  private static final int WRITES = 60;

  /** What it lacks comes back to it in small pieces, so that it is asked before it has all. */
  private static final String SLOWLY = "-Dhearsay.limits.answers-unacknowledged-max=64KiB";

  private final Set<String> acknowledged = new TreeSet<>();
  private long calls;

  @Test
  void itIsInDoubtAndNotCountedUntilItHasPulledAndNothingAcknowledgedIsLost() throws Exception {
    List<String> options = new ArrayList<>(Lab.driven());
    options.add(SLOWLY);
    try (Lab lab = new Lab(3, null, options)) {
      LabNode writer = lab.nodes().get(0);
      LabNode other = lab.nodes().get(1);
      LabNode voter = lab.nodes().get(2);
      List<String> voters = new ArrayList<>();
      for (LabNode node : lab.nodes()) {
        get(node.start(null));
        voters.add(get(node.ask(new Request.Identify(), Reply.Identified.class)).id());
      }
      open(writer, voters);
      open(other, List.of());
      open(voter, List.of());
      assertTrue(write(writer, "before", LONG_MILLIS));
      get(voter.stop());
      Path backup = lab.directory().resolve("backup");
      copyTree(data(lab, voter), backup);
      get(voter.start(null));
      open(voter, List.of());
      lab.cutOff(other, CutMode.CLOSE);
      for (int i = 0; i < WRITES; i++) {
        assertTrue(write(writer, i + "x".repeat(LARGE), LONG_MILLIS), "by these two");
      }
      assertTrue(reads(writer, LONG_MILLIS));
      voter.kill();
      putBack(backup, data(lab, voter));
      doubtOf(lab, voter, writer);
      until("it has everything", 60, () -> elements(voter).containsAll(acknowledged));
      assertFalse(write(writer, "unconfirmed", SHORT_MILLIS), "it counts though it is in doubt");
      assertFalse(reads(writer, SHORT_MILLIS), "it counts though it is in doubt");
      lab.heal(other);
      assertTrue(reads(writer, LONG_MILLIS), "the other two are a majority");
      until(
          () -> "it has pulled: " + voter.logTail() + other.logTail(),
          120,
          () -> !isInDoubt(lab, voter));
      lab.cutOff(other, CutMode.CLOSE);
      assertTrue(write(writer, "after", LONG_MILLIS), "it counts again");
      assertTrue(reads(voter, LONG_MILLIS));
      assertTrue(elements(voter).containsAll(acknowledged));
      lab.heal(other);
      assertTrue(reads(other, LONG_MILLIS));
      assertTrue(elements(other).containsAll(acknowledged));
    }
  }

  /** Asked all the time from before it is there, so that it is asked while it lacks something. */
  private void doubtOf(Lab lab, LabNode voter, LabNode reader) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Boolean> answered =
        CompletableFuture.supplyAsync(
            () -> {
              boolean any = false;
              while (!over.get()) {
                any |= reads(reader, 500);
              }
              return any;
            });
    try {
      get(voter.start(null));
      open(voter, List.of());
      until(() -> "it is in doubt: " + voter.logTail(), 30, () -> isInDoubt(lab, voter));
    } finally {
      over.set(true);
    }
    assertFalse(get(answered), "it may lack what it acknowledged");
  }

  private static boolean isInDoubt(Lab lab, LabNode node) {
    Path doubts = data(lab, node).resolve("doubts");
    return Files.exists(doubts) && read(doubts).lines().anyMatch(SPACE::equals);
  }

  private static void open(LabNode node, List<String> voters) throws Exception {
    get(node.ask(new Request.OpenSpace(SPACE, node.name(), voters, LONG_MILLIS), Reply.Done.class));
  }

  /** Whether a quorum acknowledges it in time. */
  private boolean write(LabNode node, String element, long millis) throws Exception {
    long call = ++calls;
    get(
        node.ask(
            new Request.Transact(call, SPACE, quorum(millis), /* operationId= */ null),
            Reply.Turn.class));
    Edit add = new Edit("add", "set", "OrSet", /* key= */ null, '"' + element + '"');
    boolean done =
        succeeds(() -> node.ask(new Request.Commit(call, List.of(add), null), Reply.Ended.class));
    if (done) {
      acknowledged.add(element);
    }
    return done;
  }

  /** Whether a quorum answers in time; what it answers must have everything acknowledged. */
  private boolean reads(LabNode node, long millis) {
    return succeeds(
        () ->
            node.ask(new Request.Look(SPACE, quorum(millis), null), Reply.State.class)
                .thenApply(
                    state -> {
                      assertEquals(Set.of(), missing(elements(state)));
                      return state;
                    }));
  }

  private Set<String> missing(Set<String> elements) {
    Set<String> missing = new TreeSet<>(acknowledged);
    missing.removeAll(elements);
    return missing;
  }

  private interface Asked {
    CompletableFuture<?> ask();
  }

  private static boolean succeeds(Asked asked) {
    try {
      get(asked.ask());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RequestFailedException) {
        return false;
      }
      throw new AssertionError(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> elements(LabNode node) {
    try {
      Request.Demand local = new Request.Demand(Acknowledgement.Kind.LOCAL, 0, LONG_MILLIS);
      return elements(get(node.ask(new Request.Look(SPACE, local, null), Reply.State.class)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> elements(Reply.State state) {
    return new TreeSet<>(
        new StateSnapshot(DiffFormat.decodeState(state.state()))
            .orSet("set", String.class)
            .values());
  }

  private static Request.Demand quorum(long millis) {
    return new Request.Demand(Acknowledgement.Kind.QUORUM, 0, millis);
  }
}
