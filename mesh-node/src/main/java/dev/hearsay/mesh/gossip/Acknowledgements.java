package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Acknowledgements by voters: asks them for this node's operations, answers those of others as soon
 * as what they ask for is durable here, changes voters, and keeps a node that lost data from
 * speaking. Not thread-safe.
 */
public final class Acknowledgements {
  /** Longest time an operation may wait; a voter that lost data stays silent for as long. */
  public static final int WAIT_MILLIS_MAX = 60_000;

  /** The space with the voters of all others. */
  public static final String CATALOGUE = Names.RESERVED_PREFIX + "catalogue";

  private static final long NEVER = Long.MIN_VALUE;

  private final HostPort here;
  private final SpaceBook spaces;
  private final Repair repair;
  private final Electorate electorate;
  private final Waiters waiters;
  private final Map<Long, Asking> byOperation = new LinkedHashMap<>();
  private final Map<Long, Asking> byRequest = new HashMap<>();
  private final Doubts doubts;
  private long startedMillis = NEVER;

  Acknowledgements(HostPort here, SpaceBook spaces, Repair repair, Electorate electorate) {
    this.here = here;
    this.spaces = spaces;
    this.repair = repair;
    this.electorate = electorate;
    this.waiters = new Waiters(electorate.traffic);
    this.doubts = new Doubts(spaces, electorate);
  }

  /** This node is another one from now on, and no longer the voter it was. */
  void become(String nodeId) {
    electorate.self = nodeId;
  }

  /**
   * Counts the voters that have {@code target} durable; ends with {@link Effect.Acknowledged} or
   * {@link Effect.NotAcknowledged}.
   *
   * @param operation not used before
   * @param target empty to learn what the voters have
   * @param untilMillis at most {@link #WAIT_MILLIS_MAX} from now
   */
  public List<Effect> count(
      long operation,
      String space,
      VersionVector target,
      Need need,
      long untilMillis,
      long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Count count =
        new Count(
            electorate,
            space,
            operation,
            target,
            need,
            Math.min(untilMillis, nowMillis + WAIT_MILLIS_MAX));
    if (!need.isPossible(count.view())) {
      effects.add(new Effect.NotAcknowledged(operation, count.shortfall()));
    } else {
      begin(count, effects, nowMillis);
    }
    return effects;
  }

  /** Changes the voters of the space; ends as {@link #count} does. */
  public List<Effect> change(
      long operation, String space, List<String> voters, long untilMillis, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    if (mayChange(operation, space, effects)) {
      long until = Math.min(untilMillis, nowMillis + WAIT_MILLIS_MAX);
      begin(new VoterChange(electorate, here, space, operation, voters, until), effects, nowMillis);
    }
    return effects;
  }

  private boolean mayChange(long operation, String space, List<Effect> effects) {
    boolean busy =
        byOperation.values().stream()
            .anyMatch(asking -> !(asking instanceof Count) && asking.space.equals(space));
    boolean may = !busy && electorate.view(space).isNamed();
    if (!may) {
      Shortfall.Reason reason = busy ? Shortfall.Reason.BUSY : Shortfall.Reason.TOO_FEW_VOTERS;
      effects.add(new Effect.NotAcknowledged(operation, new Shortfall(reason, 0, 1, List.of())));
    }
    return may;
  }

  /**
   * Changes the voters without those that are lost for good, though they are a majority; ends as
   * {@link #count} does. What they alone had acknowledged is given up.
   */
  public List<Effect> replaceLost(
      long operation,
      String space,
      Set<String> lost,
      List<String> voters,
      long untilMillis,
      long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    if (mayChange(operation, space, effects)) {
      long until = Math.min(untilMillis, nowMillis + WAIT_MILLIS_MAX);
      LostVoters change = new LostVoters(electorate, space, operation, lost, voters, until);
      long listens = startedMillis == NEVER ? 0 : nowMillis - startedMillis;
      Shortfall refusal = change.refusal(listens, nowMillis);
      if (refusal == null) {
        begin(change, effects, nowMillis);
      } else {
        effects.add(new Effect.NotAcknowledged(operation, refusal));
      }
    }
    return effects;
  }

  private void begin(Asking asking, List<Effect> effects, long nowMillis) {
    byOperation.put(asking.operation, asking);
    asking.ask(effects, nowMillis);
    goOn(asking, effects, nowMillis);
  }

  /** An answer, or something durable here, may have been what it waits for. */
  private void goOn(Asking asking, List<Effect> effects, long nowMillis) {
    boolean ended = asking.goOn(effects, nowMillis);
    byRequest.remove(asking.known);
    if (ended) {
      byOperation.remove(asking.operation);
    } else {
      // What it asks next has another number.
      asking.known = asking.request;
      byRequest.put(asking.known, asking);
    }
  }

  /**
   * This node may lack something that it once acknowledged on the space, or, if it is the
   * catalogue, votes on any.
   */
  public List<Effect> doubt(String space, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    doubts.doubt(space, effects, nowMillis);
    return effects;
  }

