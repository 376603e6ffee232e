package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link VirtualNode} as a voter and as one who asks voters: interprets the effects of {@link
 * Acknowledgements} as {@code AckDesk} does.
 */
final class VirtualVoter {
  static final String BOOKS = Acknowledgements.CATALOGUE;

  private static final long WAIT_MILLIS = 4_000;

  private final VirtualNode node;
  private final VirtualMesh mesh;
  private final Map<Long, Consumer<VersionVector>> operations = new HashMap<>();
  private final Set<String> lost = new TreeSet<>();
  private @Nullable Gossip gossip;
  private final Map<ReplicaId, ForkTalk.Head> seen = new HashMap<>();
  private long lastOperation;

  /** Whether it is of a version that knows questions about counters alone. */
  boolean older;

  /** What came of the last change of voters; null if none has ended. */
  @Nullable Shortfall refused;

  VirtualVoter(VirtualNode node, VirtualMesh mesh) {
    this.node = node;
    this.mesh = mesh;
  }

  private VoterFault fault() {
    return mesh.voters.fault;
  }

  Gossip newGossip(ReplicaId incarnation) {
    Message.Hello hello = Hellos.of(id(), incarnation.value(), node.address().host(), List.of());
    operations.clear();
    seen.clear();
    gossip =
        new Gossip(
            node.address(),
            hello,
            GossipSettings.DEFAULT,
            VirtualTransfers.LIMITS,
            this::view,
            null);
    return gossip;
  }

  private Acknowledgements acknowledgements() {
    if (gossip == null) {
      throw new IllegalStateException();
    }
    return gossip.acknowledgements();
  }

  String id() {
    return "id of " + node.address();
  }

  VoterView view(String space) {
    SpaceCore books = node.coreIfHeld(BOOKS);
    VoterView view = books == null ? VoterView.NONE : VoterRecords.view(books.durable(), space);
    if (view.isNamed() && fault() == VoterFault.COUNTS_ONLY_THE_OLD_LIST) {
      return new VoterView(view.version(), view.settled(), List.of());
    } else if (view.isNamed() && fault() == VoterFault.COUNTS_WHO_IS_THERE) {
      List<String> there = new ArrayList<>(List.of(id()));
      node.peers().stream().filter(PeerView::reachable).forEach(peer -> there.add(peer.nodeId()));
      there.remove("");
      return new VoterView(view.version(), List.of(there), List.of());
    }
    return view;
  }

  void wiped(Set<String> spaces) {
    lost.addAll(spaces);
  }

  boolean isInDoubt(String space) {
    return lost.contains(space);
  }

  void opened(String space) {
    if (lost.contains(space) && fault() != VoterFault.SPEAKS_AFTER_LOSING_ITS_DISK) {
      node.run(acknowledgements().doubt(space, mesh.nowMillis()));
    }
  }

  /** Names the first voters, here and now. */
  void name(String space, List<String> voters) {
    node.write(BOOKS, draft -> VoterRecords.name(draft, space, voters, /* named= */ true));
  }

  void write(String space, String element) {
    write(space, element, () -> {});
  }

  /**
   * Writes an element.
   *
   * @param then when a quorum has acknowledged it
   */
  void write(String space, String element, Runnable then) {
    SpaceCore core = node.coreIfHeld(space);
    if (!node.isRunning() || core == null) {
      return;
    }
    VersionVector before = core.head().frontier();
    node.write(space, Changes.adding(element));
    VersionVector after = core.head().frontier();
    VersionVector own = VersionVector.EMPTY;
    for (int i = 0; i < after.size(); i++) {
      if (!before.covers(after.replicaAt(i), after.counterAt(i))) {
        own = own.with(after.replicaAt(i), after.counterAt(i));
      }
    }
    VersionVector target = own;
    whenDurable(
        space,
        () ->
            count(
                space,
                target,
                Need.QUORUM,
                had -> {
                  mesh.voters.acknowledged(space, target);
                  then.run();
                }));
  }

  void read(String space, Consumer<VersionVector> then) {
    if (node.isRunning() && node.coreIfHeld(space) != null) {
      VersionVector due = mesh.voters.acknowledged(space);
      count(
          space,
          VersionVector.EMPTY,
          Need.QUORUM,
          frontier -> {
            if (!node.forks.areExpected()) {
              mesh.voters.checkRead(node + " asked for " + space, due, frontier);
            } else {
              mesh.voters.reads++; // a branch that was written anew goes by other counters
            }
            then.accept(frontier);
          });
    }
  }

  void count(String space, VersionVector target, Need need, Consumer<VersionVector> then) {
    long operation = ++lastOperation;
    operations.put(operation, then);
    long now = mesh.nowMillis();
    node.run(acknowledgements().count(operation, space, target, need, now + WAIT_MILLIS, now));
  }

  void change(String space, List<String> voters, Consumer<VersionVector> then) {
    SpaceCore books = node.coreIfHeld(BOOKS);
    if (!node.isRunning() || books == null) {
      return;
    }
    if (fault() == VoterFault.CHANGES_WITHOUT_THE_OLD_MAJORITY) {
      long version = view(space).version() + 1;
      node.write(BOOKS, draft -> VoterRecords.settle(draft, space, version, voters, true));
      return;
    }
    long operation = ++lastOperation;
    operations.put(operation, then);
    long now = mesh.nowMillis();
    node.run(acknowledgements().change(operation, space, voters, now + WAIT_MILLIS, now));
  }

