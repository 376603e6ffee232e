package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.List;

/**
 * What two holders of a space say to each other about the chains of its replicas; {@link Inner} is
 * said within one node.
 */
public sealed interface ForkTalk {
  /** The same, without what lies beyond the frontier. */
  ForkTalk within(VersionVector frontier);

  /** Most links in one message. */
  int LINKS_MAX = 4_096;

  /**
   * The end of a replica's chain.
   *
   * @param counter of the last dot of its last durable change
   * @param hash of that change
   */
  record Head(ReplicaId replica, long counter, long hash) {}

  /**
   * One change of a chain.
   *
   * @param first counter of its first dot; 0 if only its end is known
   * @param last counter of its last dot
   * @param hash of its bytes
   */
  record Link(long first, long last, long hash) {}

  /**
   * Where the sender's chains end.
   *
   * @param answer whether the receiver is asked for its own
   * @param forked the replicas of which the sender knows that the receiver has another branch
   */
  record Heads(List<Head> heads, List<ReplicaId> forked, boolean answer) implements ForkTalk {
    public Heads {
      heads = List.copyOf(heads);
      forked = List.copyOf(forked);
    }

    @Override
    public ForkTalk within(VersionVector frontier) {
      return new Heads(
          heads.stream().filter(head -> frontier.covers(head.replica(), head.counter())).toList(),
          forked.stream().filter(replica -> frontier.counter(replica) > 0).toList(),
          answer);
    }
  }

  /**
   * Asks how the receiver's chain goes on.
   *
   * @param after counter of the last dot of the sender's change to start from; 0 for the beginning
   * @param hash of that change; 0 for the beginning
   */
  record WantLinks(ReplicaId replica, long after, long hash) implements ForkTalk {
    @Override
    public ForkTalk within(VersionVector frontier) {
      return this;
    }
  }

  /**
   * How the sender's chain goes on, as far as one message holds.
   *
   * @param after as it was asked
   * @param sharesAfter whether the sender's chain has that change too
   * @param frontier the sender's
   */
  record Links(
      ReplicaId replica, long after, boolean sharesAfter, VersionVector frontier, List<Link> links)
      implements ForkTalk {
    public Links {
      links = List.copyOf(links);
    }

    @Override
    public ForkTalk within(VersionVector other) {
      return new Links(
          replica,
          after,
          sharesAfter,
          Answers.meet(other, frontier),
          links.stream().filter(link -> other.covers(replica, link.last())).toList());
    }
  }

  /**
   * Between a space and the gossip of its own node. It is never on the wire: what a voter asks and
   * tells has messages of its own.
   */
  sealed interface Inner extends ForkTalk {
    @Override
    default ForkTalk within(VersionVector frontier) {
      return this;
    }
  }

  /** The peer has not answered for long, or is gone: it will bring again what it has brought. */
  record Silent() implements Inner {}

  /**
   * A peer wants to know whether this space has the target: how do its chains go on from there?
   *
   * @param known handed back
   */
  record WantEnds(long request, VersionVector target, long known) implements Inner {}

  /**
   * In answer to {@link WantEnds}.
   *
   * @param heads of each replica in the target that is durable so far: the first change known that
   *     ends there or later, and the last one
   */
  record Ends(long request, long known, List<Head> heads) implements Inner {
    public Ends {
      heads = List.copyOf(heads);
    }
  }

  /** A voter has told such heads: is what it has in the target what is here? */
  record Told(long request, String voter, VersionVector target, List<Head> heads) implements Inner {
    public Told {
      heads = List.copyOf(heads);
    }
  }

  /**
   * A peer wants to know where this space stands.
   *
   * @param known handed back
   */
  record WantStand(long request, long known) implements Inner {}

  /**
   * In answer to {@link WantStand}: what is durable.
   *
   * @param chains the sum of the hashes where the chains end
   */
  record Stand(long request, long known, VersionVector frontier, Digest chains) implements Inner {}

  /** A voter stands there: is all that it has here, and of the same branches? */
  record ToldStand(long request, String voter, VersionVector frontier, Digest chains)
      implements Inner {}

  /**
   * In answer to {@link Told} and {@link ToldStand}.
   *
   * @param upTo what was judged
   */
  record Judged(long request, String voter, VersionVector upTo, Branch branch) implements Inner {}

  /** How two chains are related, as far as one of them knows. */
  enum Branch {
    /** They have the change in question in common. */
    SAME,
    /** They parted before it. */
    OTHER,
    /** Nothing that was told of the one is known of the other. */
    UNKNOWN
  }
}
