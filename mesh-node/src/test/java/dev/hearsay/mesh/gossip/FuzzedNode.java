package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.Reception;
import dev.hearsay.mesh.space.Refusal;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.space.Trimming;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node's pure parts wired to each other as the actors wire them, with a disk that is done at
 * once: everything between the bytes of a message and the state of a space. It has a role, votes,
 * and compares branches.
 */
final class FuzzedNode {
  static final HostPort ADDRESS = new HostPort("self", 1);
  static final String BOOKS = Acknowledgements.CATALOGUE;
  static final String ROLE = "gpu";

  final Gossip gossip =
      new Gossip(
          ADDRESS,
          Hellos.of("id", 1, "self", List.of()),
          GossipSettings.DEFAULT,
          GossipLimits.DEFAULT,
          this::voters,
          Set.of(ROLE));
  final Map<HostPort, Long> rejected = new TreeMap<>();
  final List<String> refused = new ArrayList<>();
  final Map<HostPort, Integer> duplicates = new TreeMap<>();
  final Map<HostPort, Integer> dropped = new TreeMap<>();

  /** What was done, by kind of effect. */
  final Map<String, Long> effects = new TreeMap<>();

  /** What it says, until somebody takes it out. */
  final List<Effect.Send> said = new ArrayList<>();

  long bytesSaid;
  private final Map<String, FuzzedSpace> spaces = new TreeMap<>();
  private final Map<HostPort, Fragments> fragments = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long operations;
  long nowMillis = 1_000_000;

  FuzzedNode(List<String> names) {
    open(BOOKS, Placement.everywhere());
    names.forEach(name -> open(name, Placement.everywhere()));
    gossip.books().clocks().wall(nowMillis, nowMillis);
  }

  /** The space is here, whether it may be or not. */
  void open(String name, Placement placement) {
    run(gossip.placed(name, placement, nowMillis));
    FuzzedSpace space = new FuzzedSpace(name, 1);
    spaces.put(name, space);
    run(gossip.opened(name, space.state().frontier(), space.state().digest(), nowMillis));
  }

  /** Where the space may live from now on. */
  void place(String name, Placement placement) {
    run(gossip.placed(name, placement, nowMillis));
  }

  private VoterView voters(String space) {
    FuzzedSpace books = spaces.get(BOOKS);
    return books == null ? VoterView.NONE : VoterRecords.view(books.state(), space);
  }

  /** Names the first voters. */
  void nameVoters(String space, List<String> voters) {
    write(BOOKS, draft -> VoterRecords.name(draft, space, voters, /* named= */ true));
  }

  /** Begins to count what the space has now. */
  void count(String space) {
    var frontier = state(space).frontier();
    long until = nowMillis + 5_000;
    run(
        gossip
            .acknowledgements()
            .count(++operations, space, frontier, Need.QUORUM, until, nowMillis));
  }

  /** Begins to change the voters. */
  void changeVoters(String space, List<String> to) {
    long until = nowMillis + 5_000;
    run(gossip.acknowledgements().change(++operations, space, to, until, nowMillis));
  }

  boolean holds(String space) {
    return spaces.containsKey(space);
  }

  SpaceState state(String space) {
    return core(space).durable();
  }

  SpaceCore core(String space) {
    return held(space).core;
  }

  private FuzzedSpace held(String space) {
    FuzzedSpace held = spaces.get(space);
    if (held == null) {
      throw new AssertionError("asked for space '" + space + "', which is not held");
    }
    return held;
  }

  void write(String space, String element) {
    write(space, Changes.adding(element));
  }

  private void write(String name, Consumer<Draft> body) {
    FuzzedSpace space = held(name);
    space.requireOwn();
    space.core.mint(Changes.after(space.core), "author", body);
    journal(space);
  }

