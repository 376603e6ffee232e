package dev.hearsay.mesh.gossip;

import java.util.Locale;

/** Bounds beyond which something is forgotten, or not remembered in the first place. */
public enum Bound {
  /** Peers: one that had not spoken for long made room, or a newcomer had none. */
  PEERS,
  /** Announced changes that have not come; repair brings them. */
  GAPS,
  /** Changes that have come and are not durable; they may come again, and are not passed on. */
  ARRIVALS,
  /** Links of origins; they start anew. */
  TREES,
  /** Origins without a space whose changes were handed in here; repair spreads what they write. */
  HANDED_IN,
  /** Rows of announcements to peers that answer nothing; repair tells them. */
  ANNOUNCEMENTS,
  /** What a peer has of a space, of which more was claimed than is here; it is told again. */
  FRONTIERS,
  /** Questions of peers that wait for something to be durable; they ask again. */
  QUESTIONS,
  /** Spaces that peers spoke of and that are not here yet; repair finds them. */
  MENTIONS,
  /** Spaces of which a peer is to be told what is closed; later closings tell it. */
  CLOSINGS,
  /** Peers whose state of a space was refused; they are asked again at once. */
  SHUNNED,
  /** What peers say of branches, and ask voters, and a space has not heard; they say it again. */
  TALK,
  /** Votes that a peer asks for while another is being written for it; it asks again. */
  VOTES,
  /** Messages in pieces; their senders repeat what matters. */
  FRAGMENTS,
  /** What a voter was heard to have: that it lost it would not be noticed. */
  VOTERS;

  /** As counters name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
