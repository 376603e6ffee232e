package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkGuard;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link VirtualMesh}: interprets the effects as the actors do. Its disk is a list of
 * encoded events, which outlives a crash; everything else does not.
 */
final class VirtualNode {
  private static final int JOURNAL_MILLIS_MAX = 4;

  private record Delivery(long position, Supplier<List<Effect>> told) {}

  static final class Held {
    final SpaceCore core;
    final ForkGuard guard;
    final Deque<Delivery> deliveries = new ArrayDeque<>();
    byte[] writing = new byte[0];
    VersionVector shown = VersionVector.EMPTY;

    Held(SpaceCore core, ForkGuard guard) {
      this.core = core;
      this.guard = guard;
    }
  }

  private final VirtualMesh mesh;
  private final HostPort address;
  private final List<HostPort> configured;
  final Map<String, List<byte[]>> disk = new TreeMap<>();

  final Map<String, Held> spaces = new TreeMap<>();
  private final Map<HostPort, Fragments> fragments = new HashMap<>();
  private final HybridClock clock = new HybridClock();
  long clockSkewMillis;
  final VirtualVoter voter;
  final VirtualForks forks;
  final VirtualBooks books;
  ReplicaId incarnation = new ReplicaId(1);
  private final VirtualTransfers transfers;
  private Gossip gossip;
  private boolean running;
  private int generation;
  private long fragmentIds;

  /** Joined states, and packets that were refused. */
  long diffsTaken;

  long rejected;

  VirtualNode(VirtualMesh mesh, HostPort address, List<HostPort> configured) {
    this.mesh = mesh;
    this.address = address;
    this.configured = configured;
    this.transfers = new VirtualTransfers(mesh, this);
    this.clockSkewMillis = mesh.random.nextInt(2_000);
    this.forks = new VirtualForks(mesh, this);
    this.voter = new VirtualVoter(this, mesh);
    this.books = new VirtualBooks(mesh, this);
    this.gossip = voter.newGossip(incarnation);
  }

  HostPort address() {
    return address;
  }

  boolean isRunning() {
    return running;
  }

  int generation() {
    return generation;
  }

  void start() {
    running = true;
    generation++;
    mesh.forgetArrivals(address);
    incarnation = forks.begin();
    gossip = voter.newGossip(incarnation);
    gossip.configure(configured);
    books.started(gossip);
    List.copyOf(disk.keySet()).forEach(this::open);
    tick(generation);
  }

  /** Loses what the journal does not hold; an event on its way to the disk may be there or not. */
  void crash() {
    running = false;
    generation++;
    spaces.forEach(
        (space, held) -> {
          if (held.writing.length > 0 && mesh.random.nextBoolean()) {
            disk.get(space).add(held.writing);
          }
        });
    spaces.clear();
    fragments.clear();
  }

  void wipe() {
    voter.wiped(disk.keySet());
    disk.clear();
  }

  /** The space, if the node runs and holds it. */
  @Nullable SpaceCore coreIfHeld(String space) {
    Held held = spaces.get(space);
    return held == null ? null : held.core;
  }

  void open(String space) {
    if (spaces.containsKey(space)) {
      return;
    }
    SpaceCore core = forks.core(space);
    for (byte[] event : disk.computeIfAbsent(space, name -> new ArrayList<>())) {
      int skipped = core.replay(SpaceEvent.decode(event));
      if (skipped > 0) {
        throw new MeshOracle.Violation(address + " finds a hole in the journal of " + space);
      }
    }
    SpaceCore recovered = transfers.recovered(core);
    Held held = new Held(recovered, forks.guard(recovered));
    spaces.put(space, held);
    SpaceState state = held.core.durable();
    show(space, held, state);
    gossip.mark(space, held.core.mark().orElse(null));
    run(gossip.opened(space, state.frontier(), state.digest(), mesh.nowMillis()));
    gossip.books().reloaded(space);
    voter.opened(space);
  }

