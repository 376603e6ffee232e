package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the voters that have something durable, for a write, or what the voters have durable, for
 * a read. A voter counts for a write if it has the change, and for a read if all that it has is
 * here too: in both of the branch that is here, which the hashes of the chains tell. While a change
 * of voters is pending at any voter that answers, a majority of the new list counts too, so that
 * the two majorities always meet (joint majorities: Ongaro 2014, §4.3). Not thread-safe.
 */
final class Count extends Asking {
  private final Electorate electorate;
  private final VersionVector target;
  private final Need need;

  /** For a write: who has it. */
  private final Set<String> having = new HashSet<>();

  /** For a write: the starts of those that answered. */
  private final Map<String, Long> incarnations = new HashMap<>();

  /** For a read: where the voters stand. */
  private final Stands stands;

  private VoterView view;
  private VoterView asked = VoterView.NONE;
  private boolean askedBefore;

  /** Who was asked for counters alone. */
  private final Set<String> olderAsked = new HashSet<>();

  /**
   * A count that has asked nobody yet.
   *
   * @param target what voters must have; empty to learn what they have
   */
  Count(
      Electorate electorate,
      String space,
      long operation,
      VersionVector target,
      Need need,
      long deadlineMillis) {
    super(space, operation, deadlineMillis);
    this.electorate = electorate;
    this.target = target;
    this.need = need;
    this.view = electorate.view(space);
    this.stands = new Stands(electorate, space);
    this.request = stands.request();
  }

  VersionVector target() {
    return target;
  }

  boolean isRead() {
    return target.isEmpty();
  }

  VoterView view() {
    return view;
  }

  Need need() {
    return need;
  }

  private Set<String> counted() {
    return isRead() ? stands.voters() : having;
  }

  /** What those that count have, together. */
  VersionVector frontier() {
    return isRead() ? stands.frontier(stands.voters()) : target;
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    asked = view;
    if (isRead()) {
      stands.ask(view.everybody(), target, view.fingerprint(), effects);
      return;
    }
    Set<String> missing = new HashSet<>(view.everybody());
    missing.removeAll(having);
    Message.AckAsk older =
        new Message.AckAsk(space, request, target, Message.AckAsk.OLDER, /* recovering= */ false);
    ChainAsk question = new ChainAsk(space, request, target, view.fingerprint());
    olderAsked.addAll(
        electorate.ask(
            missing,
            new Electorate.Question(Peer.Speech.CHANGES, question, older, askedBefore),
            effects));
    askedBefore = true;
  }

  @Override
  Peer.Speech speech() {
    return isRead() ? Peer.Speech.STANDS : Peer.Speech.CHANGES;
  }

  /**
   * A voter without hashes: it may have the counters of another branch, and counts all the same.
   */
  @Override
  boolean onTell(HostPort from, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    VoterView theirs = tell.view();
    if (theirs != null && learn(theirs)) {
      return false;
    } else if (isRead()) {
      return stands.onOlder(from, tell);
    } else if (!olderAsked.contains(tell.nodeId()) || !tell.frontier().covers(target)) {
      return false;
    }
    having.add(tell.nodeId());
    electorate.remember(tell.nodeId(), space, tell.incarnation(), target);
    return true;
  }

  @Override
  void onStand(HostPort from, StandTell tell, List<Effect> effects, long nowMillis) {
    VoterView theirs = tell.view();
    if (isRead() && (theirs == null || !learn(theirs))) {
      stands.onTell(from, tell);
    }
  }

  /** A voter tells the hashes of what it has; whether it counts, the space says. */
  void onChains(ChainTell tell) {
    VoterView theirs = tell.view();
    if (theirs != null) {
      var unused = learn(theirs);
    }
    incarnations.put(tell.nodeId(), tell.incarnation());
  }

  @Override
  void onSame(ForkTalk.Judged judged) {
    Long incarnation = incarnations.get(judged.voter());
    if (isRead()) {
      stands.onSame(judged);
    } else if (incarnation != null) {
      having.add(judged.voter());
      electorate.remember(judged.voter(), space, incarnation, target);
    }
  }

  /** What was counted of a write is not here any more; a read looks again. */
  @Override
  boolean replaced(List<Effect> effects, long nowMillis) {
    if (isRead()) {
      beginAnew();
      ask(effects, nowMillis);
    }
    return !isRead();
  }

  private void beginAnew() {
    stands.clear();
    askAnew(stands.request());
    asked = VoterView.NONE;
  }

  /**
   * Takes note of voters; true if a read has to begin anew. What a node of the new list answered
   * before the list was in force may lack what the old list had acknowledged until then.
   */
  private boolean learn(VoterView other) {
    VoterView before = view;
    view = view.join(other);
    boolean anew = isRead() && before.isNamed() && view.version() > before.version();
    if (anew) {
      beginAnew();
    }
    return anew;
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    learn(electorate.view(space));
    if (view.everybody().contains(electorate.self) && electorate.speaks(space)) {
      VersionVector here = electorate.spaces.frontier(space);
      if (isRead()) {
        stands.ownWord(here);
      } else if (here.covers(target)) {
        having.add(electorate.self);
      }
    }
    if (isRead()) {
      stands.goOn(effects);
    }
    if (!need.isPossible(view)) {
      return false;
    }
    if (need.isMet(view, counted())) {
      effects.add(new Effect.Acknowledged(operation, frontier()));
      return true;
    }
    if (!asked.equals(view)) {
      // Voters that were not known: ask them now, not when the others are asked again.
      ask(effects, nowMillis);
    }
    return false;
  }

  @Override
  boolean waitsForHere() {
    return isRead()
        || (!having.contains(electorate.self) && view.everybody().contains(electorate.self));
  }

  @Override
  Shortfall shortfall() {
    Set<String> silent = new HashSet<>(view.everybody());
    silent.removeAll(counted());
    return new Shortfall(
        need.isPossible(view) ? Shortfall.Reason.TIMEOUT : Shortfall.Reason.TOO_FEW_VOTERS,
        need.had(view, counted()),
        need.needed(view, counted()),
        electorate.names(silent));
  }
}
