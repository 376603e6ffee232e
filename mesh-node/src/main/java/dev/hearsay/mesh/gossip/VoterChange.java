package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes the voters of a space. The old voters choose the list of the next version once, whoever
 * proposes (Paxos: Lamport 2001); from the moment a voter has accepted it, quorums that hear of it
 * take both majorities; and it is put in force when a majority of the new list has everything that
 * a majority of the old had when it accepted. What that is, this node learns first and compares: of
 * two voters with equal counters one may hold another branch. Not thread-safe.
 *
 * <ol>
 *   <li>Reach: a majority of the new list answers and is of the branches here, or nothing is begun.
 *   <li>Prepare, accept: a majority of the old promises, then accepts, and each time shows what it
 *       has, which has to be here too.
 *   <li>Cover: a majority of the new has what those had.
 *   <li>Settle: the catalogue says so.
 * </ol>
 */
final class VoterChange extends Asking {
  private static final long BACK_OFF_MILLIS = 50;

  private enum Phase {
    REACH,
    PREPARE,
    ACCEPT,
    COVER,
    SETTLE
  }

  private final Electorate electorate;
  private final HostPort here;
  private final List<String> wanted;
  private final Map<String, Message.VoteTell> votes = new HashMap<>();

  /** Where those stand that are asked in this phase. */
  private final Stands stands;

  private Phase phase = Phase.REACH;
  private VoterView view;
  private Ballot ballot = Ballot.NONE;
  private long roundMax;
  private long waitUntilMillis;
  private List<String> value = List.of();
  private VersionVector target = VersionVector.EMPTY;

  /** Whether the wanted list was ever proposed, so that it may come about later. */
  private boolean begun;

  /**
   * A change that has asked nobody yet.
   *
   * @param here the address of this node, for its own vote
   */
  VoterChange(
      Electorate electorate,
      HostPort here,
      String space,
      long operation,
      List<String> wanted,
      long deadlineMillis) {
    super(space, operation, deadlineMillis);
    this.electorate = electorate;
    this.here = here;
    this.wanted = VoterView.list(wanted);
    this.view = electorate.view(space);
    this.request = electorate.nextRequest();
    this.stands = new Stands(electorate, space);
  }

  @Override
  long standsRequest() {
    return stands.request();
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    switch (phase) {
      case REACH -> askWhereTheyStand(wanted, effects);
      case COVER -> stands.ask(value, target, view.fingerprint(), effects);
      case PREPARE, ACCEPT -> {
        askForVotes(phase == Phase.PREPARE ? List.of() : value, effects, nowMillis);
        askWhereTheyStand(votes.keySet(), effects);
      }
      case SETTLE -> effects.add(new Effect.Settle(operation, space, view.version() + 1, value));
    }
  }

  private void askWhereTheyStand(Collection<String> voters, List<Effect> effects) {
    stands.ask(voters, VersionVector.EMPTY, view.fingerprint(), effects);
  }

  private void askForVotes(List<String> voters, List<Effect> effects, long nowMillis) {
    if (nowMillis < waitUntilMillis) {
      return;
    }
    Set<String> missing = new HashSet<>(view.voters());
    missing.removeAll(votes.keySet());
    Message.VoteAsk ask = new Message.VoteAsk(space, request, view.version() + 1, ballot, voters);
    electorate.send(missing, ask, effects);
    if (missing.contains(electorate.self) && electorate.speaks(space)) {
      effects.add(new Effect.Vote(here, ask));
    }
  }

  private void enter(Phase next, List<Effect> effects, long nowMillis) {
    phase = next;
    askAnew(electorate.nextRequest());
    votes.clear();
    if (next != Phase.COVER) {
      stands.clear(); // who shows then that it has what those have need not be asked again
    }
    ask(effects, nowMillis);
  }

  private void prepare(List<Effect> effects, long nowMillis) {
    // No two attempts have the same number, also not of two processes of one node.
    ballot = new Ballot(++roundMax, electorate.nextRequest());
    enter(Phase.PREPARE, effects, nowMillis);
  }

  @Override
  Peer.Speech speech() {
    return Peer.Speech.STANDS;
  }

  @Override
  boolean onTell(HostPort from, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    return !isOvertaken(tell.view(), effects, nowMillis) && stands.onOlder(from, tell);
  }

  @Override
  void onStand(HostPort from, StandTell tell, List<Effect> effects, long nowMillis) {
    if (!isOvertaken(tell.view(), effects, nowMillis)) {
      stands.onTell(from, tell);
    }
  }

