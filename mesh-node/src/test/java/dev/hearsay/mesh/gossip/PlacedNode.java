package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.space.Trimming;
import dev.hearsay.mesh.space.VersionedPlacement;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A node of a {@link PlacedMesh}: interprets the effects as the actors do. */
final class PlacedNode {
  private record Delivery(long position, Supplier<List<Effect>> told) {}

  /** A space that is here. */
  static final class Held {
    final SpaceCore core;
    final Deque<Delivery> deliveries = new ArrayDeque<>();

    /** Whether it may not be here, as far as the space's own thread has heard. */
    boolean leaving;

    Held(SpaceCore core, boolean leaving) {
      this.core = core;
      this.leaving = leaving;
    }
  }

  private final PlacedMesh mesh;
  private final HostPort address;
  private final Set<String> roles;
  private final List<HostPort> configured;
  final Map<String, List<byte[]>> disk = new TreeMap<>();

  /** On the disk too. */
  private final Map<String, VersionedPlacement> placements = new TreeMap<>();

  /** What the node's own records say of spaces it once had. */
  private final Map<String, VersionVector> everHeld = new HashMap<>();

  final Map<String, Held> spaces = new TreeMap<>();
  private final PlacedRemovals removals;
  private final HybridClock clock = new HybridClock();
  private long incarnation;
  private Gossip gossip;
  private boolean running;
  private int generation;

  /** Messages of spaces that its gossip refused. */
  long misplaced;

  PlacedNode(PlacedMesh mesh, HostPort address, Set<String> roles, List<HostPort> configured) {
    this.mesh = mesh;
    this.address = address;
    this.roles = roles;
    this.configured = configured;
    this.gossip = newGossip();
    this.removals = new PlacedRemovals(mesh, this);
  }

  private Gossip newGossip() {
    Message.Hello hello = Hellos.of("id of " + name(), incarnation, name(), List.of());
    return new Gossip(
        address,
        hello,
        GossipSettings.DEFAULT,
        VirtualTransfers.LIMITS,
        space -> VoterView.NONE,
        roles);
  }

  Gossip gossip() {
    return gossip;
  }

  HostPort address() {
    return address;
  }

  String name() {
    return address.host();
  }

  Set<String> roles() {
    return roles;
  }

  boolean isRunning() {
    return running;
  }

  boolean isAllowedBy(Placement placement) {
    return placement.allows(name(), roles);
  }

  /** What it durably knows; absent if nothing. */
  Optional<Placement> known(String space) {
    return Optional.ofNullable(placements.get(space)).map(VersionedPlacement::placement);
  }

  VersionVector everHeld(String space) {
    return everHeld.getOrDefault(space, VersionVector.EMPTY);
  }

  /** Names of spaces that are here. */
  Set<String> held() {
    return spaces.keySet();
  }

  boolean holds(String space) {
    return spaces.containsKey(space);
  }

  boolean isOnDisk(String space) {
    return !disk.getOrDefault(space, List.of()).isEmpty();
  }

  SpaceState durable(String space) {
    return spaces.get(space).core.durable();
  }

  boolean isSettled(String space) {
    Held held = spaces.get(space);
    return running && held != null && held.core.enqueued() == held.core.written();
  }

  boolean agreesWith(PlacedNode other, String space) {
    return other.holds(space)
        && durable(space).frontier().equals(other.durable(space).frontier())
        && durable(space).digest().equals(other.durable(space).digest());
  }

  void start() {
    running = true;
    generation++;
    incarnation = mesh.random.nextLong();
    gossip = newGossip();
    gossip.learn(configured);
    placements.forEach((space, placed) -> tellGossip(space, placed.placement()));
    for (String space : placements.keySet()) {
      if (mayHold(space) || isOnDisk(space)) {
        open(space, new ReplicaId(incarnation));
      }
    }
    tick(generation);
  }

  void crash() {
    running = false;
    generation++;
    spaces.clear();
    removals.clear();
  }

  boolean mayHold(String space) {
    return known(space).filter(this::isAllowedBy).isPresent();
  }

  /** The catalogue's entry has arrived. */
  void hears(String space, VersionedPlacement placed) {
    if (!running) {
      return;
    }
    if (mesh.fault == PlacedMesh.Fault.SENDS_BEFORE_THE_PLACEMENT_IS_DURABLE) {
      tellGossip(space, placed.placement());
      if (isAllowedBy(placed.placement())) {
        open(space, new ReplicaId(mesh.random.nextLong()));
      }
      later(300, () -> follow(space, placed));
    } else {
      later(mesh.random.nextInt(5), () -> follow(space, placed));
    }
  }

