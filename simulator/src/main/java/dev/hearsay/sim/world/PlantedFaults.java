package dev.hearsay.sim.world;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.DotSet;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What nodes do where a {@link PlantedFault} is turned on; nothing at all where none is. */
final class PlantedFaults {
  /** That a peer comes into reach, and says who it is, counts as one contact each. */
  private static final int FIRST_CONTACTS = 2;

  private PlantedFaults() {}

  static void onNetwork(World world, Network network) {
    if (world.plants(PlantedFault.LOSES_A_FRAGMENT)) {
      network.dropping((from, to, message, packet) -> packet == 1);
    }
  }

  /** What leaves a node in the place of a message. */
  static Message sent(VirtualNode node, HostPort to, Message message) {
    Message other = withOtherSums(node, PlantedClosings.sent(node, message));
    return node.world().places().any() ? PlantedPlacements.sent(node, to, other) : other;
  }

  private static Message withOtherSums(VirtualNode node, Message message) {
    if (node.index() != 1
        || !node.world().plants(PlantedFault.SUMS_UP_WRONGLY)
        || !(message instanceof Message.Rows rows)) {
      return message;
    }
    List<Message.Row> wrong = new ArrayList<>();
    for (Message.Row row : rows.rows()) {
      Digest sum = row.digest().plus(new Digest(0, 1));
      wrong.add(new Message.Row(row.space(), row.frontier(), sum));
    }
    return new Message.Rows(wrong, rows.answer());
  }

  /** The changes that are taken, of those that came. */
  static List<EncodedChange> received(
      VirtualSpace space, VirtualNode node, List<EncodedChange> changes) {
    World world = node.world();
    if (world.plants(PlantedFault.FORGETS_DROPS)) {
      return changes.stream().map(PlantedFaults::withoutDrops).toList();
    }
    if (world.plants(PlantedFault.SHOWS_WHAT_IS_HELD_BACK)) {
      return PlantedPasts.withoutWaiting(space.ready().head(), changes);
    }
    if (world.plants(PlantedFault.RANGES_BY_THE_RECEIVERS_FRONTIER)) {
      return PlantedPasts.asSeenHere(space.ready().head(), changes);
    }
    if (world.plants(PlantedFault.FORGETS_RECEIVED_CHANGES) && !changes.isEmpty()) {
      List<EncodedChange> rest = new ArrayList<>(changes);
      EncodedChange forgotten = rest.remove(0);
      SpaceState durable = space.ready().durable();
      VersionVector told =
          durable.frontier().with(forgotten.change().replica(), forgotten.change().last());
      tell(space, node, told);
      return rest;
    }
    return changes;
  }

  private static EncodedChange withoutDrops(EncodedChange encoded) {
    Change change = encoded.change();
    List<FieldDelta> fields = new ArrayList<>();
    boolean changed = false;
    for (FieldDelta field : change.fields()) {
      List<Entry> entries = new ArrayList<>();
      for (Entry entry : field.entries()) {
        if (entry.puts() && !entry.drops().isEmpty()) {
          entries.add(new Entry(entry.key(), entry.payload(), List.of()));
          changed = true;
        } else {
          entries.add(entry);
        }
      }
      fields.add(new FieldDelta(field.field(), field.ranges(), entries));
    }
    return changed ? ChangeFormat.encode(with(change, change.advances(), fields)) : encoded;
  }

  static Change with(Change change, VersionVector advances, List<FieldDelta> fields) {
    return new Change(
        change.replica(),
        change.first(),
        advances,
        change.time(),
        change.author(),
        change.previousHash(),
        change.prefixes(),
        fields);
  }

  private static void tell(VirtualSpace space, VirtualNode node, VersionVector frontier) {
    node.run(
        node.gossip()
            .published(
                space.name(),
                frontier,
                space.ready().durable().digest(),
                List.of(),
                List.of(),
                node.world().nowMillis()));
  }