  private boolean isOvertaken(@Nullable VoterView theirs, List<Effect> effects, long nowMillis) {
    if (theirs == null || theirs.version() <= view.version()) {
      return false;
    }
    startOver(theirs, effects, nowMillis);
    return true;
  }

  @Override
  void onSame(ForkTalk.Judged judged) {
    stands.onSame(judged);
  }

  /** What was compared is not here any more: those who have accepted are asked again. */
  @Override
  boolean replaced(List<Effect> effects, long nowMillis) {
    if (phase == Phase.COVER) {
      enter(Phase.ACCEPT, effects, nowMillis);
    } else if (phase != Phase.SETTLE) {
      enter(phase, effects, nowMillis);
    }
    return false;
  }

  @Override
  void onVote(Message.VoteTell tell, List<Effect> effects, long nowMillis) {
    if (tell.view().version() > view.version()) {
      startOver(tell.view(), effects, nowMillis);
    } else if (tell.granted()) {
      votes.put(tell.nodeId(), tell);
      askWhereTheyStand(List.of(tell.nodeId()), effects);
    } else if (tell.promised().compareTo(ballot) > 0) {
      // Somebody else is ahead. Not at once, so that two do not overtake each other for ever.
      roundMax = Math.max(roundMax, tell.promised().round());
      waitUntilMillis = nowMillis + BACK_OFF_MILLIS + (BucketTree.mix(request) & 0x7f);
      prepare(effects, nowMillis);
    }
  }

  private void startOver(VoterView newer, List<Effect> effects, long nowMillis) {
    view = newer;
    ballot = Ballot.NONE;
    roundMax = 0;
    value = List.of();
    begun = false;
    enter(Phase.REACH, effects, nowMillis);
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    VoterView ours = electorate.view(space);
    if (ours.version() > view.version()) {
      startOver(ours, effects, nowMillis);
    }
    if (view.settled().equals(List.of(wanted)) && phase == Phase.REACH) {
      effects.add(new Effect.Acknowledged(operation, VersionVector.EMPTY));
      return true;
    }
    stands.goOn(effects);
    if (electorate.speaks(space)) {
      stands.ownWord(electorate.spaces.frontier(space));
    }
    switch (phase) {
      case REACH -> {
        if (view.isNamed() && Need.isMajority(wanted, stands.voters())) {
          prepare(effects, nowMillis);
        }
      }
      case PREPARE -> {
        if (isMajorityOfOld(shown())) {
          value = highestAccepted();
          begun |= value.equals(wanted);
          enter(Phase.ACCEPT, effects, nowMillis);
        }
      }
      case ACCEPT -> {
        Set<String> shown = shown();
        if (isMajorityOfOld(shown)) {
          target = stands.frontier(shown);
          enter(Phase.COVER, effects, nowMillis);
          return goOn(effects, nowMillis);
        }
      }
      case COVER -> {
        if (Need.isMajority(value, stands.having(target))) {
          enter(Phase.SETTLE, effects, nowMillis);
        }
      }
      case SETTLE -> {}
    }
    return false;
  }

  /** Who has promised, or accepted, and shown since what it has. */
  private Set<String> shown() {
    Set<String> shown = new HashSet<>(votes.keySet());
    shown.retainAll(stands.voters());
    return shown;
  }

  private boolean isMajorityOfOld(Set<String> voters) {
    return view.settled().stream().allMatch(list -> Need.isMajority(list, voters));
  }

  /** What may have been chosen already has to be proposed again. */
  private List<String> highestAccepted() {
    Ballot highest = Ballot.NONE;
    List<String> accepted = wanted;
    for (Message.VoteTell vote : votes.values()) {
      if (vote.accepted().compareTo(highest) > 0) {
        highest = vote.accepted();
        accepted = vote.voters();
      }
    }
    return accepted;
  }

  @Override
  Shortfall shortfall() {
    boolean old = phase == Phase.PREPARE || phase == Phase.ACCEPT;
    List<String> list = old ? view.settled().get(0) : phase == Phase.COVER ? value : wanted;
    Set<String> heard =
        switch (phase) {
          case REACH -> stands.voters();
          case PREPARE, ACCEPT -> shown();
          case COVER, SETTLE -> stands.having(target);
        };
    Set<String> silent = new HashSet<>(list);
    silent.removeAll(heard);
    return new Shortfall(
        begun ? Shortfall.Reason.UNDECIDED : Shortfall.Reason.UNCHANGED,
        Need.among(list, heard),
        Need.majority(list),
        electorate.names(silent));
  }
}
