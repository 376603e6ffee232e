package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts another list of voters in force without the majority that would have to agree, because an
 * operator says that so many of them are gone for good. What the lost alone had acknowledged is
 * given up; everything that any other voter has is carried over: all of these, and all of the new
 * list, show what they have, which has to be here too, and a majority of the new list has it before
 * the list is in force. Where one holds another branch, that has to be resolved first. If those who
 * are called lost are only cut off, both sides have quorums until they meet; from then on both
 * lists count. Not thread-safe.
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
  private final Stands stands;
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
    this.stands = new Stands(electorate, space);
    this.request = stands.request();
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
    stands.ask(due(), target, view.fingerprint(), effects);
  }

  private void enter(Phase next, List<Effect> effects, long nowMillis) {
    phase = next;
    if (next == Phase.ASK) {
      stands.clear();
    }
    askAnew(stands.request());
    ask(effects, nowMillis);
  }

  @Override
  Peer.Speech speech() {
    return Peer.Speech.STANDS;
  }

  @Override
  boolean onTell(HostPort from, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    learn(tell.view());
    return stands.onOlder(from, tell);
  }

  @Override
  void onStand(HostPort from, StandTell tell, List<Effect> effects, long nowMillis) {
    learn(tell.view());
    stands.onTell(from, tell);
  }

  private void learn(@Nullable VoterView theirs) {
    overtaken |= theirs != null && theirs.version() > view.version();
  }

  @Override
  void onSame(ForkTalk.Judged judged) {
    stands.onSame(judged);
  }

  /** What was compared is not here any more. */
  @Override
  boolean replaced(List<Effect> effects, long nowMillis) {
    if (phase != Phase.SETTLE) {
      target = VersionVector.EMPTY;
      enter(Phase.ASK, effects, nowMillis);
    }
    return false;
  }

  private Set<String> having() {
    return stands.having(phase == Phase.COVER ? target : VersionVector.EMPTY);
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
    stands.goOn(effects);
    if (electorate.speaks(space)) {
      stands.ownWord(electorate.spaces.frontier(space));
    }
    if (phase == Phase.ASK && having().containsAll(due())) {
      target = stands.frontier(stands.voters());
      enter(Phase.COVER, effects, nowMillis);
      return goOn(effects, nowMillis);
    } else if (phase == Phase.COVER && Need.isMajority(wanted, having())) {
      enter(Phase.SETTLE, effects, nowMillis);
    }
    return false;
  }

  @Override
  Shortfall shortfall() {
    Set<String> silent = due();
    int needed = phase == Phase.ASK ? silent.size() : Need.majority(wanted);
    int had = Need.among(silent, having());
    silent.removeAll(having());
    return new Shortfall(
        phase == Phase.SETTLE ? Shortfall.Reason.UNDECIDED : Shortfall.Reason.UNCHANGED,
        had,
        needed,
        electorate.names(silent));
  }
}