  private void follow(String space, VersionedPlacement placed) {
    VersionedPlacement now = placements.merge(space, placed, VersionedPlacement::join);
    tellGossip(space, now.placement());
    lately(
        () -> {
          Held held = spaces.get(space);
          if (held != null) {
            held.leaving = !mayHold(space);
          }
        });
    if (mayHold(space)) {
      open(space, new ReplicaId(mesh.random.nextLong()));
    } else if (mesh.fault == PlacedMesh.Fault.PURGES_BEFORE_IT_IS_COVERED && holds(space)) {
      removals.remove(space);
    }
  }

  private void tellGossip(String space, Placement placement) {
    boolean leaks =
        mesh.fault.name().startsWith("LEAKS") || mesh.fault.name().startsWith("ANSWERS");
    boolean lies = leaks && isAllowedBy(placement);
    run(gossip.placed(space, lies ? Placement.everywhere() : placement, mesh.nowMillis()));
  }

  void open(String space, ReplicaId replica) {
    if (spaces.containsKey(space) || removals.isUnderWay(space)) {
      return;
    }
    SpaceCore core = new SpaceCore(replica, mesh.limits);
    for (byte[] event : disk.computeIfAbsent(space, name -> new ArrayList<>())) {
      if (core.replay(SpaceEvent.decode(event)) > 0) {
        throw new MeshOracle.Violation(name() + " finds a hole in the journal of " + space);
      }
    }
    core.recovered();
    spaces.put(space, new Held(core, !mayHold(space)));
    gossip.mark(space, core.mark().orElse(null));
    run(gossip.opened(space, core.durable().frontier(), core.durable().digest(), mesh.nowMillis()));
  }

  /** Writes, if the space is here and may be. */
  void write(String space, Consumer<Draft> body) {
    Held held = spaces.get(space);
    if (!running || held == null || held.leaving || !mayHold(space)) {
      return;
    }
    clock.observe(held.core.head().latest());
    held.core
        .mint(clock.tick(mesh.nowMillis()), "author", body)
        .ifPresent(change -> mesh.oracle.minted(space, change, held.core.head()));
    journal(space, held);
  }

  private void journal(String space, Held held) {
    Optional<SpaceEvent> event = held.core.nextEvent();
    if (event.isPresent()) {
      byte[] bytes = event.get().encode();
      later(
          mesh.random.nextInt(4),
          () -> {
            if (spaces.get(space) == held) {
              disk.computeIfAbsent(space, name -> new ArrayList<>()).add(bytes);
              onPersisted(space, held);
            }
          });
    }
  }

  private void onPersisted(String space, Held held) {
    Publication publication = held.core.persisted();
    journal(space, held);
    List<EncodedChange> minted = new ArrayList<>();
    List<EncodedChange> received = new ArrayList<>();
    for (Publication.Step step : publication.steps()) {
      if (step.part() instanceof SpaceEvent.Applied applied) {
        (step.local() ? minted : received).add(applied.change());
        if (step.local()) {
          mesh.oracle.acknowledged(space, applied.change());
        }
      }
    }
    SpaceState state = publication.state();
    everHeld.merge(space, state.frontier(), VersionVector::join);
    run(
        gossip.published(
            space, state.frontier(), state.digest(), minted, received, mesh.nowMillis()));
    answerDeliveries(held);
  }

  private void finish(String space, Held held, Supplier<List<Effect>> told) {
    clock.observe(held.core.head().latest());
    held.deliveries.add(new Delivery(held.core.enqueued(), told));
    journal(space, held);
    answerDeliveries(held);
  }

  private void answerDeliveries(Held held) {
    while (!held.deliveries.isEmpty()
        && held.deliveries.peekFirst().position() <= held.core.written()) {
      run(held.deliveries.removeFirst().told().get());
    }
  }

  private void deliver(Effect.Deliver deliver) {
    Held held = spaces.get(deliver.space());
    if (held != null) {
      List<String> refused = held.core.receive(deliver.changes()).refused();
      if (!refused.isEmpty()) {
        throw new MeshOracle.Violation(name() + " refuses " + refused);
      }
      finish(
          deliver.space(),
          held,
          () ->
              gossip.delivered(
                  deliver.space(), deliver.from(), deliver.receipt(), mesh.nowMillis()));
    }
  }

