package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A node that may have lost what it acknowledged on a space: it neither acknowledges nor answers
 * until it has pulled what a majority of the other voters have. It asks them only when every
 * operation that counted it before has ended, so that no answer from before the loss is counted
 * beside one from after (Michael et al. 2017 give the run in which that goes wrong). Not
 * thread-safe.
 */
final class Recovery extends Asking {
  private static final long PAUSE_MILLIS = 200;

  /** A space that nobody knows any voters of is not asked about for ever. */
  private static final int ASKS_UNNAMED_MAX = 5;

  private final Electorate electorate;
  private final String catalogue;
  private final long beginMillis;
  private final Set<String> answered = new HashSet<>();
  private VoterView view;
  private VersionVector target = VersionVector.EMPTY;
  private VersionVector books = VersionVector.EMPTY;
  private int asks;

  /**
   * Begins later.
   *
   * @param catalogue the space with the voters
   * @param beginMillis when every operation from before the loss has ended
   */
  Recovery(Electorate electorate, String space, String catalogue, long beginMillis) {
    super(space, /* operation= */ 0, Long.MAX_VALUE);
    this.electorate = electorate;
    this.catalogue = catalogue;
    this.beginMillis = beginMillis;
    this.view = electorate.view(space);
    this.request = electorate.nextRequest();
  }

  /** Whether there is anything to ask for now. */
  @Override
  boolean isDue(long nowMillis) {
    learn(electorate.view(space));
    return electorate.spaces.isOpen(space)
        && nowMillis >= beginMillis
        && nowMillis - askedMillis >= PAUSE_MILLIS
        && !isAnswered()
        && (view.isNamed() || asks < ASKS_UNNAMED_MAX);
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    asks++;
    // All, because the voters it knows of may be those of long ago.
    electorate.sendToAll(
        new Message.AckAsk(
            space, request, VersionVector.EMPTY, view.fingerprint(), /* recovering= */ true),
        effects);
  }

  @Override
  void onTell(Message.AckTell tell, List<Effect> effects, long nowMillis) {
    VoterView theirs = tell.view();
    if (theirs != null && learn(theirs)) {
      return;
    }
    answered.add(tell.nodeId());
    target = target.join(tell.frontier());
    books = books.join(tell.books());
  }

  /** Takes note of voters; true if the answers have to be asked for anew, as {@link Count} does. */
  private boolean learn(VoterView other) {
    VoterView before = view;
    view = view.join(other);
    boolean anew = view.version() > before.version();
    if (anew) {
      answered.clear();
      target = VersionVector.EMPTY;
      books = VersionVector.EMPTY;
      request = electorate.nextRequest();
      askedMillis = 0;
    }
    return anew;
  }

  boolean isNamed() {
    return view.isNamed();
  }

  private boolean isAnswered() {
    for (List<String> list : view.lists()) {
      int others = list.contains(electorate.self) ? list.size() - 1 : list.size();
      Set<String> have = new HashSet<>(answered);
      have.remove(electorate.self);
      if (Need.among(list, have) < others / 2 + 1) {
        return false;
      }
    }
    return view.isNamed();
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    learn(electorate.view(space));
    if (!isAnswered()
        || !electorate.spaces.frontier(space).covers(target)
        || !electorate.spaces.frontier(catalogue).covers(books)) {
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
