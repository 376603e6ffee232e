package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import java.util.List;
import java.util.Set;

/**
 * Whether a peer that says that it is further in a space has what is here, and not another branch
 * under the same counters: what it has more is fetched, and the hashes are compared. Not
 * thread-safe.
 */
final class BranchCheck extends Asking {
  private final Electorate electorate;
  private final Copies wanted;
  private final VersionVector target;
  private final String node;
  private final long incarnation;
  private final Stands stands;
  private boolean givenUp;

  /** Of the process that runs at the peer now. */
  BranchCheck(Electorate electorate, Copies wanted, Message.Row target, Peer peer) {
    super(target.space(), /* operation= */ 0, Long.MAX_VALUE);
    this.electorate = electorate;
    this.wanted = wanted;
    this.target = target.frontier();
    this.node = peer.nodeId;
    this.incarnation = peer.incarnation;
    this.stands = new Stands(electorate, space);
    this.request = stands.request();
  }

  boolean isOf(Peer peer) {
    return peer.incarnation == incarnation && peer.nodeId.equals(node);
  }

  /** Whether it has all of it, and of the same branches. */
  boolean isSame() {
    return stands.having(target).contains(node);
  }

  /** It is not wanted any more. */
  void giveUp() {
    givenUp = true;
  }

  @Override
  void ask(List<Effect> effects, long nowMillis) {
    askedMillis = nowMillis;
    stands.ask(Set.of(node), target, electorate.view(space).fingerprint(), effects);
  }

  @Override
  Peer.Speech speech() {
    return Peer.Speech.STANDS;
  }

  @Override
  void onStand(HostPort from, StandTell tell, List<Effect> effects, long nowMillis) {
    if (tell.nodeId().equals(node) && tell.incarnation() == incarnation) {
      stands.onTell(from, tell);
    }
  }

  @Override
  void onSame(ForkTalk.Judged judged) {
    stands.onSame(judged);
  }

  /** What is wanted stands under other dots now, and is asked for anew. */
  @Override
  boolean replaced(List<Effect> effects, long nowMillis) {
    giveUp();
    return true;
  }

  @Override
  boolean goOn(List<Effect> effects, long nowMillis) {
    stands.goOn(effects);
    return givenUp || wanted.isClosed() || isSame();
  }

  @Override
  Shortfall shortfall() {
    return new Shortfall(Shortfall.Reason.TIMEOUT, 0, 1, electorate.names(Set.of(node)));
  }
}
