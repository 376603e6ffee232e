package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.BookSettings;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.VersionedPlacement;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.Reassembly;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.AbstractActorWithTimers;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Interprets the {@link Gossip}: gives it time, sends its bytes, and talks to the spaces. */
final class GossipActor extends AbstractActorWithTimers {
  static final String NAME = "gossip";

  private static final Logger LOG = LoggerFactory.getLogger(GossipActor.class);
  private static final long LONELY_MILLIS = 3_000;

  /** What the gossip needs of its node. */
  record Wiring(
      HostPort self,
      Message.Hello identity,
      GossipSettings settings,
      GossipLimits limits,
      List<HostPort> configured,
      Set<String> roles,
      Map<String, SpaceCell> spaces,
      Map<String, VersionedPlacement> placements,
      BiConsumer<HostPort, Message.Remote> remote,
      Consumer<HostPort> probe,
      Consumer<HostPort> giveUpIdentity,
      Incarnations incarnations,
      Map<HostPort, Integer> contacts,
      TrafficBook traffic,
      Executor background,
      VoterBooks voters,
      DoubtFile doubts,
      BookSettings books,
      HybridClock clock) {}

  private final Wiring wiring;
  private final Gossip gossip;
  private final AckDesk acknowledgements;
  private final SplittableRandom random = new SplittableRandom();
  private final Refusals refusals;
  private final PeerLinks links;
  private final Reassembly reassembly = new Reassembly(Gossip.PEERS_MAX);
  private final long startedMillis = NodeContext.steadyMillis();
  private boolean lonelinessSettled;

  static Props props(Wiring wiring) {
    return Props.create(GossipActor.class, () -> new GossipActor(wiring))
        .withMailbox(GossipMailbox.ID);
  }

  private GossipActor(Wiring wiring) {
    this.wiring = wiring;
    this.refusals = new Refusals(wiring.traffic());
    this.gossip =
        new Gossip(
            wiring.self(),
            wiring.identity(),
            wiring.settings(),
            wiring.limits(),
            wiring.voters()::view,
            wiring.roles());
    ActorRef self = getSelf();
    this.links =
        new PeerLinks(
            getContext().getSystem(),
            self,
            wiring.traffic(),
            address -> gossip.outsiders().isIntroduced(address));
    this.acknowledgements =
        new AckDesk(
            gossip.acknowledgements(),
            wiring.voters(),
            wiring.doubts(),
            input -> self.tell(input, ActorRef.noSender()));
    gossip.configure(wiring.configured());
    gossip.books().use(wiring.books());
    lonelinessSettled =
        wiring.configured().stream().allMatch(address -> address.equals(wiring.self()));
  }

  @Override
  public void preStart() {
    Duration tick = Duration.ofMillis(wiring.settings().tickMillis());
    getTimers().startTimerWithFixedDelay("tick", new GossipInput.Tick(), tick);
    // After a failure Pekko starts this actor over, with a gossip that knows of no space.
    wiring
        .placements()
        .forEach((space, placed) -> gossip.placed(space, placed.placement(), startedMillis));
    for (SpaceCell cell : wiring.spaces().values()) {
      SpaceEvent.Rested row = cell.row();
      if (cell.isGoing()) {
        // Whether it goes is not known here any more: it says so, or that it is gone.
        cell.tell(new SpaceCommand.Purge(null, VersionVector.EMPTY));
      } else if (row != null && !cell.isPurging()) {
        run(onInput(new GossipInput.Opened(cell.name(), row.frontier(), row.digest())));
      }
    }
  }

  @Override
  public void postStop() {
    acknowledgements.close();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(byte[].class, this::onBytes)
        .match(GossipInput.class, input -> run(onInput(input)))
        .build();
  }

