package dev.hearsay.sim.world;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.gossip.Acknowledgements;
import dev.hearsay.mesh.gossip.ClockGuard;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Need;
import dev.hearsay.mesh.gossip.Shortfall;
import dev.hearsay.mesh.gossip.VoterRecords;
import dev.hearsay.mesh.space.OperationIds;
import dev.hearsay.mesh.wire.VoterView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What agents of a virtual node ask of its spaces and their voters, and how the node votes: as
 * production's, with virtual time in the place of futures.
 */
final class VirtualDesk {
  /** Nobody waits for it. */
  static final VirtualSpace.Writer UNHEARD =
      new VirtualSpace.Writer() {
        @Override
        public void minted(EncodedChange change) {}

        @Override
        public void durable(Frontier frontier, VersionVector own) {}

        @Override
        public void failed(HearsayException failure) {}
      };

  /** So long an operator waits for new voters. */
  static final long VOTERS_MILLIS_MAX = 10_000;

  /** One who waits for voters. */
  private interface Counted {
    void done(VersionVector frontier);

    /** Too few have answered; null if the node crashed while it counted. */
    void failed(@Nullable Shortfall shortfall);
  }

  /** What a read asks for, and who is told. */
  interface ReadDone {
    void read(SpaceState state);

    void failed(HearsayException failure);
  }

  private final VirtualNode node;
  private final World world;
  private final SortedMap<Long, Counted> operations = new TreeMap<>();
  private final SortedMap<Long, ReadDone> reads = new TreeMap<>();
  private final Map<String, SpaceState> forged = new HashMap<>();
  private @Nullable Acknowledgements acknowledgements;
  private long lastOperation;
  private long lastRead;

  VirtualDesk(VirtualNode node) {
    this.node = node;
    this.world = node.world();
  }

  /** A process begins. */
  void begin(Acknowledgements begun) {
    acknowledgements = begun;
  }

  /** The process ends: nobody may wait for an answer that will not come. */
  void end() {
    List<Counted> counts = new ArrayList<>(operations.values());
    List<ReadDone> readers = new ArrayList<>(reads.values());
    operations.clear();
    reads.clear();
    forged.clear();
    counts.forEach(count -> count.failed(null));
    readers.forEach(
        reader ->
            reader.failed(
                new HearsayException(ErrorCode.NODE_CLOSED, "the node crashed while it read")));
  }

  private Acknowledgements acknowledgements() {
    if (acknowledgements == null) {
      throw new IllegalStateException(node + " was never started");
    }
    return acknowledgements;
  }

  /** Reads of the space see that from now on; what is there, if it is null. */
  void forge(String space, @Nullable SpaceState state) {
    if (state == null) {
      forged.remove(space);
    } else {
      forged.put(space, state);
    }
  }

  /** The voters as the catalogue durably has them. */
  VoterView view(String space) {
    SpaceState books = node.state(VirtualNode.CATALOGUE);
    VoterView view = books == null ? VoterView.NONE : VoterRecords.view(books, space);
    return PlantedFaults.counted(node, view);
  }

  /** Writes as the options say. */
  void write(
      String space, String author, WriteOptions options, Consumer<Draft> body, Writes writes) {
    VirtualSpace held = node.spaceIfHeld(space);
    if (held == null) {
      writes.failed(new HearsayException(ErrorCode.NODE_CLOSED, node + " is down"));
      return;
    }
    Acknowledgement how = options.acknowledgement();
    if (how.kind() == Acknowledgement.Kind.LOCAL) {
      held.update(author, once(options, body, writes), writes.then(target -> {}));
      return;
    }
    VoterView view = view(space);
    if (!need(how).isPossible(view)) {
      writes.failed(
          new HearsayException(
              ErrorCode.TOO_FEW_VOTERS, view.voters().size() + " voter(s), too few for " + how));
      return;
    }
    long deadline = world.nowNanos() + nanos(options.timeout());
    Runnable local =
        () ->
            held.update(
                author,
                once(options, body, writes),
                writes.then(target -> acknowledge(held, target, how, deadline, writes)));
    if (options.operationId().isEmpty()) {
      local.run();
    } else {
      // Whatever was acknowledged under that id is here before it is looked up.
      learn(
          held,
          Acknowledgement.QUORUM,
          VersionVector.EMPTY,
          deadline,
          new ReadDone() {
            @Override
            public void read(SpaceState state) {
              local.run();
            }

            @Override
            public void failed(HearsayException failure) {
              writes.failed(failure);
            }
          });
    }
  }

