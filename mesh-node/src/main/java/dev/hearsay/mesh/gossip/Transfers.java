package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.List;

/** State transfer: where a peer is below the floor, a frozen state in pieces. Not thread-safe. */
final class Transfers {
  final TransfersIn in;
  final TransfersOut out;
  private final Wants wants;

  /** What is to be asked for now. */
  enum Next {
    WAIT,
    /** The request is dealt with; others may have waited for it. */
    ASK_OTHERS,
    /** The same of the same peer. */
    ASK_AGAIN
  }

  Transfers(
      GossipSettings settings,
      GossipLimits limits,
      Traffic traffic,
      Wants wants,
      long incarnation) {
    this.in = new TransfersIn(settings, limits, traffic);
    this.out = new TransfersOut(limits, traffic, incarnation);
    this.wants = wants;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    out.expire(nowMillis);
    // What waits for this node's own disk, or its turn, does not wait for the peer.
    wants.touch(space -> in.isBusy(space, nowMillis), nowMillis);
    in.onTick(effects, nowMillis);
  }

  static Effect serve(Peer peer, Message.StateResume resume, int bytesMax) {
    StagingReport.Mark mark = new StagingReport.Mark(resume.position(), resume.snapshot());
    return new Effect.ServeRest(resume.space(), peer.address, resume.frontier(), mark, bytesMax);
  }

  /** The peer is below the space's floor: this state is for it. */
  void served(
      Peer peer,
      String space,
      OutgoingState state,
      boolean resumes,
      List<Effect> effects,
      long nowMillis) {
    if (out.hasRoom(peer.address, space)) {
      peer.send(out.begin(peer.address, space, state, resumes, nowMillis), effects);
    }
  }

  /** Of a transfer under way from the peer. */
  Next onMessage(Peer peer, Message.Transfer message, List<Effect> effects, long nowMillis) {
    if (!wants.isAsked(message.space(), peer.address)) {
      return Next.WAIT;
    }
    boolean brought = false;
    if (message instanceof Message.StateOffer offer) {
      if (!in.offered(peer, offer, effects, nowMillis)) {
        in.giveUp(message.space(), effects);
        wants.done(message.space(), peer.address);
        return Next.ASK_OTHERS;
      }
      brought = true;
    } else if (message instanceof Message.StateHead head) {
      brought = in.take(peer, head, effects, nowMillis);
    } else if (message instanceof Message.StatePiece piece) {
      brought = in.take(peer, piece, effects, nowMillis);
    } else if (message instanceof Message.StateGone gone && in.gone(peer, gone, effects)) {
      wants.done(message.space(), peer.address);
      return Next.ASK_AGAIN;
    }
    if (brought) {
      wants.answered(message.space(), nowMillis);
    }
    return Next.WAIT;
  }

  /** The space tells how far a transfer is. */
  Next staged(Peer peer, String space, StagingReport report, List<Effect> effects, long nowMillis) {
    if (in.staged(space, peer.address, report, effects, nowMillis)) {
      wants.done(space, peer.address);
      // There are newer changes by now, some of which there was no room to hold back.
      return Next.ASK_AGAIN;
    }
    wants.answered(space, nowMillis);
    return Next.WAIT;
  }
}
