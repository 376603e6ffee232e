package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

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
  private final Witness witness;
  final UnheardTalk talk;
  private final VotesUnderWay votes;
  private final Map<Long, Asking> byOperation = new LinkedHashMap<>();
  private final Map<Long, Asking> byRequest = new HashMap<>();
  private final Doubts doubts;
  private final BranchChecks checks;
  private long startedMillis = NEVER;

  Acknowledgements(
      HostPort here, SpaceBook spaces, Repair repair, Electorate electorate, BranchChecks checks) {
    this.here = here;
    this.spaces = spaces;
    this.repair = repair;
    this.electorate = electorate;
    this.talk = electorate.talk;
    this.votes = new VotesUnderWay(electorate.traffic);
    this.checks = checks;
    this.doubts = new Doubts(spaces, electorate);
    this.witness = new Witness(spaces, electorate);
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
    byRequest.remove(asking.knownStands);
    if (ended) {
      byOperation.remove(asking.operation);
    } else {
      // What it asks next has another number.
      asking.known = asking.request;
      asking.knownStands = asking.standsRequest();
      byRequest.put(asking.known, asking);
      byRequest.put(asking.knownStands, asking);
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

  /** The journal of the space, or of the catalogue, was found to have a hole. */
  public List<Effect> holed(String space, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    doubts.holed(space, effects, nowMillis);
    return effects;
  }

  /** What spaces in doubt wait for, of so many of them, by space. */
  public SortedMap<String, String> inDoubt(int spacesMax, long nowMillis) {
    return doubts.waiting(spacesMax, nowMillis);
  }

  /** How many spaces are in doubt, if any has been for longer than it had to; else 0. */
  public int lateDoubts(long nowMillis) {
    return doubts.areLate(nowMillis) ? doubts.size() : 0;
  }

  /**
   * The space is about to be removed from this node: a voter that gets it back has lost what it
   * acknowledged.
   */
  void leaving(String space, List<Effect> effects) {
    Message.Row stood = spaces.row(space);
    if (stood != null && electorate.view(space).everybody().contains(electorate.self)) {
      effects.add(new Effect.Left(stood));
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
    witness.published(space, effects);
    for (Asking asking : List.copyOf(byOperation.values())) {
      if (asking.space.equals(space) && asking.waitsForHere()) {
        goOn(asking, effects, nowMillis);
      }
    }
    doubts.published(space, effects, nowMillis);
    checks.goOn(space, effects, nowMillis);
  }

  void onTick(List<Effect> effects, long nowMillis) {
    startedMillis = startedMillis == NEVER ? nowMillis : startedMillis;
    witness.onTick(nowMillis);
    for (Asking asking : List.copyOf(byOperation.values())) {
      if (nowMillis >= asking.deadlineMillis) {
        end(asking, effects);
      } else if (asking.isDue(nowMillis)) {
        asking.ask(effects, nowMillis);
        goOn(asking, effects, nowMillis);
      }
    }
    checks.onTick(effects, nowMillis);
    doubts.onTick(effects, nowMillis);
  }

  /** A message of these; false if it is another. */
  boolean onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (witness.onMessage(peer, message, effects, nowMillis)) {
      return true;
    } else if (message instanceof Message.AckTell tell) {
      onTell(peer, tell, effects, nowMillis);
    } else if (message instanceof ChainTell tell) {
      onTell(peer, tell, effects, nowMillis);
    } else if (message instanceof StandTell tell) {
      onTell(peer, tell, effects, nowMillis);
    } else if (message instanceof Message.VoteAsk ask) {
      if (electorate.speaks(ask.space()) && votes.begins(peer.address, ask.space(), nowMillis)) {
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

  /** What asks under that number; null if nothing does any more. */
  private @Nullable Asking asking(long request) {
    Asking asking = byRequest.get(request);
    asking = asking == null ? checks.asking(request) : asking;
    return asking == null ? doubts.asking(request) : asking;
  }

  private void goOnWith(Asking asking, List<Effect> effects, long nowMillis) {
    if (asking instanceof Recovery recovery) {
      doubts.goOn(recovery, effects, nowMillis);
    } else if (asking instanceof BranchCheck) {
      checks.goOn(asking.space, effects, nowMillis);
    } else {
      goOn(asking, effects, nowMillis);
    }
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
    peer.speaks.add(Peer.Speech.CHANGES);
    if (isBelieved(peer, tell.withoutHashes(), /* partial= */ true, effects)) {
      count.onChains(tell);
      goOn(count, effects, nowMillis);
      ForkTalk question =
          new ForkTalk.Told(tell.request(), tell.nodeId(), count.target(), tell.heads());
      var unused = electorate.tell(tell.space(), peer.address, question, effects);
    }
  }

  private void onTell(Peer peer, StandTell tell, List<Effect> effects, long nowMillis) {
    Asking asking = asking(tell.request());
    if (asking == null) {
      return;
    }
    peer.speaks.add(Peer.Speech.STANDS);
    if (isBelieved(peer, tell.withoutHashes(), /* partial= */ false, effects)) {
      asking.onStand(peer.address, tell, effects, nowMillis);
      wantWhatIsTold(peer, tell.space(), tell.frontier(), effects, nowMillis);
      goOnWith(asking, effects, nowMillis);
    }
  }

  /** An answer in the way that every version understands. */
  private void onTell(Peer peer, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    Asking asking = asking(tell.request());
    if (asking == null) {
      return;
    }
    Peer.Speech speech = asking.speech();
    if (isBelieved(peer, tell, speech != Peer.Speech.STANDS, effects)) {
      boolean asked = asking.onTell(peer.address, tell, effects, nowMillis);
      if (asked) {
        electorate.isOlder(peer, speech, effects);
        wantWhatIsTold(peer, tell.space(), tell.frontier(), effects, nowMillis);
      }
      goOnWith(asking, effects, nowMillis);
    }
  }

  private boolean isBelieved(
      Peer peer, Message.AckTell tell, boolean partial, List<Effect> effects) {
    boolean believed = electorate.believes(tell, partial);
    if (!believed) {
      peer.send(
          new Message.Doubt(tell.space(), electorate.told(tell.nodeId(), tell.space())), effects);
    }
    return believed;
  }

  /** Only what is here too can be compared and counts. */
  private void wantWhatIsTold(
      Peer peer, String space, VersionVector told, List<Effect> effects, long nowMillis) {
    if (!spaces.frontier(space).covers(told)) {
      repair.want(space, peer.address, effects, nowMillis);
    }
  }

  /** What the space has to say to a voter's question, or to a voter's answer. */
  void onTalk(String space, HostPort about, ForkTalk.Inner talk, List<Effect> effects) {
    if (talk instanceof ForkTalk.Judged judged) {
      Asking asking = asking(judged.request());
      if (asking != null && judged.branch() == ForkTalk.Branch.SAME) {
        asking.onSame(judged);
        goOnWith(asking, effects, asking.askedMillis);
      } else if (asking != null && judged.branch() == ForkTalk.Branch.OTHER) {
        electorate.forget(judged.voter(), space); // it was of the other branch
        effects.add(new Effect.ForkSuspected(space, about));
      } else if (asking instanceof Recovery recovery) {
        recovery.hurry(); // what is here has become another since the voter told
      }
    } else {
      witness.onTalk(space, about, talk, effects);
    }
  }

  /** Another state has taken the place of what was here: what was counted may not be there. */
  void replaced(String space, List<Effect> effects, long nowMillis) {
    electorate.forget(space);
    for (Asking asking : List.copyOf(byOperation.values())) {
      boolean concerned = asking.space.equals(space);
      if (concerned && asking.replaced(effects, nowMillis)) {
        end(asking, effects);
      } else if (concerned) {
        goOn(asking, effects, nowMillis);
      }
    }
    doubts.replaced(space, effects, nowMillis);
    checks.replaced(space);
  }

  private void end(Asking asking, List<Effect> effects) {
    byOperation.remove(asking.operation);
    byRequest.remove(asking.known);
    byRequest.remove(asking.knownStands);
    effects.add(new Effect.NotAcknowledged(asking.operation, asking.shortfall()));
  }

  /** The vote that {@link Effect.Vote} asked for is durable. */
  public List<Effect> voted(
      HostPort from, Message.VoteAsk ask, VoterRecords.Vote vote, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    votes.ended(from, ask.space());
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