  void packet(HostPort from, byte[] packet) {
    Message message;
    try {
      Optional<byte[]> whole =
          fragments.computeIfAbsent(from, peer -> new Fragments()).join(packet);
      if (whole.isEmpty()) {
        return;
      }
      message = MessageFormat.decode(whole.get());
    } catch (RejectedException e) {
      rejected.merge(from, 1L, Long::sum);
      return;
    }
    run(gossip.onMessage(from, message, nowMillis));
  }

  void tick(int millis) {
    nowMillis += millis;
    gossip.books().clocks().wall(nowMillis, nowMillis);
    run(gossip.onTick(nowMillis, random));
  }

  private void run(List<Effect> wanted) {
    for (Effect effect : wanted) {
      effects.merge(effect.getClass().getSimpleName(), 1L, Long::sum);
      if (effect instanceof Effect.Send send) {
        bytesSaid += MessageFormat.encode(send.message()).length;
        said.add(send);
      } else if (effect instanceof Effect.Deliver deliver) {
        deliver(deliver, /* may= */ null);
      } else if (effect instanceof Effect.DeliverHead deliver) {
        staged(deliver.space(), deliver.from(), space -> space.begin(deliver));
      } else if (effect instanceof Effect.DeliverPiece deliver) {
        staged(deliver.space(), deliver.from(), space -> space.stage(deliver));
      } else if (effect instanceof Effect.ReadState read) {
        var pieces = read.state().read(read.from(), read.bytesMax());
        run(gossip.read(read.space(), read.to(), read.transfer(), pieces, nowMillis));
      } else if (effect instanceof Effect.ServeRest rest) {
        SpaceCore core = core(rest.space());
        served(rest.space(), rest.to(), core.answer(rest.frontier(), rest.mark(), rest.bytesMax()));
      } else if (effect instanceof Effect.Serve serve) {
        SpaceCore core = core(serve.space());
        served(serve.space(), serve.to(), core.answer(serve.frontier(), serve.bytesMax()));
      } else if (effect instanceof Effect.Report report
          && (report.event() == Effect.Event.TRANSFER_REFUSED
              || report.event() == Effect.Event.REFUSED)) {
        rejected.merge(report.peer(), 1L, Long::sum);
      } else {
        decide(effect);
      }
    }
  }

  /** What is about branches, votes, placement and what all have. */
  private void decide(Effect effect) {
    if (effect instanceof Effect.ForkHeard heard && holds(heard.space())) {
      FuzzedSpace space = held(heard.space());
      act(space, space.guard.heard(heard.from(), heard.talk(), heard.others(), space::draw));
      gossip.forks().heard(heard);
      drop(space.guard.takeDropped());
    } else if (effect instanceof Effect.ForkSuspected suspected && holds(suspected.space())) {
      FuzzedSpace space = held(suspected.space());
      act(space, space.guard.suspected(suspected.peer()));
    } else if (effect instanceof Effect.Vote vote) {
      AtomicReference<VoterRecords.Vote> cast = new AtomicReference<>();
      write(BOOKS, draft -> cast.set(VoterRecords.vote(draft, "id", vote.ask())));
      run(gossip.acknowledgements().voted(vote.from(), vote.ask(), cast.get(), nowMillis));
    } else if (effect instanceof Effect.Settle settle) {
      write(
          BOOKS,
          draft ->
              VoterRecords.settle(
                  draft, settle.space(), settle.version(), settle.voters(), /* named= */ true));
      run(gossip.acknowledgements().settled(settle.operation(), nowMillis));
    } else if (effect instanceof Effect.Purge purge && holds(purge.space())) {
      SpaceState here = state(purge.space());
      if (purge.covered().covers(here.frontier())) {
        spaces.remove(purge.space());
        run(gossip.closed(purge.space()));
      } else {
        run(gossip.stays(purge.space(), here.frontier(), here.digest(), nowMillis));
      }
    } else if (effect instanceof Effect.Stable stable && holds(stable.space())) {
      Trimming.trim(core(stable.space()), stable.frontier());
    }
  }

