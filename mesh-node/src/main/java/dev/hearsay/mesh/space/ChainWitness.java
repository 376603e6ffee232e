package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a space says to and of voters: where its chains stand, and whether another's are its own. A
 * counter names a change only on one branch, a hash names it and all before it. Pure and not
 * thread-safe.
 */
final class ChainWitness {
  private static final int SEED = 0x7374616e;

  private final SpaceCore core;

  ChainWitness(SpaceCore core) {
    this.core = core;
  }

  /** The answer; null if there is none to that. */
  @Nullable ForkTalk answer(ForkTalk.Inner talk) {
    if (talk instanceof ForkTalk.WantEnds want) {
      return new ForkTalk.Ends(want.request(), want.known(), ends(want.target()));
    } else if (talk instanceof ForkTalk.Told told) {
      ForkTalk.Branch branch = branch(told.target(), told.heads());
      return new ForkTalk.Judged(told.request(), told.voter(), told.target(), branch);
    } else if (talk instanceof ForkTalk.WantStand want) {
      VersionVector frontier = core.durable().frontier();
      Digest sum = sum(frontier);
      return new ForkTalk.Stand(
          want.request(), want.known(), frontier, sum == null ? Digest.ZERO : sum);
    } else if (talk instanceof ForkTalk.ToldStand told) {
      ForkTalk.Branch branch = branch(told.frontier(), told.chains());
      return new ForkTalk.Judged(told.request(), told.voter(), told.frontier(), branch);
    }
    return null;
  }

  /** How the durable chains go on from the target, for one who has the same or another branch. */
  private List<ForkTalk.Head> ends(VersionVector target) {
    Chains chains = core.branches().chains();
    List<ForkTalk.Head> ends = new ArrayList<>();
    for (int i = 0; i < target.size(); i++) {
      ReplicaId replica = target.replicaAt(i);
      ReplicaHead last = core.durable().head(replica);
      long before = target.counterAt(i) - 1;
      List<Chains.Link> first = chains.beyond(replica, before, last.counter(), /* linksMax= */ 1);
      for (Chains.Link link : first) {
        ends.add(new ForkTalk.Head(replica, link.last(), link.hash()));
        if (link.last() != last.counter()) {
          ends.add(new ForkTalk.Head(replica, last.counter(), last.hash()));
        }
      }
    }
    return ends;
  }

  /**
   * Whether one whose chains go on so has what is in the target here, and not of another branch.
   */
  private ForkTalk.Branch branch(VersionVector target, List<ForkTalk.Head> heads) {
    Chains chains = core.branches().chains();
    ForkTalk.Branch branch = ForkTalk.Branch.SAME;
    for (int i = 0; i < target.size(); i++) {
      boolean same = false;
      boolean other = false;
      for (ForkTalk.Head head : heads) {
        if (head.replica().equals(target.replicaAt(i)) && head.counter() >= target.counterAt(i)) {
          Chains.Link link = chains.at(head.replica(), head.counter());
          same |= link != null && link.hash() == head.hash();
          other |= chains.contradicts(head.replica(), head.counter(), head.hash());
        }
      }
      if (!same && other) {
        return ForkTalk.Branch.OTHER;
      } else if (!same) {
        branch = ForkTalk.Branch.UNKNOWN;
      }
    }
    return branch;
  }

  /** Whether all that one has who stands there is here too. */
  private ForkTalk.Branch branch(VersionVector frontier, Digest chains) {
    Digest here = core.durable().frontier().covers(frontier) ? sum(frontier) : null;
    if (here == null) {
      return ForkTalk.Branch.UNKNOWN;
    }
    return here.equals(chains) ? ForkTalk.Branch.SAME : ForkTalk.Branch.OTHER;
  }

  /**
   * The sum of the hashes of the changes that end there; null where one is not known, because what
   * has it came in a state, or stood in a snapshot.
   */
  private @Nullable Digest sum(VersionVector at) {
    SpaceState durable = core.durable();
    Chains chains = core.branches().chains();
    ByteWriter links = new ByteWriter(18 * at.size() + 16);
    for (int i = 0; i < at.size(); i++) {
      ReplicaId replica = at.replicaAt(i);
      long counter = at.counterAt(i);
      ReplicaHead head = durable.head(replica);
      Chains.Link link = head.counter() == counter ? null : chains.at(replica, counter);
      if (head.counter() != counter && link == null) {
        return null;
      }
      long hash = link == null ? head.hash() : link.hash();
      links.fixed64(replica.value()).varint(counter).fixed64(hash);
    }
    long[] sum = links.murmur128(SEED);
    return new Digest(sum[0], sum[1]);
  }
}