  private Consumer<Draft> once(WriteOptions options, Consumer<Draft> body, Writes writes) {
    Optional<String> id = options.operationId();
    if (id.isEmpty() || world.plants(PlantedFault.WRITES_A_RETRY_TWICE)) {
      return body;
    }
    return draft -> {
      Optional<VersionVector> found = OperationIds.find(draft, id.get());
      if (found.isPresent()) {
        writes.found.set(found.get());
      } else {
        body.accept(draft);
        OperationIds.add(draft, id.get());
      }
    };
  }

  private void acknowledge(
      VirtualSpace space, VersionVector target, Acknowledgement how, long deadline, Writes writes) {
    if (target.isEmpty()) {
      writes.acknowledged(how);
      return;
    }
    count(
        space.name(),
        target,
        need(how),
        deadline,
        new Counted() {
          @Override
          public void done(VersionVector frontier) {
            writes.acknowledged(how);
          }

          @Override
          public void failed(@Nullable Shortfall shortfall) {
            writes.failed(new HearsayException(ErrorCode.ACKNOWLEDGEMENT_TIMEOUT, why(shortfall)));
          }
        });
  }

  /** Reads with what the options say in it. */
  void read(String space, ReadOptions options, ReadDone done) {
    VirtualSpace held = node.spaceIfHeld(space);
    if (held == null || (!held.isReady() && !held.isBroken())) {
      done.failed(new HearsayException(ErrorCode.NODE_CLOSED, node + " is down"));
      return;
    }
    if (held.isBroken()) {
      done.failed(new HearsayException(ErrorCode.JOURNAL_UNREADABLE, space));
      return;
    }
    long deadline = world.nowNanos() + nanos(options.timeout());
    VersionVector after = options.after().versions();
    Acknowledgement how = options.acknowledgement();
    boolean stale = world.plants(PlantedFault.READS_WITHOUT_ASKING);
    if (how.kind() == Acknowledgement.Kind.LOCAL || stale) {
      reached(held, after, deadline, done);
    } else if (!need(how).isPossible(view(space))) {
      done.failed(new HearsayException(ErrorCode.TOO_FEW_VOTERS, "too few for " + how));
    } else {
      learn(held, how, after, deadline, done);
    }
  }

  private void learn(
      VirtualSpace space, Acknowledgement how, VersionVector after, long deadline, ReadDone done) {
    count(
        space.name(),
        VersionVector.EMPTY,
        need(how),
        deadline,
        new Counted() {
          @Override
          public void done(VersionVector frontier) {
            reached(space, frontier.join(after), deadline, done);
          }

          @Override
          public void failed(@Nullable Shortfall shortfall) {
            done.failed(new HearsayException(ErrorCode.READ_TIMEOUT, why(shortfall)));
          }
        });
  }

  private void reached(VirtualSpace space, VersionVector frontier, long deadline, ReadDone done) {
    if (space.shown().frontier().covers(frontier)) {
      done.read(forged.getOrDefault(space.name(), space.shown()));
      return;
    }
    long read = ++lastRead;
    reads.put(read, done);
    Runnable forget =
        space.await(
            frontier,
            state -> {
              boolean tells = !world.plants(PlantedFault.FORGETS_WHO_WAITS);
              if (tells && reads.remove(read) != null) {
                done.read(state);
              }
            });
    node.later(
        Math.max(1, deadline - world.nowNanos()),
        () -> {
          forget.run();
          if (reads.remove(read) != null) {
            done.failed(
                new HearsayException(
                    ErrorCode.READ_TIMEOUT, "what others have has not come in time"));
          }
        });
  }

