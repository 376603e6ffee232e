package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers what other nodes ask this one as a voter: at once, or as soon as what they ask for is
 * durable here, and not at all while it may have lost something. Not thread-safe.
 */
final class Witness {
  private final SpaceBook spaces;
  private final Electorate electorate;
  private final Waiters waiters;

  Witness(SpaceBook spaces, Electorate electorate) {
    this.spaces = spaces;
    this.electorate = electorate;
    this.waiters = new Waiters(electorate.traffic);
  }

  void onTick(long nowMillis) {
    waiters.expire(nowMillis);
  }

  /** Something has become durable: who waited for it is told. */
  void published(String space, List<Effect> effects) {
    if (!electorate.speaks(space)) {
      return;
    }
    for (Waiters.Waiter waiter : waiters.takeReady(space, spaces)) {
      Peer peer = electorate.peer(waiter.from());
      if (peer != null && waiter.ask() instanceof Message.AckAsk ask) {
        answer(peer, ask, effects);
      } else if (peer != null && waiter.ask() instanceof ChainAsk ask) {
        askOwnChains(peer, ask, effects);
      }
    }
  }

  /** A question; false if the message is none. */
  boolean onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.AckAsk ask) {
      onAsk(peer, ask, effects, nowMillis);
    } else if (message instanceof ChainAsk ask) {
      onAsk(peer, ask, effects, nowMillis);
    } else if (message instanceof StandAsk ask) {
      if (!spaces.isOpen(ask.space())) {
        spaces.mention(ask.space(), peer.address);
      } else if (electorate.isTrusted(ask.space())) {
        ForkTalk question = new ForkTalk.WantStand(ask.request(), ask.known());
        var unused = electorate.tell(ask.space(), peer.address, question, effects);
      }
    } else {
      return false;
    }
    return true;
  }

  private void onAsk(Peer peer, Message.AckAsk ask, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(ask.space())) {
      spaces.mention(ask.space(), peer.address);
    } else if (ask.known() == Message.AckAsk.OLDER) {
      // The asker wants hashes, and asks so because it does not know yet that it gets them here.
      return;
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
  private void askOwnChains(Peer peer, ChainAsk ask, List<Effect> effects) {
    ForkTalk question = new ForkTalk.WantEnds(ask.request(), ask.target(), ask.known());
    var unused = electorate.tell(ask.space(), peer.address, question, effects);
  }

  private void answer(Peer peer, Message.AckAsk ask, List<Effect> effects) {
    VersionVector frontier = spaces.frontier(ask.space());
    peer.send(
        new Message.AckTell(
            ask.space(),
            ask.request(),
            electorate.self,
            electorate.incarnation,
            ask.target().isEmpty() ? frontier : Electorate.restricted(frontier, ask.target()),
            viewUnless(ask.known(), ask.space()),
            ask.recovering() ? spaces.frontier(Acknowledgements.CATALOGUE) : VersionVector.EMPTY),
        effects);
  }

  /** What the space has to say to a question. */
  void onTalk(String space, HostPort to, ForkTalk.Inner talk, List<Effect> effects) {
    Peer peer = electorate.peer(to);
    if (peer == null || !electorate.speaks(space)) {
      return;
    }
    if (talk instanceof ForkTalk.Ends ends) {
      peer.send(
          new ChainTell(
              space,
              ends.request(),
              electorate.self,
              electorate.incarnation,
              ends.heads(),
              viewUnless(ends.known(), space)),
          effects);
    } else if (talk instanceof ForkTalk.Stand stand) {
      peer.send(
          new StandTell(
              space,
              stand.request(),
              electorate.self,
              electorate.incarnation,
              stand.frontier(),
              stand.chains(),
              viewUnless(stand.known(), space)),
          effects);
    }
  }

  /** The voters as known here; null if the asker knows the same. */
  private @Nullable VoterView viewUnless(long known, String space) {
    VoterView view = electorate.view(space);
    return view.fingerprint() == known ? null : view;
  }
}