  private List<Effect> onInput(GossipInput input) {
    long now = NodeContext.steadyMillis();
    if (input instanceof GossipInput.Published published) {
      return gossip.published(
          published.space(),
          published.frontier(),
          published.digest(),
          published.minted(),
          published.received(),
          now);
    } else if (input instanceof GossipInput.Delivered delivered) {
      return gossip.delivered(delivered.space(), delivered.from(), delivered.receipt(), now);
    } else if (input instanceof GossipInput.Tick) {
      noticeLoneliness(now);
      gossip.books().clocks().wall(NodeContext.wallMillis(), now);
      acknowledgements.onTick(now);
      return gossip.onTick(now, random);
    } else if (input instanceof GossipInput.ServedChanges served) {
      return gossip.served(served.space(), served.to(), served.changes(), served.more(), now);
    } else if (input instanceof GossipInput.ServedState served) {
      return gossip.served(served.space(), served.to(), served.state(), served.resumes(), now);
    } else if (input instanceof GossipInput.PiecesRead read) {
      return gossip.read(read.space(), read.to(), read.transfer(), read.pieces(), now);
    } else if (input instanceof GossipInput.Staged staged) {
      return gossip.staged(staged.space(), staged.from(), staged.report(), now);
    } else if (input instanceof GossipInput.Opened opened) {
      Message.Row row = new Message.Row(opened.space(), opened.frontier(), opened.digest());
      List<Effect> effects =
          new ArrayList<>(gossip.opened(row.space(), row.frontier(), row.digest(), now));
      effects.addAll(acknowledgements.opened(row, now));
      return effects;
    } else if (input instanceof GossipInput.Placed placed) {
      return gossip.placed(placed.space(), placed.placement(), now);
    } else if (input instanceof GossipInput.SendRemote send) {
      return List.of(new Effect.Send(send.to(), send.message()));
    } else if (input instanceof GossipInput.RemoteRefused refused) {
      refusals.message(refused.from(), refused.why());
    } else if (input instanceof GossipInput.AboutHolders about) {
      return answer(about, now);
    } else if (input instanceof GossipInput.Adopted adopted) {
      gossip.adopted(adopted.space(), adopted.change(), adopted.from(), now);
    } else if (input instanceof GossipInput.Probed probed) {
      gossip.probed(probed.address(), now).forEach(hello -> links.knock((Effect.Send) hello));
    } else if (input instanceof GossipInput.AboutVoters about) {
      return acknowledgements.onInput(about, now);
    } else if (input instanceof GossipInput.Closed closed) {
      return gossip.closed(closed.space());
    } else if (input instanceof GossipInput.Stays stays) {
      withSpace(stays.space(), cell -> cell.goes(false));
      return gossip.stays(stays.space(), stays.frontier(), stays.digest(), now);
    } else if (input instanceof GossipInput.Learning learning) {
      return gossip.learning(learning.now());
    } else if (input instanceof GossipInput.HeldDropped dropped) {
      gossip.heldDropped(dropped.changes());
      wiring.traffic().heldDropped(dropped.from(), dropped.changes());
    } else if (input instanceof GossipInput.Duplicates duplicates) {
      wiring.traffic().duplicates(duplicates.from(), duplicates.changes());
    } else if (input instanceof GossipInput.Reloaded reloaded) {
      gossip.books().reloaded(reloaded.space());
    } else if (input instanceof GossipInput.Marked marked) {
      gossip.mark(marked.space(), marked.mark());
    } else if (input instanceof GossipInput.Refused refused) {
      refusals.changes(refused);
    } else if (input instanceof GossipInput.Overrun overrun) {
      refusals.overrun(overrun.take().get());
    } else if (input instanceof GossipInput.Forked forked) {
      return forked(forked.space(), forked.actions());
    } else if (input instanceof GossipInput.TalkHeard talk) {
      gossip.forks().heard(talk.heard());
    } else if (input instanceof GossipInput.Replaced replaced) {
      return gossip.forks().replaced(replaced.space(), replaced.frontier(), replaced.digest());
    } else if (input instanceof GossipInput.AskForks ask) {
      ask.answer().complete(gossip.forks().views());
    } else if (input instanceof GossipInput.Become become) {
      gossip.become(become.nodeId());
    } else if (input instanceof GossipInput.Learn learn) {
      gossip.learn(learn.addresses());
    } else if (input instanceof GossipInput.Ask ask) {
      ask.answer().complete(PeerStatuses.Known.of(gossip));
    } else if (input instanceof GossipInput.AskNodes ask) {
      ask.answer().complete(NodeStatuses.Known.of(gossip.books(), now));
    } else if (input instanceof GossipInput.AskClock ask) {
      ask.answer().accept(gossip.books().clocks().verdict());
    } else if (input instanceof GossipInput.AskTraffic ask) {
      long pieces = reassembly.forgotten();
      ask.answer().complete(TrafficViews.of(gossip, wiring.traffic(), pieces, now));
    }
    return List.of();
  }