  private void count(
      String space, VersionVector target, Need need, long deadline, Counted counted) {
    long operation = ++lastOperation;
    operations.put(operation, counted);
    long now = world.nowMillis();
    long until = now + Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - world.nowNanos()));
    node.run(acknowledgements().count(operation, space, target, need, until, now));
  }

  /** An operator makes these nodes the voters of the space; it may come to nothing. */
  void changeVoters(String space, List<String> voters) {
    changeVoters(space, voters, VOTERS_MILLIS_MAX, NewVoters.noted(node, space, voters));
  }

  /** The same, and tells what came of it. */
  void changeVoters(String space, List<String> voters, long waitMillis, NewVoters told) {
    long operation = expect(told);
    long now = world.nowMillis();
    node.run(acknowledgements().change(operation, space, voters, now + waitMillis, now));
  }

  /** The same without the voters that are lost for good, though they are a majority. */
  void replaceLost(String space, Set<String> lost, List<String> voters, long waitMillis) {
    replaceLost(space, lost, voters, waitMillis, NewVoters.noted(node, space, voters));
  }

  /** The same, and tells what came of it. */
  void replaceLost(
      String space, Set<String> lost, List<String> voters, long waitMillis, NewVoters told) {
    long operation = expect(told);
    long now = world.nowMillis();
    if (world.plants(PlantedFault.REPLACES_WITHOUT_ASKING)) {
      settle(new Effect.Settle(operation, space, view(space).version() + 1, voters));
      return;
    }
    node.run(acknowledgements().replaceLost(operation, space, lost, voters, now + waitMillis, now));
  }

  private long expect(NewVoters told) {
    long operation = ++lastOperation;
    operations.put(
        operation,
        new Counted() {
          @Override
          public void done(VersionVector frontier) {
            told.inForce();
          }

          @Override
          public void failed(@Nullable Shortfall shortfall) {
            told.failed(shortfall);
          }
        });
    return operation;
  }

  private static String why(@Nullable Shortfall shortfall) {
    return shortfall == null ? "the node crashed while it counted" : shortfall.toString();
  }

  private static Need need(Acknowledgement how) {
    return switch (how.kind()) {
      case LOCAL, QUORUM -> Need.QUORUM;
      case ALL -> Need.ALL;
      case AT_LEAST -> Need.atLeast(how.count());
    };
  }

  private static long nanos(Duration timeout) {
    return Math.max(1, TimeUnit.NANOSECONDS.convert(timeout));
  }

  /** A count has come to its end. */
  void acknowledged(Effect.Acknowledged done) {
    Counted counted = operations.remove(done.operation());
    if (counted != null) {
      counted.done(done.frontier());
    }
  }

  /** A count ends short of what was asked. */
  void notAcknowledged(Effect.NotAcknowledged not) {
    Counted counted = operations.remove(not.operation());
    if (counted != null) {
      counted.failed(not.shortfall());
    }
  }

  /** Puts the chosen voters in force. */
  void settle(Effect.Settle settle) {
    write(
        draft ->
            VoterRecords.settle(
                draft, settle.space(), settle.version(), settle.voters(), /* named= */ true),
        () -> node.run(acknowledgements().settled(settle.operation(), world.nowMillis())));
  }

  /** The node's clock is off, and it writes nothing, or is right again. */
  void clockJudged(ClockGuard.Verdict verdict) {
    String why =
        "this node's clock is "
            + verdict.offsetMillis()
            + " ms ahead of the median of its and "
            + verdict.peers()
            + " other clocks";
    boolean refuses = verdict.off() || world.plants(PlantedFault.REFUSES_AFTER_A_CLOCK_JUMP);
    node.clock().refuse(refuses ? why : null);
    node.note(refuses ? "does not write: " + why : "writes again: its clock is right");
  }

  /** Votes in the catalogue, and tells so once that is durable. */
  void vote(Effect.Vote vote) {
    AtomicReference<VoterRecords.@Nullable Vote> cast = new AtomicReference<>();
    write(
        draft -> cast.set(VoterRecords.vote(draft, node.disk().nodeId, vote.ask())),
        () -> {
          VoterRecords.Vote voted = cast.get();
          if (voted != null) {
            node.run(acknowledgements().voted(vote.from(), vote.ask(), voted, world.nowMillis()));
          }
        });
  }

  /** Writes in the catalogue, if the node runs. */
  void write(Consumer<Draft> body, Runnable then) {
    write(body, then, failure -> {});
  }

  /** The same, and tells if it comes to nothing. */
  void write(Consumer<Draft> body, Runnable then, Consumer<HearsayException> failed) {
    VirtualSpace books = node.spaceIfHeld(VirtualNode.CATALOGUE);
    if (books == null) {
      failed.accept(new HearsayException(ErrorCode.NODE_CLOSED, node + " is down"));
      return;
    }
    books.update(
        node.name(),
        body,
        new VirtualSpace.Writer() {
          @Override
          public void minted(EncodedChange change) {}

          @Override
          public void durable(Frontier frontier, VersionVector own) {
            then.run();
          }

          @Override
          public void failed(HearsayException failure) {
            failed.accept(failure);
          }
        });
  }
}
