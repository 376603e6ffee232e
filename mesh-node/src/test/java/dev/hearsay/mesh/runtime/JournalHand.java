package dev.hearsay.mesh.runtime;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Writes into the journal of a node that is stopped what the node itself would not write. */
final class JournalHand {
  private JournalHand() {}

  /**
   * Recovers the space and appends one event to its journal.
   *
   * @param event of the recovered core
   */
  static void append(Path nodeDirectory, String space, Function<SpaceCore, SpaceEvent> event) {
    ActorSystem system =
        ActorSystem.create(
            "hand",
            ConfigFactory.parseMap(
                    Map.of(
                        "pekko.persistence.journal.plugin",
                        "hearsay.journal",
                        "pekko.persistence.snapshot-store.plugin",
                        "hearsay.snapshot-store",
                        "hearsay.journal.dir",
                        nodeDirectory.resolve("journal").toString(),
                        "hearsay.snapshot-store.dir",
                        nodeDirectory.resolve("snapshots").toString()))
                .withFallback(ConfigFactory.load()));
    try {
      CompletableFuture<SpaceCore> recovered = new CompletableFuture<>();
      CompletableFuture<Void> written = new CompletableFuture<>();
      ActorRef<SpaceJournal.Outcome> owner =
          Adapter.spawnAnonymous(
              system,
              Behaviors.receiveMessage(
                  outcome -> {
                    if (outcome instanceof SpaceJournal.Outcome.Recovered done) {
                      recovered.complete(done.core());
                    } else {
                      written.complete(null);
                    }
                    return Behaviors.same();
                  }));
      SpaceCore empty = new SpaceCore(new ReplicaId(4711), SpaceLimits.DEFAULT);
      ActorRef<SpaceJournal.Persist> journal =
          Adapter.spawnAnonymous(
              system, SpaceJournal.create(space, empty, 1, owner, /* heldBytesMax= */ 0));
      SpaceCore core = recovered.orTimeout(30, TimeUnit.SECONDS).join();
      JournaledState before = core.journaled();
      journal.tell(new SpaceJournal.Persist(event.apply(core), before));
      written.orTimeout(30, TimeUnit.SECONDS).join();
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }
}