  private List<Effect> forked(String space, List<ForkAction> actions) {
    List<Effect> effects = new ArrayList<>();
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Say say) {
        effects.addAll(gossip.forks().say(space, say.to(), say.talk()));
      } else if (action instanceof ForkAction.Avoid avoid) {
        effects.addAll(gossip.forks().avoid(space, avoid.peer(), avoid.detail()));
      } else if (action instanceof ForkAction.Meet meet) {
        effects.addAll(gossip.forks().meet(space, meet.peer()));
      }
    }
    return effects;
  }

  private void onBytes(byte[] bytes) {
    Address sender = getSender().path().address();
    if (sender.getHost().isEmpty() || sender.getPort().isEmpty()) {
      refusals.withoutSender(1);
      return;
    }
    HostPort from = new HostPort(sender.getHost().get(), sender.getPort().get());
    Message message;
    int size;
    try {
      Optional<byte[]> whole = reassembly.join(from, bytes);
      if (whole.isEmpty()) {
        return;
      }
      size = whole.get().length;
      message = MessageFormat.decode(whole.get());
    } catch (RejectedException e) {
      refusals.message(from, String.valueOf(e.getMessage()));
      return;
    }
    run(gossip.onMessage(from, message, NodeContext.steadyMillis()));
    if (!gossip.outsiders().isIntroduced(from)) {
      return;
    }
    wiring.traffic().received(from, message, size);
    if (message instanceof Message.Remote remote) {
      wiring.remote().accept(from, remote);
    }
  }

  private List<Effect> answer(GossipInput.AboutHolders about, long now) {
    List<Effect> effects = new ArrayList<>();
    if (about instanceof GossipInput.AskHolders ask) {
      ask.answer().complete(gossip.holders().inReach(ask.space()));
    } else if (about instanceof GossipInput.AskEligible ask) {
      ask.answer().complete(gossip.holders().eligible(ask.placement()));
    } else if (about instanceof GossipInput.AskCoverage ask) {
      ask.answer().complete(gossip.holders().coverage(ask.copies(), effects, now));
    }
    return effects;
  }

  private void run(List<Effect> effects) {
    List<HostPort> forgotten = new ArrayList<>(0);
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        links.send(send);
      } else if (effect instanceof Effect.Deliver deliver) {
        wiring.contacts().put(deliver.from(), gossip.forks().contact(deliver.from()));
        withSpace(
            deliver.space(),
            cell ->
                cell.tell(
                    new SpaceCommand.Receive(
                        deliver.from(), deliver.receipt(), deliver.changes())));
      } else if (effect instanceof Effect.Serve serve) {
        withSpace(
            serve.space(),
            cell ->
                cell.tell(new SpaceCommand.Serve(serve.to(), serve.frontier(), serve.bytesMax())));
      } else if (effect instanceof Effect.ForkHeard heard) {
        withSpace(heard.space(), cell -> cell.hear(heard));
      } else if (effect instanceof Effect.ForkSuspected suspected) {
        withSpace(
            suspected.space(), cell -> cell.tell(new SpaceCommand.ForkSuspected(suspected.peer())));
      } else if (effect instanceof Effect.WasIncarnation was) {
        wiring.incarnations().learn(new ReplicaId(was.incarnation()), wiring.background());
      } else if (effect instanceof Effect.GiveUpIdentity giveUp) {
        wiring.background().execute(() -> wiring.giveUpIdentity().accept(giveUp.to()));
      } else if (effect instanceof Effect.ServeRest serve) {
        withSpace(
            serve.space(),
            cell ->
                cell.tell(
                    new SpaceCommand.ServeRest(
                        serve.to(), serve.frontier(), serve.mark(), serve.bytesMax())));
      } else if (effect instanceof Effect.DeliverHead deliver) {
        wiring.contacts().put(deliver.from(), gossip.forks().contact(deliver.from()));
        withSpace(
            deliver.space(),
            cell ->
                cell.tell(
                    new SpaceCommand.ReceiveHead(deliver.from(), deliver.offer(), deliver.head())));
      } else if (effect instanceof Effect.DeliverPiece deliver) {
        wiring.contacts().put(deliver.from(), gossip.forks().contact(deliver.from()));
        withSpace(
            deliver.space(),
            cell -> cell.tell(new SpaceCommand.ReceivePiece(deliver.from(), deliver.piece())));
      } else if (effect instanceof Effect.ReadState read) {
        read(read);
      } else if (effect instanceof Effect.Purge purge) {
        HostPort by = purge.by();
        if (by != null) {
          wiring.contacts().put(by, gossip.forks().contact(by));
        }
        if (!wiring.spaces().containsKey(purge.space())) {
          run(gossip.closed(purge.space()));
        }
        withSpace(
            purge.space(),
            cell -> {
              cell.goes(true);
              cell.tell(new SpaceCommand.Purge(purge.by(), purge.covered()));
            });
      } else if (effect instanceof Effect.Stable stable) {
        withSpace(
            stable.space(), cell -> cell.tellIfHere(new SpaceCommand.Stable(stable.frontier())));
      } else if (effect instanceof Effect.ClockJudged judged) {
        ClockDesk.judged(judged.verdict(), wiring.books(), wiring.clock());
      } else if (effect instanceof Effect.Probe probe) {
        wiring.probe().accept(probe.address());
      } else if (effect instanceof Effect.Outside outside) {
        wiring.traffic().outside(outside);
      } else if (effect instanceof Effect.Report report) {
        report(report);
        if (report.event() == Effect.Event.PEER_FORGOTTEN) {
          forgotten.add(report.peer());
        }
      } else {
        acknowledgements.take(effect);
      }
    }
    if (!forgotten.isEmpty()) {
      forgotten.forEach(wiring.contacts()::remove);
      wiring.spaces().values().forEach(cell -> cell.forget(forgotten));
    }
  }

  private void withSpace(String space, Consumer<SpaceCell> action) {
    SpaceCell cell = wiring.spaces().get(space);
    if (cell != null) {
      action.accept(cell);
    }
  }

  private void read(Effect.ReadState read) {
    ActorRef self = getSelf();
    wiring
        .background()
        .execute(
            () ->
                self.tell(
                    new GossipInput.PiecesRead(
                        read.space(),
                        read.to(),
                        read.transfer(),
                        read.state().read(read.from(), read.bytesMax())),
                    ActorRef.noSender()));
  }

  private void report(Effect.Report report) {
    switch (report.event()) {
      case PEER_REACHABLE -> {
        lonelinessSettled = true;
        LOG.info("peer {} ({}) answers", report.detail(), report.peer());
      }
      case PEER_UNREACHABLE -> {
        reassembly.forget(report.peer());
        LOG.info(
            "peer {} ({}) is silent; going on without it and trying again",
            report.detail(),
            report.peer());
      }
      case PEER_FORGOTTEN -> {
        links.forget(report.peer());
        reassembly.forget(report.peer());
        LOG.info(
            "peer {} ({}) has not answered for long and is forgotten",
            report.detail(),
            report.peer());
      }
      case TRANSFER_GOES_ON ->
          LOG.info("a state from {} is on its way: {}", report.peer(), report.detail());
      case TRANSFER_JOINED ->
          LOG.info("a state from {} is joined: {}", report.peer(), report.detail());
      case TRANSFER_REFUSED -> refusals.state(report.peer(), report.detail());
      case MISPLACED, REFUSED -> refusals.message(report.peer(), report.detail());
      case TWINS, CLOCKS_DIFFER, OLDER_VOTER, OLDER_PEER, DIVERGED -> refusals.notice(report);
    }
  }

  /** Says once that nobody answers. */
  private void noticeLoneliness(long now) {
    if (!lonelinessSettled && now - startedMillis > LONELY_MILLIS) {
      lonelinessSettled = true;
      LOG.warn(
          "none of the peers {} answers yet; working alone and trying on", wiring.configured());
    }
  }
}