  /**
   * The space is about to be removed from this node: a voter that gets it back has lost what it
   * acknowledged.
   */
  void leaving(String space, List<Effect> effects) {
    if (electorate.view(space).everybody().contains(electorate.self)) {
      effects.add(new Effect.Left(space));
    }
  }

  /** The space is not removed, and nothing of it is lost here: what was noted is not so. */
  void stays(String space, List<Effect> effects) {
    if (electorate.isTrusted(space)
        && electorate.view(space).everybody().contains(electorate.self)) {
      effects.add(new Effect.Trusted(space));
    }
  }

  /** The space is held here from now on. */
  void opened(String space, List<Effect> effects, long nowMillis) {
    doubts.opened(space, effects, nowMillis);
  }

  /** The space has new durable changes. */
  void published(String space, List<Effect> effects, long nowMillis) {
    if (electorate.speaks(space)) {
      for (Waiters.Waiter waiter : waiters.takeReady(space, spaces)) {
        Peer peer = electorate.peer(waiter.from());
        if (peer != null && waiter.ask() instanceof Message.AckAsk ask) {
          answer(peer, ask, effects);
        } else if (peer != null && waiter.ask() instanceof ChainAsk ask) {
          askOwnChains(peer, ask, effects);
        }
      }
    }
    for (Asking asking : List.copyOf(byOperation.values())) {
      if (asking.space.equals(space) && asking.waitsForHere()) {
        goOn(asking, effects, nowMillis);
      }
    }
    doubts.goOn(effects, nowMillis);
  }

  void onTick(List<Effect> effects, long nowMillis) {
    startedMillis = startedMillis == NEVER ? nowMillis : startedMillis;
    waiters.expire(nowMillis);
    for (Asking asking : List.copyOf(byOperation.values())) {
      if (nowMillis >= asking.deadlineMillis) {
        end(asking, effects);
      } else if (asking.isDue(nowMillis)) {
        asking.ask(effects, nowMillis);
        goOn(asking, effects, nowMillis);
      }
    }
    doubts.ask(effects, nowMillis);
    doubts.goOn(effects, nowMillis);
  }

