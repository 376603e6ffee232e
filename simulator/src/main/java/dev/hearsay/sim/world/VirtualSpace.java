package dev.hearsay.sim.world;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.Failures;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.space.Trimming;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One space of a virtual node while its process lives: interprets a {@link SpaceCore} as
 * production's actor does, with a virtual disk for the journal.
 */
final class VirtualSpace {
  private static final long PAUSE_NANOS_MIN = 100_000_000;
  private static final long PAUSE_NANOS_MAX = 4_000_000_000L;

  /** Who is told how a local write goes on. */
  interface Writer {
    void minted(EncodedChange change);

    void durable(Frontier frontier, VersionVector own);

    void failed(HearsayException failure);
  }

  private record Waiting(long position, VersionVector own, Writer writer) {}

  /** A command that came before the space was recovered. */
  private record Early(Runnable run, Consumer<HearsayException> refuse) {}

  private record Delivery(long position, Supplier<List<Effect>> told) {}

  private final VirtualNode node;
  private final World world;
  private final String name;
  private final Deque<Waiting> writers = new ArrayDeque<>();
  private final Deque<Delivery> deliveries = new ArrayDeque<>();
  private final Readers readers = new Readers();
  private List<Early> early = new ArrayList<>();
  private @Nullable SpaceCore core;
  private @Nullable SpaceBranches branches;
  private @Nullable HearsayException broken;
  private boolean leaving;
  private SpaceState shown = SpaceState.EMPTY;
  private int generation;
  private int eventsSinceSnapshot;
  private long pauseNanos = PAUSE_NANOS_MIN;

  VirtualSpace(VirtualNode node, String name) {
    this.node = node;
    this.world = node.world();
    this.name = name;
  }

  String name() {
    return name;
  }

  /** The newest state that readers may see. */
  SpaceState shown() {
    return shown;
  }

  /** The core, once it is recovered. */
  @Nullable SpaceCore core() {
    return core;
  }

  boolean isReady() {
    return core != null;
  }

  /** Whether its journal could not be read. */
  boolean isBroken() {
    return broken != null;
  }

  /** Whether nothing waits for the journal. */
  boolean isSettled() {
    return core != null && core.enqueued() == core.written();
  }

  /** Reads the journal; under the given replica, which has minted nothing yet. */
  void open(ReplicaId replica) {
    int now = ++generation;
    node.later(
        world.settings().fsyncNanos() + 1_000_000,
        () -> {
          if (now == generation) {
            recover(replica);
          }
        });
  }

  private void recover(ReplicaId replica) {
    SpaceCore recovered = new SpaceCore(replica, PlantedFaults.limits(world));
    recovered.keepCountsOf(node.disk().incarnations::contains);
    int skipped = 0;
    try {
      Disk.Recovered found = node.disk().recover(name);
      if (found.snapshot() != null) {
        recovered.restore(found.snapshot());
      }
      for (byte[] event : found.events()) {
        skipped += recovered.replay(SpaceEvent.decode(event));
      }
    } catch (Disk.DamagedException e) {
      broken = new HearsayException(ErrorCode.JOURNAL_UNREADABLE, e.getMessage());
      node.note("cannot read its journal: " + e.getMessage());
      refuseEarly(broken);
      node.run(node.gossip().closed(name));
      return;
    }
    recovered.recovered();
    core = PlantedFaults.recovered(node, recovered);
    branches = new SpaceBranches(node, this, core);
    node.clock().observe(core.durable().latest());
    shown = core.durable();
    node.opened(this, skipped > 0);
    List<Early> waiting = early;
    early = new ArrayList<>();
    waiting.forEach(command -> command.run().run());
  }

  private void refuseEarly(HearsayException why) {
    List<Early> waiting = early;
    early = new ArrayList<>();
    waiting.forEach(command -> command.refuse().accept(why));
  }

  /** Runs it when the space is recovered, unless it never will be. */
  private boolean isLater(Runnable command) {
    return isLater(command, why -> {});
  }

  private boolean isLater(Runnable command, Consumer<HearsayException> refuse) {
    if (core != null) {
      return false;
    }
    if (broken == null) {
      early.add(new Early(command, refuse));
    }
    return true;
  }

