package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A space with snapshots is removed from a node. */
class SpacePurgeTest {
  private static final String SPACE = "secret-plan";
  private static final int WRITES = SpaceJournal.EVENTS_PER_SNAPSHOT + 50;

  @TempDir Path directory;

  private final int a = TestNodes.freePort();
  private final int b = TestNodes.freePort();
  private final int v = TestNodes.freePort();
  private TestNodes nodes;

  @BeforeEach
  void prepare() {
    nodes = new TestNodes(directory);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  private MeshNode start(String name, int port) {
    return nodes.start(name, port, ConfigFactory.empty(), Set.of(name), a, b);
  }

  /** Names of the files there are; they may be vanishing. */
  private List<String> snapshots() {
    File entities = nodes.directory("a").resolve("snapshots/entities").toFile();
    List<String> found = new ArrayList<>();
    for (String entity : names(entities)) {
      if (entity.contains(SPACE)) {
        found.addAll(names(new File(entities, entity)));
      }
    }
    return found;
  }

  private static List<String> names(File folder) {
    String[] names = folder.list();
    return names == null ? List.of() : List.of(names);
  }

  /** Node a with a space of which a snapshot is on its disk, and nobody else anything. */
  private Space written(MeshNode node) {
    String voter = nodes.knownAndGone(node, "v", v, Set.of("a", "b"), a, b, v);
    Space space = node.agent("x").space(SPACE, SpaceOptions.onRoles("a").withVoters(Set.of(voter)));
    for (int i = 0; i < WRITES; i++) {
      space.pnCounter("n").increment();
    }
    Await.until("a snapshot is saved", () -> !snapshots().isEmpty());
    return space;
  }

  private static boolean isGone(MeshNode node) {
    try {
      node.agent("x").space(SPACE);
      return false;
    } catch (HearsayException e) {
      return e.code() == ErrorCode.SPACE_NOT_HELD;
    }
  }

  @Test
  void theSnapshotsOfARemovedSpaceGoToo() {
    MeshNode first = start("a", a);
    Space onA = written(first);
    onA.place(Placement.onRoles("b"));
    MeshNode second = start("b", b);
    Await.until("it is gone from a", () -> isGone(first) && snapshots().isEmpty());
    assertEquals(WRITES, second.agent("x").space(SPACE).pnCounter("n").value());
  }

  /** Only the first step of a removal, as if the power had failed then. */
  private static final class HalfPurge extends AbstractPersistentActor {
    private final CompletableFuture<Void> done;

    HalfPurge(CompletableFuture<Void> done) {
      this.done = done;
    }

    @Override
    public String persistenceId() {
      return SpaceJournal.id(SPACE);
    }

    @Override
    public Recovery recovery() {
      return Recovery.none();
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder()
          .match(RecoveryCompleted.class, completed -> deleteMessages(Long.MAX_VALUE))
          .build();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(DeleteMessagesSuccess.class, success -> done.complete(null))
          .build();
    }
  }

  private void removeTheEventsAlone() {
    Path data = nodes.directory("a");
    Config config =
        ConfigFactory.parseMap(
                Map.of(
                    "pekko.persistence.journal.plugin",
                    "hearsay.journal",
                    "pekko.persistence.snapshot-store.plugin",
                    "hearsay.snapshot-store",
                    "hearsay.journal.dir",
                    data.resolve("journal").toString(),
                    "hearsay.snapshot-store.dir",
                    data.resolve("snapshots").toString()))
            .withFallback(ConfigFactory.load());
    ActorSystem system = ActorSystem.create("half", config);
    try {
      CompletableFuture<Void> done = new CompletableFuture<>();
      system.actorOf(Props.create(HalfPurge.class, () -> new HalfPurge(done)));
      done.join();
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  @Test
  void aRemovalThatWasCutShortIsFinishedAfterTheNextStart() {
    MeshNode first = start("a", a);
    Space onA = written(first);
    onA.place(Placement.onRoles("b"));
    first.close();
    removeTheEventsAlone();
    MeshNode again = start("a", a);
    assertTrue(isGone(again));
    assertTrue(!snapshots().isEmpty(), "nobody has said that it has what is left");
    MeshNode second = start("b", b);
    Await.until("it is gone from a", () -> snapshots().isEmpty());
    long value = second.agent("x").space(SPACE).pnCounter("n").value();
    assertTrue(value >= SpaceJournal.EVENTS_PER_SNAPSHOT - 1 && value <= WRITES, "" + value);
  }
}