  /** The space leaves the memory and comes back, and the gossip knows of no change. */
  void reload(String space) {
    SpaceCore core = forks.core(space);
    disk.getOrDefault(space, List.of()).forEach(event -> core.replay(SpaceEvent.decode(event)));
    SpaceCore recovered = transfers.recovered(core);
    spaces.put(space, new Held(recovered, forks.guard(recovered)));
    gossip.books().reloaded(space);
  }

  void write(String space, Consumer<Draft> body) {
    Held held = spaces.get(space);
    if (!running || held == null) {
      return;
    }
    clock.observe(held.core.head().latest());
    forks.requireOwn(held.core);
    held.core
        .mint(clock.tick(mesh.nowMillis() + clockSkewMillis), "author", body)
        .ifPresent(
            change -> {
              forks.minted(space, change);
              mesh.oracle.minted(space, change, held.core.head());
              if (mesh.fault == PlantedFault.ACKNOWLEDGES_BEFORE_THE_JOURNAL) {
                mesh.oracle.acknowledged(space, change);
              } else if (mesh.fault == PlantedFault.SERVES_WHAT_IS_NOT_DURABLE) {
                SentChecks.check(this, new Message.Push(space, 1, List.of(change)));
              }
            });
    journal(space, held);
  }

  void journal(String space, Held held) {
    Optional<SpaceEvent> event = held.core.nextEvent();
    if (event.isEmpty()) {
      return;
    }
    held.writing = event.get().encode();
    later(
        mesh.random.nextInt(JOURNAL_MILLIS_MAX),
        () -> {
          if (mesh.fault != PlantedFault.JOURNALS_NOTHING) {
            disk.get(space).add(held.writing);
          }
          held.writing = new byte[0];
          onPersisted(space, held);
        });
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
    forks.published(space, publication);
    show(space, held, publication.state());
    run(
        gossip.published(
            space,
            publication.state().frontier(),
            publication.state().digest(),
            minted,
            received,
            mesh.nowMillis()));
    answerDeliveries(held);
  }

  /** What a reader may see from now on. */
  private void show(String space, Held held, SpaceState state) {
    VersionVector frontier = state.frontier();
    books.shown(space, frontier);
    if (forks.areExpected()) {
      return;
    }
    if (!frontier.covers(held.shown)) {
      throw new MeshOracle.Violation(address + " shows an older state of " + space);
    }
    held.shown = frontier;
    mesh.oracle.checkCausal(address.toString(), space, frontier);
    if (mesh.random.nextInt(8) == 0) {
      mesh.oracle.checkContent(address.toString(), space, frontier, state.digest());
    }
  }

  private void receive(Effect.Deliver deliver) {
    Held held = spaces.get(deliver.space());
    if (held == null) {
      throw new MeshOracle.Violation(address + " is given changes of a space it does not hold");
    }
    Supplier<List<Effect>> told =
        () ->
            gossip.delivered(deliver.space(), deliver.from(), deliver.receipt(), mesh.nowMillis());
    if (forks.isMet(deliver.space(), held, deliver.from(), may -> released(deliver, may, told))) {
      List<EncodedChange> changes = ReceiptFaults.forgotten(mesh, this, held.core, deliver);
      forks.received(deliver.space(), held, held.core.receive(changes, deliver.from()));
      ReceiptFaults.showHeldBack(mesh, this, held.core, deliver, changes);
      finish(deliver.space(), held, told);
    }
  }

  private void released(Effect.Deliver deliver, boolean may, Supplier<List<Effect>> told) {
    if (may) {
      receive(deliver);
    } else {
      finish(deliver.space(), told);
    }
  }