  void update(String author, Consumer<Draft> body, Writer writer) {
    if (leaving || broken != null) {
      writer.failed(broken != null ? broken : PlacedSpaces.notHere(name));
      return;
    }
    if (isLater(() -> update(author, body, writer), writer::failed)) {
      return;
    }
    SpaceCore space = ready();
    if (space.ownIsTaken()) {
      space.renew(node.drawIncarnation());
    }
    VersionVector own = VersionVector.EMPTY;
    EncodedChange change;
    try {
      node.clock().observe(space.head().latest());
      HybridClock.Writing now = node.clock().begin(node.wallMillis());
      Consumer<Draft> minting = PlantedFaults.minting(world, space.head(), body);
      change = space.mint(now.time(), author, now.of(minting)).orElse(null);
    } catch (RejectedException e) {
      writer.failed(Failures.of(e));
      return;
    } catch (HearsayException e) {
      writer.failed(e);
      return;
    }
    if (change != null) {
      own = own.with(change.change().replica(), change.last());
      world.minted(
          node, name, change, space.head().head(change.change().replica()).past().toVector());
      writer.minted(change);
    }
    if (space.enqueued() == space.written()) {
      writer.durable(new Frontier(space.durable().frontier()), own);
      return;
    }
    writers.add(new Waiting(space.enqueued(), own, writer));
    write();
  }

  /** Tells the reader as soon as readers may see all of that; forget it with the result. */
  Runnable await(VersionVector frontier, Consumer<SpaceState> reached) {
    return readers.await(shown, frontier, reached);
  }

  void receive(Effect.Deliver deliver) {
    if (isLater(() -> receive(deliver))) {
      return;
    }
    HostPort from = deliver.from();
    Supplier<List<Effect>> told =
        () -> node.gossip().delivered(name, from, deliver.receipt(), world.nowMillis());
    if (branches().isMet(from, may -> takeOr(may, () -> receive(deliver), told))) {
      List<EncodedChange> changes = PlantedFaults.received(this, node, deliver.changes());
      branches().report(ready().receive(changes, from));
      finish(told);
    }
  }

  private void takeOr(boolean may, Runnable take, @Nullable Supplier<List<Effect>> told) {
    if (may) {
      take.run();
    } else if (core != null && told != null) {
      finish(told);
    }
  }

  void receiveHead(Effect.DeliverHead deliver) {
    stage(deliver.from(), () -> receiveHead(deliver), core -> Transfers.begin(this, node, deliver));
  }

  void receivePiece(Effect.DeliverPiece deliver) {
    stage(
        deliver.from(), () -> receivePiece(deliver), core -> Transfers.stage(world, core, deliver));
  }

  private void stage(HostPort from, Runnable again, Function<SpaceCore, StagingReport> staging) {
    if (isLater(again)) {
      return;
    }
    if (branches().isMet(from, may -> takeOr(may, again, null))) {
      StagingReport report = staging.apply(ready());
      branches().report(report, from);
      finish(() -> node.gossip().staged(name, from, report, world.nowMillis()));
    }
  }

  /** Tells the gossip once everything taken so far is durable. */
  private void finish(Supplier<List<Effect>> told) {
    SpaceCore space = ready();
    node.clock().observe(space.head().latest());
    deliveries.add(new Delivery(space.enqueued(), told));
    write();
    answerDeliveries(space);
  }

  void serve(Effect.Serve serve) {
    if (!isLater(() -> serve(serve))) {
      VersionVector frontier = PlantedFaults.served(world, ready(), serve.frontier());
      node.served(name, serve.to(), ready().answer(frontier, serve.bytesMax()));
    }
  }

  void serveRest(Effect.ServeRest serve) {
    if (!isLater(() -> serveRest(serve))) {
      node.served(
          name, serve.to(), ready().answer(serve.frontier(), serve.mark(), serve.bytesMax()));
    }
  }

  /** What is not recovered yet will be asked again. */
  void forkHeard(Effect.ForkHeard heard) {
    node.gossip().forks().heard(heard);
    if (core != null) {
      branches().heard(heard);
      write();
    }
  }

  void forkSuspected(Effect.ForkSuspected suspected) {
    if (core != null) {
      branches().suspected(suspected.peer());
      write();
    }
  }

  /** All known holders have that: it need not be held change by change any more. */
  void trim(VersionVector stable) {
    if (core != null) {
      Trimming.trim(core, stable);
    }
  }

  /** Whether it may not be here any more, and takes nothing new. */
  void leaving(boolean leaves) {
    leaving = leaves;
  }

