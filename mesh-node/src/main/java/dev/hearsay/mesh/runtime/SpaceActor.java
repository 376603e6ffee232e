package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Failures;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.StagingReport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interprets one {@link SpaceCore}: gives it time, hands its events to its {@link SpaceJournal},
 * publishes what is durable, and only then answers writers, tells watchers and hands the changes to
 * the gossip. After a refused write it starts over from the journal under a new incarnation,
 * because nobody can know whether the write is there.
 */
final class SpaceActor extends AbstractBehavior<SpaceCommand> {
  /** Set while a transaction's body runs, so that it cannot wait for itself. */
  static final ThreadLocal<Boolean> IN_TRANSACTION = ThreadLocal.withInitial(() -> false);

  private static final Logger LOG = LoggerFactory.getLogger(SpaceActor.class);

  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

  /** To be told once everything up to there is durable. */
  private record Delivery(long position, GossipInput input) {}

  private final SpaceCell cell;
  private final NodeContext node;
  private final ActorRef<SpaceJournal.Outcome> outcomes;
  private final SpaceTransfers transfers;
  private final WaitingWriters writers;
  private final SpaceNews news;
  private final Deque<Delivery> deliveries = new ArrayDeque<>();
  private final EarlyCommands early = new EarlyCommands();
  private final Departure departure;
  private @Nullable SpaceCore core;
  private @Nullable SpaceForks forks;
  private @Nullable HearsayException broken;
  private ActorRef<SpaceJournal.Persist> journal;
  private int generation;
  private Duration pause = PAUSE_MIN;
  private boolean distrusted;

  static Behavior<SpaceCommand> create(SpaceCell cell, NodeContext node) {
    return Behaviors.setup(context -> new SpaceActor(context, cell, node));
  }

  private SpaceActor(ActorContext<SpaceCommand> context, SpaceCell cell, NodeContext node) {
    super(context);
    this.cell = cell;
    this.node = node;
    this.departure = new Departure(cell);
    this.writers = new WaitingWriters(cell.name());
    this.news = new SpaceNews(cell.name(), node.gossip());
    this.transfers = new SpaceTransfers(cell.name(), node, Adapter.toClassic(context.getSystem()));
    this.outcomes = context.messageAdapter(SpaceJournal.Outcome.class, SpaceCommand.Journaled::new);
    this.journal = startJournal(node.incarnations().of(cell.name(), node.incarnation()));
  }

  private ActorRef<SpaceJournal.Persist> startJournal(ReplicaId replica) {
    generation++;
    SpaceCore empty = new SpaceCore(replica, node.limits());
    empty.keepCountsOf(node.incarnations()::contains);
    ActorRef<SpaceJournal.Persist> started =
        getContext()
            .spawn(
                SpaceJournal.create(
                    cell.name(), empty, generation, outcomes, node.journalHeldBytesMax()),
                "journal-" + generation);
    getContext().watch(started);
    return started;
  }