  private void stage(String space, HostPort from, Function<SpaceCore, StagingReport> stage) {
    later(
        0,
        () -> {
          Held held = spaces.get(space);
          if (held != null) {
            StagingReport report = stage.apply(held.core);
            finish(space, held, () -> gossip.staged(space, from, report, mesh.nowMillis()));
          }
        });
  }

  private void answer(String space, HostPort to, Function<SpaceCore, RepairAnswer> question) {
    later(
        mesh.random.nextInt(3),
        () -> {
          Held held = spaces.get(space);
          if (held != null) {
            answer(space, to, question.apply(held.core));
          }
        });
  }

  private void answer(String space, HostPort to, RepairAnswer answer) {
    long now = mesh.nowMillis();
    if (answer instanceof RepairAnswer.Changes changes) {
      run(gossip.served(space, to, changes.changes(), changes.more(), now));
    } else if (answer instanceof RepairAnswer.Difference difference) {
      OutgoingState state = new OutgoingState(difference.state(), difference.base());
      run(gossip.served(space, to, state, difference.resumes(), now));
    }
  }

  private void read(Effect.ReadState read) {
    run(
        gossip.read(
            read.space(),
            read.to(),
            read.transfer(),
            read.state().read(read.from(), read.bytesMax()),
            mesh.nowMillis()));
  }

  void onMessage(HostPort from, Message message) {
    if (running) {
      run(gossip.onMessage(from, message, mesh.nowMillis()));
    }
  }

  void onProbed(HostPort peer) {
    if (running) {
      run(gossip.probed(peer, mesh.nowMillis()));
    }
  }

  private void tick(int startedAs) {
    if (startedAs == generation) {
      run(gossip.onTick(mesh.nowMillis(), mesh.random));
      mesh.after(GossipSettings.DEFAULT.tickMillis(), () -> tick(startedAs));
    }
  }

  private void later(long millis, Runnable task) {
    int startedAs = generation;
    mesh.after(
        millis,
        () -> {
          if (startedAs == generation) {
            task.run();
          }
        });
  }

  /** When the space's own thread, or the disk, gets to it. */
  void lately(Runnable task) {
    later(mesh.random.nextInt(mesh.lagMillisMax), task);
  }

  /** Says something that its gossip did not. */
  void say(HostPort to, Message message) {
    mesh.send(this, to, message);
  }

  void run(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        if (mesh.borders.isSentInSpiteOf(mesh.fault, this, mesh.at(send.to()), send.message())) {
          mesh.send(this, send.to(), send.message());
        }
      } else if (effect instanceof Effect.Deliver deliver) {
        later(0, () -> deliver(deliver));
      } else if (effect instanceof Effect.DeliverHead head) {
        stage(
            head.space(),
            head.from(),
            core -> VirtualTransfers.begin(core, head, DiffFormat.decode(head.head())));
      } else if (effect instanceof Effect.DeliverPiece piece) {
        stage(piece.space(), piece.from(), core -> VirtualTransfers.stage(core, piece.piece()));
      } else if (effect instanceof Effect.ReadState read) {
        later(mesh.random.nextInt(3), () -> read(read));
      } else if (effect instanceof Effect.Serve serve) {
        answer(serve.space(), serve.to(), core -> core.answer(serve.frontier(), serve.bytesMax()));
      } else if (effect instanceof Effect.ServeRest rest) {
        answer(
            rest.space(),
            rest.to(),
            core -> core.answer(rest.frontier(), rest.mark(), rest.bytesMax()));
      } else if (effect instanceof Effect.Stable stable) {
        Held held = spaces.get(stable.space());
        if (held != null) {
          Trimming.trim(held.core, stable.frontier());
        }
      } else if (effect instanceof Effect.Probe probe) {
        mesh.probe(this, probe.address());
      } else if (effect instanceof Effect.Purge purge) {
        removals.begin(purge);
      } else if (effect instanceof Effect.Report report) {
        if (report.event() == Effect.Event.DIVERGED) {
          throw new MeshOracle.Violation(name() + " reports " + report);
        } else if (report.event() == Effect.Event.MISPLACED) {
          misplaced++;
        }
      }
    }
  }
}