  /** What a peer has brought, once the chains have been compared with it. */
  private void deliver(Effect.Deliver deliver, @Nullable Boolean may) {
    FuzzedSpace space = held(deliver.space());
    List<ForkAction> actions = new ArrayList<>();
    boolean isMet =
        may == null
            ? space.guard.isMet(
                deliver.from(),
                gossip.forks().contact(deliver.from()),
                1_000,
                now -> deliver(deliver, now),
                actions)
            : may;
    act(space, actions);
    drop(space.guard.takeDropped());
    if (isMet) {
      Reception reception = space.core.receive(deliver.changes(), deliver.from());
      refused(space, reception.refusals());
      duplicates.merge(deliver.from(), reception.duplicates(), Integer::sum);
      drop(reception.droppedOf());
    }
    if (isMet || may != null) {
      journal(space);
      run(gossip.delivered(space.name, deliver.from(), deliver.receipt(), nowMillis));
    }
  }

  private void refused(FuzzedSpace space, List<Refusal> refusals) {
    for (Refusal refusal : refusals) {
      refused.add(refusal.why());
      rejected.merge(refusal.from(), 1L, Long::sum);
      if (refusal.forked()) {
        act(space, space.guard.refused(refusal.from(), refusal.why()));
      }
    }
  }

  private void drop(Map<HostPort, Integer> changes) {
    changes.forEach((from, count) -> dropped.merge(from, count, Integer::sum));
  }

  private void act(FuzzedSpace space, List<ForkAction> actions) {
    for (ForkAction action : actions) {
      effects.merge(action.getClass().getSimpleName(), 1L, Long::sum);
      if (action instanceof ForkAction.Say say) {
        run(gossip.forks().say(space.name, say.to(), say.talk()));
      } else if (action instanceof ForkAction.Avoid avoid) {
        run(gossip.forks().avoid(space.name, avoid.peer(), avoid.detail()));
      } else if (action instanceof ForkAction.Meet meet) {
        run(gossip.forks().meet(space.name, meet.peer()));
      }
    }
    journal(space);
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Meet meet) {
        space.guard.release(meet.peer(), /* take= */ true);
      } else if (action instanceof ForkAction.Avoid avoid) {
        space.guard.release(avoid.peer(), /* take= */ false);
      }
    }
  }

  private void staged(String name, HostPort from, Function<FuzzedSpace, StagingReport> stage) {
    FuzzedSpace space = held(name);
    StagingReport report = stage.apply(space);
    journal(space);
    run(gossip.staged(name, from, report, nowMillis));
    if (report.state() == StagingReport.State.REFUSED && space.core.sawFork()) {
      act(space, space.guard.refused(from, String.valueOf(report.why())));
    }
    refused(space, space.core.takeRefusals());
  }

  private void journal(FuzzedSpace space) {
    SpaceCore core = space.core;
    for (Optional<SpaceEvent> event = core.nextEvent();
        event.isPresent();
        event = core.nextEvent()) {
      // What is not read back is lost at the next start.
      SpaceEvent.decode(event.get().encode());
      Publication publication = core.persisted();
      SpaceState state = publication.state();
      List<EncodedChange> minted = new ArrayList<>();
      List<EncodedChange> received = new ArrayList<>();
      for (Publication.Step step : publication.steps()) {
        if (step.part() instanceof SpaceEvent.Applied applied) {
          (step.local() ? minted : received).add(applied.change());
        } else if (step.part() instanceof SpaceEvent.Replaced) {
          run(gossip.forks().replaced(space.name, state.frontier(), state.digest()));
        }
      }
      run(
          gossip.published(
              space.name, state.frontier(), state.digest(), minted, received, nowMillis));
    }
  }

  private void served(String space, HostPort to, RepairAnswer answer) {
    if (answer instanceof RepairAnswer.Changes changes) {
      run(gossip.served(space, to, changes.changes(), changes.more(), nowMillis));
    } else if (answer instanceof RepairAnswer.Difference difference) {
      OutgoingState state =
          new OutgoingState(difference.state(), difference.base(), difference.baseHashes());
      run(gossip.served(space, to, state, difference.resumes(), nowMillis));
    }
  }
}