  void replaceLost(
      String space, Set<String> lost, List<String> voters, Consumer<VersionVector> then) {
    if (fault() == VoterFault.REPLACES_WITHOUT_PULLING) {
      long version = view(space).version() + 1;
      node.write(BOOKS, draft -> VoterRecords.settle(draft, space, version, voters, true));
      return;
    }
    refused = null;
    long operation = ++lastOperation;
    operations.put(operation, then);
    long now = mesh.nowMillis();
    node.run(
        acknowledgements().replaceLost(operation, space, lost, voters, now + WAIT_MILLIS, now));
  }

  void take(Effect effect) {
    if (effect instanceof Effect.Acknowledged done) {
      Consumer<VersionVector> then = operations.remove(done.operation());
      if (then != null) {
        then.accept(done.frontier());
      }
    } else if (effect instanceof Effect.NotAcknowledged not) {
      operations.remove(not.operation());
      refused = not.shortfall();
    } else if (effect instanceof Effect.Vote vote) {
      vote(vote);
    } else if (effect instanceof Effect.Settle settle) {
      write(
          draft ->
              VoterRecords.settle(
                  draft, settle.space(), settle.version(), settle.voters(), /* named= */ true),
          () -> node.run(acknowledgements().settled(settle.operation(), mesh.nowMillis())));
    } else if (effect instanceof Effect.Doubted doubted) {
      lost.add(doubted.space());
    } else if (effect instanceof Effect.Trusted trusted) {
      lost.remove(trusted.space());
    }
  }

  private void vote(Effect.Vote vote) {
    AtomicReference<VoterRecords.Vote> cast = new AtomicReference<>();
    Message.VoteAsk ask = vote.ask();
    write(
        draft ->
            cast.set(
                fault() == VoterFault.VOTES_FOR_EVERYTHING
                    ? new VoterRecords.Vote(
                        true,
                        ask.ballot(),
                        ask.voters().isEmpty() ? Ballot.NONE : ask.ballot(),
                        ask.voters())
                    : VoterRecords.vote(draft, id(), ask)),
        () -> node.run(acknowledgements().voted(vote.from(), ask, cast.get(), mesh.nowMillis())));
  }

  private void write(Consumer<Draft> body, Runnable then) {
    node.write(BOOKS, body);
    whenDurable(BOOKS, then);
  }

  /** Runs it when all that is in the space now is durable. */
  private void whenDurable(String space, Runnable then) {
    SpaceCore core = node.coreIfHeld(space);
    if (core != null) {
      whenWritten(core, core.enqueued(), then);
    }
  }

  private void whenWritten(SpaceCore core, long position, Runnable then) {
    if (core.written() >= position) {
      then.run();
    } else {
      node.later(1, () -> whenWritten(core, position, then));
    }
  }

  /** A start, perhaps of another version. */
  void begin() {
    older = mesh.voters.upgrades && mesh.random.nextBoolean();
  }

  /** The message as this version takes it; null if it is of a kind that it refuses. */
  @Nullable Message understood(Message message) {
    if (older && message instanceof Message.OfChains) {
      return null;
    } else if (older && message instanceof Message.AckAsk ask) {
      return new Message.AckAsk(
          ask.space(), ask.request(), ask.target(), ask.known() + 1, ask.recovering());
    }
    if (mesh.countsOnLeavers && message instanceof Message.Leaves leaves) {
      return new Message.Covered(leaves.space(), node.durable(leaves.space()).frontier());
    }
    return message;
  }

  /** Planted faults: answers that should not be. */
  void sees(HostPort from, Message message) {
    if (message instanceof Message.Push push) {
      for (EncodedChange change : push.changes()) {
        ReplicaId replica = change.change().replica();
        seen.put(replica, new ForkTalk.Head(replica, change.last(), change.hash()));
      }
    }
    if (message instanceof ChainAsk ask) {
      SpaceCore core = node.coreIfHeld(ask.space());
      List<ForkTalk.Head> heads =
          core == null
              ? List.of()
              : switch (fault()) {
                case ACKNOWLEDGES_BEFORE_THE_JOURNAL -> headsIn(core);
                case ACKNOWLEDGES_WHAT_IS_HELD_BACK ->
                    core.heldBack() > 0 ? List.copyOf(seen.values()) : List.of();
                default -> List.of();
              };
      ChainTell tell = new ChainTell(ask.space(), ask.request(), id(), 1, heads, null);
      if (tell.withoutHashes().frontier().covers(ask.target())) {
        mesh.send(node.address(), from, tell, (mesh.nowMillis() << 20) | (ask.request() & 0xfffff));
      }
    }
  }

  private static List<ForkTalk.Head> headsIn(SpaceCore core) {
    List<ForkTalk.Head> heads = new ArrayList<>();
    core.head()
        .heads()
        .forEach(
            (replica, head) -> heads.add(new ForkTalk.Head(replica, head.counter(), head.hash())));
    return heads;
  }
}