  /** What reads see after that was published, in the place of it; null for the state itself. */
  static @Nullable SpaceState forged(World world, SpaceState before, Publication publication) {
    if (world.plants(PlantedFault.SHOWS_AN_OLDER_STATE)) {
      return before;
    }
    SpaceState half = null;
    if (world.plants(PlantedFault.SHOWS_HALF_A_CHANGE)) {
      SpaceState state = before;
      for (Publication.Step step : publication.steps()) {
        half =
            step.part() instanceof SpaceEvent.Applied applied
                    && applied.change().change().fields().size() > 1
                ? state.apply(firstField(applied.change().change()))
                : null;
        state = step.after();
      }
    }
    return half;
  }

  private static EncodedChange firstField(Change whole) {
    return ChangeFormat.encode(with(whole, whole.advances(), whole.fields().subList(0, 1)));
  }

  /** What a peer at that frontier is taken to have. */
  static VersionVector served(World world, SpaceCore core, VersionVector frontier) {
    return world.plants(PlantedFault.SERVES_BELOW_THE_FLOOR)
        ? frontier.join(core.floor())
        : frontier;
  }

  /** The head of a transfer has come. */
  static void advertised(VirtualSpace space, VirtualNode node, StateDiff head) {
    if (node.world().plants(PlantedFault.ADVERTISES_BEFORE_THE_COMMIT)) {
      tell(space, node, head.frontier());
    }
  }

  /** The head of a transfer as it is taken. */
  static byte[] taken(VirtualSpace space, VirtualNode node, byte[] sent) {
    if (!node.world().plants(PlantedFault.FORGETS_DROPS_IN_THE_JOIN)) {
      return sent;
    }
    StateDiff head = DiffFormat.decode(sent);
    DotSet.Builder living = new DotSet.Builder();
    StateDiff here = space.ready().head().diff(VersionVector.EMPTY);
    for (StateDiff.FieldAtoms field : here.beyond()) {
      for (StateDiff.KeyedAtom keyed : field.atoms()) {
        if (head.base().covers(keyed.atom().dot())) {
          living.add(keyed.atom().replica(), keyed.atom().counter());
        }
      }
    }
    return DiffFormat.encode(
        new StateDiff(
            head.base(),
            head.heads(),
            head.latest(),
            head.beyond(),
            living.build(),
            head.baseHashes()));
  }

  /** A branch has been moved, and nothing of that is on the disk yet. */
  static void moved(VirtualNode node, VirtualSpace space) {
    if (node.world().plants(PlantedFault.THROWS_A_BRANCH_AWAY)) {
      node.later(
          1,
          () -> {
            node.crash(false);
            node.disk().remove(space.name());
            node.start();
          });
    }
  }

  /** Where a piece of a transfer belongs; -1 to pass it over. */
  static long place(World world, SpaceCore core, long from) {
    if (!world.plants(PlantedFault.LOSES_A_PIECE)) {
      return from;
    }
    JournaledState.Staged staged = core.journaled().staged();
    long taken = staged == null ? 0 : staged.state().taken();
    return taken > 0 && taken == from && core.enqueued() % 3 == 0 ? -1 : taken;
  }

  static StagingReport lost(SpaceCore core, Message.StatePiece piece) {
    JournaledState.Staged staged = core.journaled().staged();
    long taken = staged == null ? 0 : staged.state().taken();
    return new StagingReport(piece.transfer(), taken, StagingReport.State.GOES_ON, null, null);
  }

  /** What a space is to keep to. */
  static SpaceLimits limits(World world) {
    SpaceLimits limits = world.settings().spaceLimits();
    return world.plants(PlantedFault.KEEPS_EVERY_CHANGE)
        ? new SpaceLimits(
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            limits.heldChangesMax(),
            limits.heldBytesMax(),
            limits.eventBytesMax())
        : limits;
  }

  /** What a transaction does. */
  static Consumer<Draft> minting(World world, SpaceState head, Consumer<Draft> body) {
    return world.plants(PlantedFault.ONE_DOT_FOR_A_CHANGE)
        ? draft -> {
          body.accept(draft);
          OneDot.spread(world, head, draft);
        }
        : body;
  }

