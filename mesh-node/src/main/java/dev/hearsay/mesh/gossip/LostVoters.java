package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts another list of voters in force without the majority that would have to agree, because an
 * operator says that so many of them are gone for good. What the lost alone had acknowledged is
 * given up; everything that any other voter has is carried over: all of these, and all of the new
 * list, say what they have, and a majority of the new list has it before the list is in force. If
 * those who are called lost are only cut off, both sides have quorums until they meet; from then on
 * both lists count. Not thread-safe.
 */
final class LostVoters extends Asking {
  /** Nobody may have heard a lost voter for so long: no operation still waits that counted it. */
  static final int SILENT_MILLIS = Acknowledgements.WAIT_MILLIS_MAX;

  private enum Phase {
    ASK,
    COVER,
    SETTLE
  }

  private final Electorate electorate;
  private final Set<String> lost;
  private final List<String> wanted;
  private final VoterView view;
  private final Set<String> have = new HashSet<>();
  private Phase phase = Phase.ASK;
  private boolean overtaken;
  private VersionVector target = VersionVector.EMPTY;

  LostVoters(
      Electorate electorate,
      String space,
      long operation,
      Set<String> lost,
      List<String> wanted,
      long deadlineMillis) {
    super(space, operation, deadlineMillis);
    this.electorate = electorate;
    this.lost = new TreeSet<>(lost);
    this.wanted = VoterView.list(wanted);
    this.view = electorate.view(space);
    this.request = electorate.nextRequest();
  }

  /** Those that were heard too lately to be lost; this node, if it is called lost. */
  private List<String> present(long nowMillis) {
    Set<String> present = new TreeSet<>(electorate.heardSince(nowMillis - SILENT_MILLIS));
    present.add(electorate.self);
    present.retainAll(lost);
    return List.copyOf(present);
  }

  /**
   * Why it must not be done; null if it may.
   *
   * @param listensMillis for how long this node has been listening
   */
  @Nullable Shortfall refusal(long listensMillis, long nowMillis) {
    List<String> present = present(nowMillis);
    if (!present.isEmpty()) {
      return notLost(present);
    } else if (listensMillis < SILENT_MILLIS) {
      int seconds = (int) (listensMillis / 1_000);
      return new Shortfall(Shortfall.Reason.TOO_EARLY, seconds, SILENT_MILLIS / 1_000, List.of());
    }
    Set<String> rest = view.everybody();
    boolean known = rest.containsAll(lost);
    rest.removeAll(lost);
    boolean needed = view.settled().stream().anyMatch(list -> !Need.isMajority(list, rest));
    boolean takesLost = wanted.stream().anyMatch(lost::contains);
    return known && needed && !takesLost
        ? null
        : new Shortfall(Shortfall.Reason.NO_MAJORITY_LOST, lost.size(), 0, List.of());
  }

  private Shortfall notLost(List<String> present) {
    return new Shortfall(Shortfall.Reason.NOT_LOST, present.size(), 0, electorate.names(present));
  }

  /** Whose word is needed: all voters that are not lost, and all that are to be voters. */
  private Set<String> due() {
    Set<String> due = new TreeSet<>(wanted);
    if (phase == Phase.ASK) {
      due.addAll(view.everybody());
      due.removeAll(lost);
    }
    return due;
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    if (phase == Phase.SETTLE) {
      effects.add(new Effect.Settle(operation, space, view.version() + 1, wanted));
      return;
    }
    Set<String> missing = due();
    missing.removeAll(have);
    electorate.send(
        missing,
        new Message.AckAsk(space, request, target, view.fingerprint(), /* recovering= */ false),
        effects);
  }

  private void enter(Phase next, List<Effect> effects, long nowMillis) {
    phase = next;
    have.clear();
    askAnew(electorate.nextRequest());
    ask(effects, nowMillis);
  }

  @Override
  void onTell(Message.AckTell tell, List<Effect> effects, long nowMillis) {
    VoterView theirs = tell.view();
    overtaken |= theirs != null && theirs.version() > view.version();
    take(tell.nodeId(), tell.frontier());
  }

  private void take(String voter, VersionVector frontier) {
    if (phase == Phase.ASK) {
      target = target.join(frontier);
      have.add(voter);
    } else if (frontier.covers(target)) {
      have.add(voter);
    }
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    VoterView now = electorate.view(space);
    if (now.version() > view.version()) {
      boolean done = phase == Phase.SETTLE && now.settled().contains(wanted);
      effects.add(
          done
              ? new Effect.Acknowledged(operation, target)
              : new Effect.NotAcknowledged(operation, shortfall()));
      return true;
    }
    if (phase == Phase.SETTLE) {
      return false;
    }
    if (overtaken) {
      // The list that is to be replaced is not the one in force: it is for whoever calls again.
      effects.add(new Effect.NotAcknowledged(operation, shortfall()));
      return true;
    }
    List<String> present = present(nowMillis);
    if (!present.isEmpty()) {
      effects.add(new Effect.NotAcknowledged(operation, notLost(present)));
      return true;
    }
    if (electorate.speaks(space)) {
      take(electorate.self, electorate.spaces.frontier(space));
    }
    if (phase == Phase.ASK && have.containsAll(due())) {
      enter(Phase.COVER, effects, nowMillis);
      return goOn(effects, nowMillis);
    } else if (phase == Phase.COVER && Need.isMajority(wanted, have)) {
      enter(Phase.SETTLE, effects, nowMillis);
    }
    return false;
  }

  @Override
  Shortfall shortfall() {
    Set<String> silent = due();
    int needed = phase == Phase.ASK ? silent.size() : Need.majority(wanted);
    int had = Need.among(silent, have);
    silent.removeAll(have);
    return new Shortfall(
        phase == Phase.SETTLE ? Shortfall.Reason.UNDECIDED : Shortfall.Reason.UNCHANGED,
        had,
        needed,
        electorate.names(silent));
  }
}