  /** May not be here, and leaves, unless it has more than the other node has taken. */
  void purge(Effect.Purge purge) {
    if (isLater(() -> purge(purge))) {
      return;
    }
    HostPort by = purge.by();
    if ((by == null || branches().isMet(by, may -> {}))
        && isSettled()
        && purge.covered().covers(ready().durable().frontier())
        && leaving) {
      node.placed().purge(this);
    } else {
      node.placed().stays(this);
    }
  }

  /** Hands what waits to the journal, unless it is writing. */
  void write() {
    SpaceCore space = ready();
    Optional<SpaceEvent> event = space.nextEvent();
    if (event.isEmpty()) {
      return;
    }
    int now = generation;
    if (node.disk().isFull()) {
      node.later(VirtualNode.ACTOR_NANOS, () -> refused(now));
      return;
    }
    node.disk()
        .append(
            name,
            event.get().encode(),
            () -> {
              if (now == generation) {
                persisted();
              }
            });
  }

  private void persisted() {
    SpaceCore space = ready();
    boolean snapshotDue = ++eventsSinceSnapshot >= world.settings().eventsPerSnapshot();
    if (snapshotDue) {
      eventsSinceSnapshot = 0;
      node.disk().save(name, space.writingJournaled());
    }
    Publication publication = space.persisted();
    pauseNanos = PAUSE_NANOS_MIN;
    // First of all the next event: the disk should not wait for what follows.
    write();
    node.desk().forge(name, PlantedFaults.forged(world, shown, publication));
    shown = publication.state();
    world.published(node, name, publication);
    Frontier frontier = new Frontier(shown.frontier());
    while (!writers.isEmpty() && writers.peekFirst().position() <= space.written()) {
      Waiting waiting = writers.removeFirst();
      waiting.writer().durable(frontier, waiting.own());
    }
    readers.tell(shown);
    tellGossip(publication);
    answerDeliveries(space);
  }

  private void tellGossip(Publication publication) {
    List<EncodedChange> minted = new ArrayList<>();
    List<EncodedChange> received = new ArrayList<>();
    SpaceState state = publication.state();
    for (Publication.Step step : publication.steps()) {
      if (step.part() instanceof SpaceEvent.Applied applied) {
        (step.local() ? minted : received).add(applied.change());
      } else if (step.part() instanceof SpaceEvent.Replaced) {
        node.run(node.gossip().forks().replaced(name, state.frontier(), state.digest()));
      }
    }
    node.run(
        node.gossip()
            .published(
                name, state.frontier(), state.digest(), minted, received, world.nowMillis()));
    node.changed(name, state);
  }

  private void answerDeliveries(SpaceCore space) {
    while (!deliveries.isEmpty() && deliveries.peekFirst().position() <= space.written()) {
      node.run(deliveries.removeFirst().told().get());
    }
  }

  /** The disk took nothing of the last event: starts over from what is there. */
  private void refused(int at) {
    if (at != generation) {
      return;
    }
    generation++;
    core = null;
    branches = null;
    deliveries.clear();
    PlantedFaults.refused(node);
    failWriters(
        new HearsayException(ErrorCode.JOURNAL_REFUSED, "no space left; nothing was written"));
    node.later(
        pauseNanos,
        () -> {
          if (generation == at + 1) {
            open(node.drawIncarnation());
          }
        });
    pauseNanos = Math.min(2 * pauseNanos, PAUSE_NANOS_MAX);
  }

  /** The process is gone. */
  void end() {
    generation++;
    core = null;
    branches = null;
    refuseEarly(new HearsayException(ErrorCode.NODE_CLOSED, "the node crashed before it wrote"));
    failWriters(
        new HearsayException(ErrorCode.WRITE_UNCONFIRMED, "the node crashed while writing"));
    readers.clear();
  }

  private void failWriters(HearsayException failure) {
    List<Waiting> failed = List.copyOf(writers);
    writers.clear();
    failed.forEach(waiting -> waiting.writer().failed(failure));
  }

  /** How much that peers brought is not durable yet. */
  int deliveriesWaiting() {
    return deliveries.size();
  }

  SpaceCore ready() {
    if (core == null) {
      throw new IllegalStateException("space '" + name + "' of " + node + " is not recovered");
    }
    return core;
  }

  private SpaceBranches branches() {
    if (branches == null) {
      throw new IllegalStateException("space '" + name + "' of " + node + " is not recovered");
    }
    return branches;
  }
}