  /** The core after recovery. */
  static SpaceCore recovered(VirtualNode node, SpaceCore core) {
    World world = node.world();
    if (world.plants(PlantedFault.FORGETS_A_RETIRED_REPLICA)) {
      return forgetful(node, core);
    }
    JournaledState.Staged staged = core.journaled().staged();
    if (staged == null || !world.plants(PlantedFault.JOINS_WITHOUT_THE_COMMIT)) {
      return core;
    }
    SpaceCore wrong = new SpaceCore(core.own(), world.settings().spaceLimits());
    wrong.restore(join(core.durable(), staged.state()));
    return wrong;
  }

  /** Without one of the replicas that the node itself was before, which write no more. */
  private static SpaceCore forgetful(VirtualNode node, SpaceCore core) {
    StateDiff whole = core.durable().diff(VersionVector.EMPTY);
    NavigableMap<ReplicaId, ReplicaHead> heads = new TreeMap<>(whole.heads());
    heads.keySet().stream()
        .filter(replica -> node.disk().incarnations.contains(replica))
        .filter(replica -> !replica.equals(core.own()))
        .findFirst()
        .ifPresent(heads::remove);
    SpaceCore wrong = new SpaceCore(core.own(), node.world().settings().spaceLimits());
    wrong.restore(
        SpaceState.EMPTY.join(
            new StateDiff(whole.base(), heads, whole.latest(), whole.beyond(), whole.living())));
    return wrong;
  }

  private static SpaceState join(SpaceState state, StagedState staged) {
    List<StateDiff.FieldAtoms> runs = new ArrayList<>();
    staged.forEachRun(Integer.MAX_VALUE, runs::add);
    return state.join(
        new StateDiff(
            staged.books().base(),
            staged.books().heads(),
            staged.head().latest(),
            runs,
            staged.head().living()));
  }

  static void ticks(VirtualNode node) {
    World world = node.world();
    if (world.plants(PlantedFault.NEVER_STOPS_TALKING)) {
      int other = (node.index() + 1) % world.nodes().size();
      world.network().send(node.index(), World.address(other), new Message.Rows(List.of(), true));
    }
  }

  /** The voters that a node counts. */
  static VoterView counted(VirtualNode node, VoterView view) {
    if (view.isNamed() && node.world().plants(PlantedFault.COUNTS_WHO_IS_THERE)) {
      List<String> there = new ArrayList<>(List.of(node.disk().nodeId));
      node.gossip().peers().stream()
          .filter(peer -> peer.reachable() && !peer.nodeId().isEmpty())
          .forEach(peer -> there.add(peer.nodeId()));
      return new VoterView(view.version(), List.of(VoterView.list(there)), List.of());
    }
    return view;
  }

  /** The disk has refused what a space was to write. */
  static void refused(VirtualNode node) {
    if (node.world().plants(PlantedFault.REFUSES_AFTER_A_FULL_DISK)) {
      node.clock().refuse("its disk was full");
    }
  }

  /** What a node takes a message for; a voter may answer it too early, or not at all. */
  static Message heard(VirtualNode node, HostPort from, Message message) {
    World world = node.world();
    if (message instanceof ChainAsk ask && world.plants(PlantedFault.VOTES_BEFORE_THE_FSYNC)) {
      // When what was pushed with the question has reached the space, and not yet its disk.
      node.later(100_000, () -> votes(node, from, ask));
    } else if ((message instanceof ChainAsk || message instanceof StandAsk)
        && world.plants(PlantedFault.IGNORES_WHO_WAS_AWAY)
        && node.gossip().forks().contact(from) > FIRST_CONTACTS) {
      return new Message.ClosedUnknown(List.of()); // says nothing
    }
    return PlantedClosings.heard(node, message);
  }

  private static void votes(VirtualNode node, HostPort from, ChainAsk ask) {
    VirtualSpace space = node.spaceIfHeld(ask.space());
    if (space == null || !space.isReady()) {
      return;
    }
    List<ForkTalk.Head> heads = new ArrayList<>();
    space
        .ready()
        .head()
        .heads()
        .forEach(
            (replica, head) -> {
              if (ask.target().counter(replica) > 0) {
                heads.add(new ForkTalk.Head(replica, head.counter(), head.hash()));
              }
            });
    String voter = node.disk().nodeId;
    Message tell = new ChainTell(ask.space(), ask.request(), voter, 1, heads, null);
    node.run(List.of(new Effect.Send(from, tell)));
  }
}
