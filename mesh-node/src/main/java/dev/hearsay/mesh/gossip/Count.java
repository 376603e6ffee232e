package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the voters that have something durable, for a write, or what the voters have durable, for
 * a read. While a change of voters is pending at any voter that answers, a majority of the new list
 * counts too, so that the two majorities always meet (joint majorities: Ongaro 2014, §4.3). Not
 * thread-safe.
 */
final class Count extends Asking {
  private final Electorate electorate;
  private final VersionVector target;
  private final Need need;
  private final Map<String, VersionVector> answers = new HashMap<>();
  private VoterView view;
  private VoterView asked = VoterView.NONE;

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
    this.request = electorate.nextRequest();
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

  /** What those that answered have, together. */
  VersionVector frontier() {
    VersionVector frontier = VersionVector.EMPTY;
    for (VersionVector answer : answers.values()) {
      frontier = frontier.join(answer);
    }
    return frontier;
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    asked = view;
    Set<String> missing = new HashSet<>(view.everybody());
    missing.removeAll(answers.keySet());
    long known = view.fingerprint();
    Message question =
        isRead()
            ? new Message.AckAsk(space, request, target, known, /* recovering= */ false)
            : new ChainAsk(space, request, target, known);
    electorate.send(missing, question, effects);
  }

  @Override
  void onTell(Message.AckTell tell, List<Effect> effects, long nowMillis) {
    VoterView theirs = tell.view();
    if (theirs != null && learn(theirs)) {
      return;
    }
    // Counters alone are not enough for a write: they may be those of another branch.
    if (isRead()) {
      answers.merge(tell.nodeId(), tell.frontier(), VersionVector::join);
    }
  }

  /** The voter has the target, and what is in it is what is here. */
  void onSame(String voter) {
    answers.put(voter, target);
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
      answers.clear();
      askAnew(electorate.nextRequest());
      asked = VoterView.NONE;
    }
    return anew;
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    learn(electorate.view(space));
    if (view.everybody().contains(electorate.self) && electorate.speaks(space)) {
      VersionVector here = electorate.spaces.frontier(space);
      if (here.covers(target)) {
        answers.put(electorate.self, here);
      }
    }
    if (!need.isPossible(view)) {
      return false;
    }
    if (need.isMet(view, answers.keySet())) {
      effects.add(new Effect.Acknowledged(operation, isRead() ? frontier() : target));
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
    return !answers.containsKey(electorate.self) && view.everybody().contains(electorate.self);
  }

  @Override
  Shortfall shortfall() {
    Set<String> silent = new HashSet<>(view.everybody());
    silent.removeAll(answers.keySet());
    return new Shortfall(
        need.isPossible(view) ? Shortfall.Reason.TIMEOUT : Shortfall.Reason.TOO_FEW_VOTERS,
        need.had(view, answers.keySet()),
        need.needed(view, answers.keySet()),
        electorate.names(silent));
  }
}