  @Override
  public Receive<SpaceCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(SpaceCommand.Update.class, this::onUpdate)
        .onMessage(SpaceCommand.Receive.class, this::onReceive)
        .onMessage(SpaceCommand.Adopt.class, this::onAdopt)
        .onMessage(SpaceCommand.ReceiveHead.class, this::onReceiveHead)
        .onMessage(SpaceCommand.ReceivePiece.class, this::onReceivePiece)
        .onMessage(SpaceCommand.Serve.class, this::onServe)
        .onMessage(SpaceCommand.ServeRest.class, this::onServeRest)
        .onMessage(SpaceCommand.OfForks.class, this::onForks)
        .onMessage(SpaceCommand.Purge.class, this::onPurge)
        .onMessage(SpaceCommand.Stable.class, stable -> stable.trim(core, this))
        .onMessage(SpaceCommand.Journaled.class, this::onJournaled)
        .onMessage(SpaceCommand.Close.class, close -> onClose())
        .onMessage(SpaceCommand.Leave.class, leave -> onLeave())
        .onMessage(SpaceCommand.StartOver.class, startOver -> onStartOver())
        .onSignal(ChildFailed.class, this::onJournalFailed)
        .onSignal(PostStop.class, stop -> onStopped())
        .build();
  }

  private Behavior<SpaceCommand> onUpdate(SpaceCommand.Update update) {
    if (core != null && !departure.isClosing()) {
      mint(core, update);
      return this;
    }
    return later(update);
  }

  private void mint(SpaceCore space, SpaceCommand.Update update) {
    if (forks != null) {
      forks.requireOwn();
    }
    VersionVector own = VersionVector.EMPTY;
    IN_TRANSACTION.set(true);
    try {
      node.clock().observe(space.head().latest());
      HybridClock.Writing now = node.clock().begin(NodeContext.wallMillis());
      EncodedChange change =
          space.mint(now.time(), update.author(), now.of(update.body())).orElse(null);
      if (change != null) {
        own = own.with(change.change().replica(), change.last());
      }
    } catch (RejectedException e) {
      update.done().completeExceptionally(Failures.of(e));
      return;
    } catch (Throwable e) {
      // The caller's to see; an Error too, or a failed assertion in a body would stop the space.
      update.done().completeExceptionally(e);
      return;
    } finally {
      IN_TRANSACTION.set(false);
    }
    // Also one that wrote nothing waits for what it may have read.
    if (space.enqueued() == space.written()) {
      update.done().complete(new Minted(new Frontier(space.durable().frontier()), own));
      return;
    }
    writers.add(space.enqueued(), own, update.done());
    write(space);
  }

  /** Keeps what comes before the space is recovered, unless it will never be. */
  private Behavior<SpaceCommand> later(SpaceCommand command) {
    if (broken != null || departure.isClosing()) {
      EarlyCommands.refuse(command, broken != null ? broken : closed());
    } else {
      early.add(command);
    }
    return this;
  }

  private Behavior<SpaceCommand> onReceive(SpaceCommand.Receive receive) {
    if (core == null || forks == null) {
      return later(receive);
    }
    HostPort from = receive.from();
    GossipInput dealtWith = new GossipInput.Delivered(cell.name(), from, receive.receipt());
    if (forks.isMet(from, receive.bytes(), may -> takeOr(may, receive, dealtWith))) {
      VersionVector before = core.head().frontier();
      forks.report(core.receive(receive.changes(), from), from, before);
      finish(core, dealtWith);
    }
    return this;
  }

  /** Without a look at chains: the sender has none. */
  private Behavior<SpaceCommand> onAdopt(SpaceCommand.Adopt adopt) {
    if (core == null || forks == null) {
      return later(adopt);
    }
    VersionVector before = core.head().frontier();
    forks.report(core.receive(List.of(adopt.change()), adopt.from()), adopt.from(), before);
    node.clock().observe(core.head().latest());
    write(core);
    adopt.unlessIn(core);
    return this;
  }

  /** What a peer brought has waited: it is taken now, or counts as dealt with. */
  private void takeOr(boolean may, SpaceCommand delivery, @Nullable GossipInput dealtWith) {
    if (may) {
      take(delivery);
    } else if (core != null && dealtWith != null) {
      finish(core, dealtWith);
    }
  }

  private Behavior<SpaceCommand> onReceiveHead(SpaceCommand.ReceiveHead receive) {
    return stage(receive, space -> transfers.receive(space, receive));
  }

  private Behavior<SpaceCommand> onReceivePiece(SpaceCommand.ReceivePiece receive) {
    return stage(receive, space -> transfers.receive(space, receive));
  }

  private Behavior<SpaceCommand> stage(
      SpaceCommand.Brought receive, Function<SpaceCore, StagingReport> staging) {
    if (core == null || forks == null) {
      return later(receive);
    }
    if (forks.isMet(receive.from(), receive.bytes(), may -> takeOr(may, receive, null))) {
      StagingReport report = staging.apply(core);
      forks.report(report, receive.from());
      finish(core, new GossipInput.Staged(cell.name(), receive.from(), report));
    }
    return this;
  }

  private Behavior<SpaceCommand> onForks(SpaceCommand command) {
    if (core == null || forks == null || departure.isClosing()) {
      return later(command);
    }
    forks.handle(command);
    write(core);
    return this;
  }

  /** Tells the gossip once everything taken so far is durable. */
  private void finish(SpaceCore space, GossipInput input) {
    node.clock().observe(space.head().latest());
    deliveries.add(new Delivery(space.enqueued(), input));
    write(space);
    answerDeliveries(space);
  }

  private Behavior<SpaceCommand> onServe(SpaceCommand.Serve serve) {
    if (core == null) {
      return later(serve);
    }
    transfers.serve(core, serve);
    return this;
  }

  private Behavior<SpaceCommand> onServeRest(SpaceCommand.ServeRest serve) {
    if (core == null) {
      return later(serve);
    }
    transfers.serve(core, serve);
    return this;
  }

  private Behavior<SpaceCommand> onPurge(SpaceCommand.Purge purge) {
    if (core == null || forks == null) {
      return later(purge);
    }
    // What has moved on since is offered anew, and what the other may have another branch of too.
    HostPort by = purge.by();
    boolean goes =
        (by == null || forks.isMet(by, /* bytes= */ 0, may -> {}))
            && isIdle()
            && purge.covered().covers(core.durable().frontier())
            && cell.purge();
    news.answerPurge(core.durable(), goes);
    return goes ? Behaviors.stopped() : this;
  }

  private Behavior<SpaceCommand> onJournaled(SpaceCommand.Journaled journaled) {
    if (journaled.outcome().generation() != generation) {
      return this;
    }
    if (journaled.outcome() instanceof SpaceJournal.Outcome.Recovered recovered) {
      onRecovered(recovered);
    } else if (core != null && !departure.isNoted(core)) {
      onPersisted(core);
    }
    return stopIfDue();
  }

  private Behavior<SpaceCommand> stopIfDue() {
    boolean busy =
        core != null && (core.journaled().staged() != null || (forks != null && forks.isBusy()));
    return departure.isDue(core, busy, broken != null, journal::tell) ? Behaviors.stopped() : this;
  }

  private void onRecovered(SpaceJournal.Outcome.Recovered recovered) {
    SpaceCore space = recovered.core();
    Departure.Return comesBack = departure.recovered(space.durable());
    if (comesBack == Departure.Return.LESS && !distrusted) {
      distrust();
      return;
    }
    core = space;
    forks =
        new SpaceForks(
            cell.name(),
            space,
            node,
            done -> writers.add(space.enqueued(), VersionVector.EMPTY, done));
    node.clock().observe(space.durable().latest());
    cell.publish(space.durable());
    news.recovered(space, recovered.skipped(), comesBack, generation > 1);
    cell.ready().complete(null);
    // Here and now: told to itself, they would be overtaken by what is in the mailbox already.
    early.take().forEach(this::take);
  }

  /** Dots that are gone here may be with peers: they must not be used a second time. */
  private void distrust() {
    LOG.error(
        "space '{}': its journal gives back less than it held when the space left the memory;"
            + " peers that have the rest bring it back",
        cell.name());
    distrusted = true;
    getContext().unwatch(journal);
    getContext().stop(journal);
    journal = startJournal(node.incarnations().drawFor(cell.name()));
  }

  private void take(SpaceCommand command) {
    if (command instanceof SpaceCommand.Update update) {
      onUpdate(update);
    } else if (command instanceof SpaceCommand.Receive receive) {
      onReceive(receive);
    } else if (command instanceof SpaceCommand.Adopt adopt) {
      onAdopt(adopt);
    } else if (command instanceof SpaceCommand.ReceiveHead receive) {
      onReceiveHead(receive);
    } else if (command instanceof SpaceCommand.ReceivePiece receive) {
      onReceivePiece(receive);
    } else if (command instanceof SpaceCommand.Serve serve) {
      onServe(serve);
    } else if (command instanceof SpaceCommand.ServeRest serve) {
      onServeRest(serve);
    } else if (command instanceof SpaceCommand.Purge) {
      getContext().getSelf().tell(command); // after all that is not yet written
    } else {
      onForks(command);
    }
  }

  private void onPersisted(SpaceCore space) {
    SpaceState before = space.durable();
    Publication publication = space.persisted();
    pause = PAUSE_MIN;
    // First of all the next event: the disk should not wait for what follows.
    write(space);
    Watchers.Audience audience = cell.publish(publication, space.tailBytes());
    Frontier frontier = new Frontier(publication.state().frontier());
    writers.durable(space.written(), frontier);
    news.tellGossip(publication);
    answerDeliveries(space);
    news.tell(audience, before, publication);
  }

  private void answerDeliveries(SpaceCore space) {
    while (!deliveries.isEmpty() && deliveries.peekFirst().position() <= space.written()) {
      node.gossip().accept(deliveries.removeFirst().input());
    }
  }

  private void write(SpaceCore space) {
    space
        .nextEvent()
        .ifPresent(
            event -> {
              departure.writing();
              journal.tell(new SpaceJournal.Persist(event, space.writingJournaled()));
            });
  }

  private Behavior<SpaceCommand> onJournalFailed(ChildFailed failed) {
    Throwable cause = JournalFault.causeOf(failed.getCause());
    if (core == null) {
      String why =
          "the journal of space '" + cell.name() + "' cannot be read: " + cause.getMessage();
      broken = new HearsayException(ErrorCode.JOURNAL_UNREADABLE, why, cause);
      LOG.error(why, cause);
      cell.broken(broken);
      node.gossip().accept(new GossipInput.Closed(cell.name()));
      early.refuse(broken);
      return stopIfDue();
    }
    if (departure.isNoteRefused(core)) {
      LOG.warn(
          "space '{}': where it stands could not be noted: {}", cell.name(), cause.getMessage());
      return Behaviors.stopped();
    }
    writers.fail(core, cause);
    // What came from peers and is not durable was not acknowledged to them; repair brings it again.
    deliveries.clear();
    core = null;
    forks = null;
    if (departure.isClosing()) {
      return Behaviors.stopped();
    }
    // Not at once: what refused the last write will probably refuse the next.
    getContext().scheduleOnce(pause, getContext().getSelf(), new SpaceCommand.StartOver());
    pause = pause.compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
    return this;
  }

  private Behavior<SpaceCommand> onStartOver() {
    if (!departure.isClosing()) {
      journal = startJournal(node.incarnations().drawFor(cell.name()));
    }
    return this;
  }

  private Behavior<SpaceCommand> onLeave() {
    departure.ask();
    return stopIfDue();
  }

  private Behavior<SpaceCommand> onClose() {
    departure.close();
    early.refuse(closed());
    return stopIfDue();
  }

  private Behavior<SpaceCommand> onStopped() {
    if (forks != null && !departure.isClosing()) {
      // Only this core knows whether its replica has minted elsewhere.
      forks.requireOwn();
    }
    departure.gone();
    return this;
  }

  private boolean isIdle() {
    return core == null || core.written() == core.enqueued();
  }

  private static HearsayException closed() {
    return new HearsayException(ErrorCode.NODE_CLOSED, "the node is closed; nothing was written");
  }
}