  void finish(String space, Supplier<List<Effect>> told) {
    finish(space, held(space), told);
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

  private void serve(Effect.Serve serve) {
    Held held = spaces.get(serve.space());
    if (held == null) {
      throw new MeshOracle.Violation(address + " is asked for a space it does not hold");
    }
    VersionVector frontier = serve.frontier();
    if (mesh.fault == PlantedFault.SERVES_BELOW_THE_FLOOR) {
      frontier = frontier.join(held.core.floor());
    }
    transfers.served(serve.space(), serve.to(), held.core.answer(frontier, serve.bytesMax()));
  }

  void onPacket(HostPort from, byte[] packet) {
    if (!running) {
      return;
    }
    Message message;
    try {
      Optional<byte[]> whole =
          fragments.computeIfAbsent(from, peer -> new Fragments()).join(packet);
      if (whole.isEmpty()) {
        return;
      }
      message = books.heard(from, MessageFormat.decode(whole.get()));
    } catch (RejectedException e) {
      rejected++;
      return;
    }
    @Nullable Message understood = voter.understood(message);
    if (understood == null) {
      rejected++;
      return;
    }
    message = understood;
    mesh.arrived(from, address, message);
    voter.sees(from, message);
    run(gossip.onMessage(from, message, mesh.nowMillis()));
  }

  /** Whether the change has reached the space, durable or not. */
  boolean holds(String space, EncodedChange change) {
    SpaceCore core = coreIfHeld(space);
    return core != null && core.head().frontier().covers(change.change().replica(), change.last());
  }

  void onProbed(HostPort peer) {
    run(gossip.probed(peer, mesh.nowMillis()));
  }

  private void tick(int startedAs) {
    if (startedAs != generation) {
      return;
    }
    books.tick(gossip);
    run(gossip.onTick(mesh.nowMillis(), mesh.random));
    if (mesh.fault == PlantedFault.NEVER_STOPS_TALKING) {
      HostPort other = configured.get(mesh.random.nextInt(configured.size()));
      mesh.send(address, other, new Message.Rows(List.of(), true), ++fragmentIds);
    }
    mesh.after(GossipSettings.DEFAULT.tickMillis(), () -> tick(startedAs));
  }

  void later(long millis, Runnable task) {
    int startedAs = generation;
    mesh.after(
        millis,
        () -> {
          if (startedAs == generation) {
            task.run();
          }
        });
  }

  void run(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        SentChecks.check(this, send.message());
        forks.checkSent(send);
        mesh.send(address, send.to(), books.said(send.message()), ++fragmentIds);
      } else if (effect instanceof Effect.Deliver deliver) {
        later(0, () -> receive(deliver));
      } else if (effect instanceof Effect.Serve serve) {
        later(0, () -> serve(serve));
      } else if (effect instanceof Effect.Probe probe) {
        mesh.probe(this, probe.address());
      } else if (effect instanceof Effect.Report report
          && report.event() == Effect.Event.DIVERGED
          && !forks.areExpected()) {
        throw new MeshOracle.Violation(address + " reports " + report);
      } else {
        books.take(effect);
        forks.take(effect);
        voter.take(effect);
        transfers.run(effect);
      }
    }
  }

  SpaceCore core(String space) {
    return held(space).core;
  }

  Gossip gossip() {
    return gossip;
  }

  Held held(String space) {
    Held held = spaces.get(space);
    if (held == null) {
      throw new MeshOracle.Violation(address + " speaks of " + space + ", which it does not hold");
    }
    return held;
  }

  void requireDurable(Held held, VersionVector frontier) {
    if (!held.core.durable().frontier().covers(frontier)) {
      throw new MeshOracle.Violation(address + " sends what is not durable: " + frontier);
    }
  }

  boolean isSettled(String space) {
    Held held = spaces.get(space);
    return running && held != null && held.core.enqueued() == held.core.written();
  }

  boolean agreesWith(VirtualNode other, String space) {
    SpaceState mine = spaces.get(space).core.durable();
    SpaceState theirs = other.spaces.get(space).core.durable();
    return mine.frontier().equals(theirs.frontier()) && mine.digest().equals(theirs.digest());
  }

  SpaceState durable(String space) {
    return held(space).core.durable();
  }

  List<PeerView> peers() {
    return gossip.peers();
  }

  void checkAll() {
    VirtualMesh.SPACES.forEach(
        space -> mesh.oracle.checkAll(address.toString(), space, durable(space)));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(address + (running ? "" : " (down)"));
    spaces.forEach(
        (space, held) ->
            text.append("\n  ")
                .append(space)
                .append(' ')
                .append(held.core.durable().frontier())
                .append(" held back ")
                .append(held.core.heldBack()));
    return text.toString();
  }
}