  /** A message of these; false if it is another. */
  boolean onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.AckAsk ask) {
      onAsk(peer, ask, effects, nowMillis);
    } else if (message instanceof Message.AckTell tell) {
      onTell(peer, tell, effects, nowMillis);
    } else if (message instanceof ChainAsk ask) {
      onAsk(peer, ask, effects, nowMillis);
    } else if (message instanceof ChainTell tell) {
      onTell(peer, tell, effects, nowMillis);
    } else if (message instanceof Message.VoteAsk ask) {
      if (electorate.speaks(ask.space())) {
        effects.add(new Effect.Vote(peer.address, ask));
      }
    } else if (message instanceof Message.VoteTell tell) {
      onVote(tell, effects, nowMillis);
    } else if (message instanceof Message.Doubt doubt) {
      if (spaces.isOpen(doubt.space()) && !spaces.frontier(doubt.space()).covers(doubt.known())) {
        doubts.doubt(doubt.space(), effects, nowMillis);
      }
    } else {
      return false;
    }
    return true;
  }

  private void onAsk(Peer peer, Message.AckAsk ask, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(ask.space())) {
      spaces.mention(ask.space(), peer.address);
    } else if (!electorate.isTrusted(ask.space())
        || !spaces.frontier(ask.space()).covers(ask.target())) {
      if (!ask.target().isEmpty()) {
        waiters.add(peer.address, ask, ask.request(), ask.target(), nowMillis);
      }
    } else {
      answer(peer, ask, effects);
    }
  }

  private void onAsk(Peer peer, ChainAsk ask, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(ask.space())) {
      spaces.mention(ask.space(), peer.address);
    } else if (electorate.isTrusted(ask.space())
        && spaces.frontier(ask.space()).covers(ask.target())) {
      askOwnChains(peer, ask, effects);
    } else {
      waiters.add(peer.address, ask, ask.request(), ask.target(), nowMillis);
    }
  }

  /** The counters are there; the hashes are known to the space. */
  private static void askOwnChains(Peer peer, ChainAsk ask, List<Effect> effects) {
    ForkTalk question = new ForkTalk.WantEnds(ask.request(), ask.target(), ask.known());
    effects.add(new Effect.ForkHeard(ask.space(), peer.address, question, Map.of()));
  }

  private void onTell(Peer peer, ChainTell tell, List<Effect> effects, long nowMillis) {
    if (!(byRequest.get(tell.request()) instanceof Count count) || count.isRead()) {
      return;
    }
    if (tell.heads().size() > 2 * count.target().size()) {
      String why = "an answer about branches of more replicas than were asked about";
      effects.add(new Effect.Report(peer.address, Effect.Event.REFUSED, why));
      return;
    }
    Message.AckTell told = tell.withoutHashes();
    if (!electorate.believes(told, /* partial= */ true)) {
      peer.send(
          new Message.Doubt(tell.space(), electorate.told(tell.nodeId(), tell.space())), effects);
      return;
    }
    count.onTell(told, effects, nowMillis);
    goOn(count, effects, nowMillis);
    ForkTalk question =
        new ForkTalk.Told(tell.request(), tell.nodeId(), count.target(), tell.heads());
    effects.add(new Effect.ForkHeard(tell.space(), peer.address, question, Map.of()));
  }

  /** What the space has to say to a voter's question, or to a voter's answer. */
  void onTalk(String space, HostPort about, ForkTalk.Inner talk, List<Effect> effects) {
    Peer peer = electorate.peer(about);
    if (talk instanceof ForkTalk.Ends ends) {
      if (peer != null && electorate.speaks(space)) {
        VoterView view = electorate.view(space);
        peer.send(
            new ChainTell(
                space,
                ends.request(),
                electorate.self,
                electorate.incarnation,
                ends.heads(),
                view.fingerprint() == ends.known() ? null : view),
            effects);
      }
    } else if (talk instanceof ForkTalk.Judged judged
        && byRequest.get(judged.request()) instanceof Count count) {
      if (judged.branch() == ForkTalk.Branch.SAME) {
        count.onSame(judged.voter());
        goOn(count, effects, count.askedMillis);
      } else if (judged.branch() == ForkTalk.Branch.OTHER) {
        electorate.forget(judged.voter(), space); // it was of the other branch
        effects.add(new Effect.ForkSuspected(space, about));
      }
    }
  }

  /** Another state has taken the place of what was here: what was counted is not there any more. */
  void replaced(String space, List<Effect> effects) {
    for (Asking asking : List.copyOf(byOperation.values())) {
      if (asking.space.equals(space) && asking instanceof Count count && !count.isRead()) {
        end(count, effects);
      }
    }
  }

  private void end(Asking asking, List<Effect> effects) {
    byOperation.remove(asking.operation);
    byRequest.remove(asking.known);
    effects.add(new Effect.NotAcknowledged(asking.operation, asking.shortfall()));
  }

  private void answer(Peer peer, Message.AckAsk ask, List<Effect> effects) {
    VersionVector frontier = spaces.frontier(ask.space());
    VoterView view = electorate.view(ask.space());
    peer.send(
        new Message.AckTell(
            ask.space(),
            ask.request(),
            electorate.self,
            electorate.incarnation,
            ask.target().isEmpty() ? frontier : Electorate.restricted(frontier, ask.target()),
            view.fingerprint() == ask.known() ? null : view,
            ask.recovering() ? spaces.frontier(CATALOGUE) : VersionVector.EMPTY),
        effects);
  }

  private void onTell(Peer peer, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    if (doubts.onTell(tell, effects, nowMillis)) {
      return;
    }
    Asking asking = byRequest.get(tell.request());
    if (asking == null) {
      return;
    }
    boolean partial = !(asking instanceof Count count) || !count.isRead();
    if (!electorate.believes(tell, partial)) {
      peer.send(
          new Message.Doubt(tell.space(), electorate.told(tell.nodeId(), tell.space())), effects);
      return;
    }
    if (asking instanceof Count count
        && count.isRead()
        && !spaces.frontier(tell.space()).covers(tell.frontier())) {
      // The read will wait for this.
      repair.want(tell.space(), peer.address, effects, nowMillis);
    }
    asking.onTell(tell, effects, nowMillis);
    goOn(asking, effects, nowMillis);
  }

  /** The vote that {@link Effect.Vote} asked for is durable. */
  public List<Effect> voted(
      HostPort from, Message.VoteAsk ask, VoterRecords.Vote vote, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    if (!electorate.speaks(ask.space())) {
      return effects;
    }
    Message.VoteTell tell =
        new Message.VoteTell(
            ask.space(),
            ask.request(),
            electorate.self,
            vote.granted(),
            vote.promised(),
            vote.accepted(),
            vote.voters(),
            spaces.frontier(ask.space()),
            electorate.view(ask.space()));
    Peer peer = electorate.peer(from);
    if (from.equals(here)) {
      onVote(tell, effects, nowMillis);
    } else if (peer != null) {
      peer.send(tell, effects);
    }
    return effects;
  }

  private void onVote(Message.VoteTell tell, List<Effect> effects, long nowMillis) {
    Asking asking = byRequest.get(tell.request());
    if (asking != null) {
      asking.onVote(tell, effects, nowMillis);
      goOn(asking, effects, nowMillis);
    }
  }

  /** The voters that {@link Effect.Settle} asked for are in force. */
  public List<Effect> settled(long operation, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Asking asking = byOperation.get(operation);
    if (asking != null) {
      goOn(asking, effects, nowMillis);
    }
    return effects;
  }

  /** How many operations of this node wait for voters. */
  public int waiting() {
    return byOperation.size();
  }
}
