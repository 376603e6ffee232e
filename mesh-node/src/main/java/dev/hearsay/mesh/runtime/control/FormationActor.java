package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interprets {@link Formation} over the data system: carries its hellos as bytes, starts and ends
 * control systems on the keeper's thread, and keeps this node's row in the directory.
 *
 * <p>Peers are addressed by refs without a unique id, which outlive a restart of the peer, and are
 * never watched: to watch would be to quarantine.
 */
final class FormationActor extends AbstractActorWithTimers {
  static final String NAME = "control";

  private static final Logger LOG = LoggerFactory.getLogger(FormationActor.class);
  private static final Duration BUSY_TICK = Duration.ofMillis(50);
  private static final Duration CALM_TICK = Duration.ofMillis(250);
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);
  private static final Duration RESTART_PAUSE_MAX = Duration.ofSeconds(30);
  private static final Duration TERMINATE_MAX = Duration.ofSeconds(10);
  private static final long COMPLAIN_AGAIN_MILLIS = 60_000;
  private static final long MALFORMED_PER_LINE = 1_000;
  private static final long WRITE_AGAIN_MILLIS = 5_000;

  sealed interface Command {}

  record Know(Collection<HostPort> addresses) implements Command {
    Know {
      addresses = List.copyOf(addresses);
    }
  }

  record Report(NodeLoad load) implements Command {}

  record Stop(boolean sayGoodbye, CompletableFuture<@Nullable Void> stopped) implements Command {}

  private record Tick() implements Command {}

  private record StartControl() implements Command {}

  private record Started(ControlSystem system) implements Command {}

  private record StartFailed(Throwable cause) implements Command {}

  private record RowsSeen(Map<String, NodeRow> rows) implements Command {}

  private final NodeIdentity identity;
  private final ControlSettings settings;
  private final ControlState state;
  private final Executor keeper;
  private final Formation formation;
  private final Map<HostPort, ActorRef> refs = new HashMap<>();

  private @Nullable ControlSystem control;
  private NodeLoad load = NodeLoad.NONE;
  private long revision;
  private boolean wasMember;
  private int failedStarts;
  private long complainedAtMillis = Peer.NEVER;
  private long writtenAnewMillis = Peer.NEVER;

  private FormationActor(
      NodeIdentity identity,
      ControlSettings settings,
      Collection<HostPort> peers,
      ControlState state,
      Executor keeper) {
    this.identity = identity;
    this.settings = settings;
    this.state = state;
    this.keeper = keeper;
    this.formation = new Formation(identity, System.currentTimeMillis(), settings.patience());
    formation.know(nowMillis(), peers, true);
  }

  static Props props(
      NodeIdentity identity,
      ControlSettings settings,
      Collection<HostPort> peers,
      ControlState state,
      Executor keeper) {
    return Props.create(
        FormationActor.class, () -> new FormationActor(identity, settings, peers, state, keeper));
  }

  @Override
  public void preStart() {
    startControl(null);
    getTimers().startSingleTimer(Tick.class, new Tick(), BUSY_TICK);
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(byte[].class, bytes -> guarded(() -> received(bytes)))
        .match(Command.class, command -> guarded(() -> obey(command)))
        .build();
  }

  /** Memory does not depend on the control plane: a fault in here is reported, and life goes on. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      complain("the control plane of {} failed at a step and goes on", e);
    }
  }

  private void complain(String message, Exception e) {
    if (nowMillis() - complainedAtMillis >= COMPLAIN_AGAIN_MILLIS) {
      complainedAtMillis = nowMillis();
      LOG.warn(message, identity.name(), e);
    }
  }

  private void received(byte[] bytes) {
    try {
      Hello hello = HelloCodec.decode(bytes);
      perform(formation.onHello(nowMillis(), hello));
      reportAddresses();
    } catch (MalformedFrameException e) {
      if (state.countMalformed() % MALFORMED_PER_LINE == 1) {
        LOG.warn(
            "{} rejects a control message from {}: {}",
            identity.name(),
            getSender().path().address(),
            e.getMessage());
      }
    }
  }

  private void obey(Command command) {
    if (command instanceof Tick) {
      tick();
    } else if (command instanceof RowsSeen seen) {
      rowsSeen(seen.rows());
    } else if (command instanceof Know know) {
      formation.know(nowMillis(), know.addresses(), false);
      reportAddresses();
    } else if (command instanceof Report report) {
      load = report.load();
      publishRow();
    } else if (command instanceof Started started) {
      started(started.system());
    } else if (command instanceof StartFailed failed) {
      startFailed(failed.cause());
    } else if (command instanceof StartControl) {
      startControl(null);
    } else if (command instanceof Stop stop) {
      stop(stop);
    }
  }

  private void tick() {
    try {
      ControlSystem current = control;
      if (current != null) {
        formation.onView(nowMillis(), current.view());
      }
      perform(formation.onTick(nowMillis()));
      noteMembership();
    } finally {
      getTimers()
          .startSingleTimer(Tick.class, new Tick(), formation.isMember() ? CALM_TICK : BUSY_TICK);
    }
  }

  private void noteMembership() {
    boolean member = formation.isMember();
    if (member && !wasMember) {
      LOG.info("{} is in a cluster of {}", identity.name(), state.members().size());
    }
    wasMember = member;
  }

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      perform(effect);
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.SendHello send) {
      ref(send.to()).tell(HelloCodec.encode(send.hello()), getSelf());
      return;
    }
    if (effect instanceof Effect.Outside outside) {
      state.outside(outside.from(), identity.mesh(), outside.mesh());
      return;
    }
    ControlSystem current = control;
    if (current == null) {
      return;
    }
    if (effect instanceof Effect.JoinSelf) {
      current.joinSelf();
    } else if (effect instanceof Effect.Join join) {
      current.join(join.seeds());
    } else if (effect instanceof Effect.Down down) {
      LOG.info("{} takes {} out of the cluster: {}", identity.name(), down.member(), down.reason());
      current.down(down.member());
    } else if (effect instanceof Effect.Replace replace) {
      LOG.info("{} replaces its control system: {}", identity.name(), replace.reason());
      startControl(current);
    }
  }

  private ActorRef ref(HostPort peer) {
    if (refs.size() > 2 * Limits.PEERS_MAX) {
      refs.clear();
    }
    return refs.computeIfAbsent(
        peer,
        address -> {
          ExtendedActorSystem data = (ExtendedActorSystem) getContext().getSystem();
          String path = "pekko://" + data.name() + "@" + address + "/user/" + NAME;
          return data.provider().resolveActorRef(path);
        });
  }

  // Control systems

  /** Ends one control system, if there is one, and starts the next, away from the data side. */
  private void startControl(@Nullable ControlSystem before) {
    control = null;
    state.control(null);
    ActorRef self = getSelf();
    keeper.execute(
        () -> {
          try {
            if (before != null && !before.terminate(TERMINATE_MAX)) {
              LOG.warn("{}: a control system takes long to end; going on", identity.name());
            }
            ControlSystem next =
                ControlSystem.start(
                    settings,
                    identity.mesh(),
                    rows -> self.tell(new RowsSeen(rows), ActorRef.noSender()));
            if (state.admit(next)) {
              self.tell(new Started(next), ActorRef.noSender());
            } else {
              next.terminate(TERMINATE_MAX);
            }
          } catch (RuntimeException | LinkageError e) {
            self.tell(new StartFailed(e), ActorRef.noSender());
          }
        });
  }

  private void started(ControlSystem system) {
    failedStarts = 0;
    control = system;
    state.control(system);
    List<Effect> effects = formation.onControl(nowMillis(), system.address());
    // What the system before it knew would be lost with it.
    system.put(state.directory().values());
    publishRow();
    perform(effects);
  }

  private void startFailed(Throwable cause) {
    if (failedStarts++ == 0) {
      LOG.warn(
          "{} goes on without a cluster: no control system on {}: {}",
          identity.name(),
          settings.bind(),
          cause.getMessage());
    }
    Duration pause = RESTART_PAUSE.multipliedBy(1L << Math.min(failedStarts - 1, 5));
    getTimers()
        .startSingleTimer(
            StartControl.class,
            new StartControl(),
            pause.compareTo(RESTART_PAUSE_MAX) < 0 ? pause : RESTART_PAUSE_MAX);
  }

  private void stop(Stop stop) {
    if (stop.sayGoodbye()) {
      perform(formation.goodbye(nowMillis()));
    }
    control = null;
    state.control(null);
    getContext().stop(getSelf());
    stop.stopped().complete(null);
  }

  // The directory

  private void publishRow() {
    revision++;
    ControlSystem current = control;
    NodeRow row =
        new NodeRow(
            identity.nodeId(),
            identity.name(),
            identity.incarnation(),
            formation.generation(),
            formation.epoch(),
            revision,
            identity.data(),
            current == null ? null : current.address(),
            identity.roles(),
            identity.version(),
            load.clockOffsetMillis(),
            load.loadPermille());
    state.join(Map.of(row.nodeId(), row));
    if (current != null) {
      current.put(List.of(row));
    }
  }

  private void rowsSeen(Map<String, NodeRow> rows) {
    NodeRow mine = rows.get(identity.nodeId());
    if (mine != null && mine.incarnation() != identity.incarnation()) {
      refute(mine);
    }
    formation.onRows(nowMillis(), rows.values());
    state.join(rows);
    if (isMyPart(rows) && mayWriteAnew() && formation.isMissing(System.currentTimeMillis(), rows)) {
      writeAnew();
    }
    reportAddresses();
  }

  private boolean isMyPart(Map<String, NodeRow> rows) {
    int mine = NodeDirectory.part(identity.nodeId());
    return rows.keySet().stream().limit(1).anyMatch(any -> NodeDirectory.part(any) == mine);
  }

  private boolean mayWriteAnew() {
    return nowMillis() - writtenAnewMillis >= WRITE_AGAIN_MILLIS;
  }

  private void writeAnew() {
    writtenAnewMillis = nowMillis();
    publishRow();
  }

  /**
   * A row under this node's id is from another process: an earlier one, whose row is outdone at
   * once, or one that runs at the same time on a copy of the data directory, against which there is
   * no winning: hence not more often than every few seconds.
   */
  private void refute(NodeRow other) {
    NodeRow standing = state.directory().get(identity.nodeId());
    if (standing != null && NodeRow.newer(standing, other).equals(standing)) {
      return;
    }
    if (mayWriteAnew()) {
      formation.raiseGeneration(other.generation());
      writeAnew();
    }
  }

  private void reportAddresses() {
    Set<HostPort> news = formation.takeNews();
    if (!news.isEmpty()) {
      state.reportAddresses(news.stream().map(HostPort::toString).collect(Collectors.toSet()));
    }
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}
