package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node that may have lost what it acknowledged on a space: it neither acknowledges nor answers
 * until it has pulled what a majority of the other voters have, of the space and of the catalogue
 * with the votes, and both are of the same branches here. It asks them only when every operation
 * that counted it before has ended, so that no answer from before the loss is counted beside one
 * from after (Michael et al. 2017 give the run in which that goes wrong). Not thread-safe.
 */
final class Recovery extends Asking {
  private static final long LATE_MILLIS = 10_000;

  /** A space that nobody knows any voters of is not asked about for ever. */
  private static final int ASKS_UNNAMED_MAX = 5;

  private final Electorate electorate;
  private final long beginMillis;
  private final Stands stands;
  private final Stands books;
  private VoterView view;
  private int asks;

  /** What it last asked under, for whoever finds it by that. */
  List<Long> asked = List.of();

  /**
   * Begins later.
   *
   * @param catalogue the space with the voters
   * @param beginMillis when every operation from before the loss has ended
   */
  Recovery(Electorate electorate, String space, String catalogue, long beginMillis) {
    super(space, /* operation= */ 0, Long.MAX_VALUE);
    this.electorate = electorate;
    this.beginMillis = beginMillis;
    this.view = electorate.view(space);
    this.stands = new Stands(electorate, space);
    this.books = new Stands(electorate, catalogue);
    this.request = stands.request();
  }

  /** What it asks in now, and gets answers under. */
  List<Long> requests() {
    return List.of(stands.request(), books.request());
  }

  /** Whether there is anything to ask for now. */
  @Override
  boolean isDue(long nowMillis) {
    learn(electorate.view(space));
    return electorate.spaces.isOpen(space)
        && nowMillis >= beginMillis
        && !isAnswered()
        && (view.isNamed() || asks < ASKS_UNNAMED_MAX)
        && super.isDue(nowMillis);
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    asks++;
    // All, because the voters it knows of may be those of long ago.
    stands.askRecovering(electorate.inReach(), view.fingerprint(), effects);
    books.ask(stands.voters(), VersionVector.EMPTY, /* known= */ 0, effects);
  }

  @Override
  Peer.Speech speech() {
    return Peer.Speech.STANDS;
  }

  @Override
  boolean onTell(HostPort from, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    VoterView theirs = tell.view();
    if (tell.request() == books.request()) {
      return books.onOlder(from, tell);
    } else if ((theirs != null && learn(theirs)) || !stands.onOlder(from, tell)) {
      return false;
    }
    books.onOlder(from, tell, tell.books());
    return true;
  }

  @Override
  void onStand(HostPort from, StandTell tell, List<Effect> effects, long nowMillis) {
    if (tell.request() == books.request()) {
      books.onTell(from, tell);
      return;
    }
    VoterView theirs = tell.view();
    if (theirs == null || !learn(theirs)) {
      stands.onTell(from, tell);
      books.ask(Set.of(tell.nodeId()), VersionVector.EMPTY, /* known= */ 0, effects);
    }
  }

  @Override
  void onSame(ForkTalk.Judged judged) {
    (judged.request() == books.request() ? books : stands).onSame(judged);
  }

  /** What was compared is not here any more. */
  @Override
  boolean replaced(List<Effect> effects, long nowMillis) {
    beginAnew();
    return false;
  }

  /** Forgets who counted: what was the same then may not be here any more. */
  void beginAnew() {
    stands.clear();
    books.clear();
    askAnew(stands.request());
    askedMillis = NEVER;
  }

  /** Takes note of voters; true if the answers have to be asked for anew, as {@link Count} does. */
  private boolean learn(VoterView other) {
    VoterView before = view;
    view = view.join(other);
    boolean anew = view.version() > before.version();
    if (anew) {
      beginAnew();
    }
    return anew;
  }

  boolean isNamed() {
    return view.isNamed();
  }

  private boolean isAnswered() {
    for (List<String> list : view.lists()) {
      int others = list.contains(electorate.self) ? list.size() - 1 : list.size();
      if (Need.among(list, counted()) < others / 2 + 1) {
        return false;
      }
    }
    return view.isNamed();
  }

  /** The others that count. */
  private Set<String> counted() {
    Set<String> have = new HashSet<>(stands.voters());
    have.retainAll(books.voters());
    have.remove(electorate.self);
    return have;
  }

  /** What it still waits for, for people. */
  String waitsFor(long nowMillis) {
    if (nowMillis < beginMillis) {
      return "whoever may count what it acknowledged, for "
          + (beginMillis - nowMillis + 999) / 1_000
          + " s more";
    } else if (!electorate.spaces.isOpen(space)) {
      return "the space to be here";
    } else if (!view.isNamed()) {
      return "voters to be known: nobody in reach knows any of the space";
    }
    Set<String> lacking = new TreeSet<>();
    for (List<String> list : view.lists()) {
      List<String> others = list.stream().filter(id -> !id.equals(electorate.self)).toList();
      if (others.isEmpty()) {
        lacking.add("another voter, for it is the only one: name others with replaceLostVoters");
      } else if (Need.among(others, counted()) < others.size() / 2 + 1) {
        others.stream()
            .filter(id -> !counted().contains(id))
            .forEach(id -> lacking.add(electorate.name(id) + ": " + lacks(id)));
      }
    }
    return String.join("; ", lacking);
  }

  private String lacks(String voter) {
    return stands.voters().contains(voter)
        ? "its catalogue: " + books.lacks(voter)
        : stands.lacks(voter);
  }

  /** Whether it could have ended by now. */
  boolean isLate(long nowMillis) {
    return nowMillis - beginMillis > LATE_MILLIS;
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    learn(electorate.view(space));
    stands.goOn(effects);
    books.goOn(effects);
    if (!isAnswered()) {
      return false;
    }
    electorate.trust(space);
    effects.add(new Effect.Trusted(space));
    return true;
  }

  @Override
  Shortfall shortfall() {
    throw new IllegalStateException("a recovery has no end in time");
  }
}
