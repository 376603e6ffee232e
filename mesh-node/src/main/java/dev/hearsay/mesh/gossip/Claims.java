package dev.hearsay.mesh.gossip;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What peers are said to have of spaces, in entries of frontiers beyond as many as this node has
 * there itself: whoever may speak of a thousand spaces can name a hundred thousand replicas in
 * each. Where it is too much, of one peer or of all, what is longest known of that peer, or of the
 * one of which there is most, is forgotten and counted. It is told again, and until then the peer
 * passes for having nothing there: that costs a message too many, and something is kept for it.
 * Counted as it comes, so that nothing is walked through. Not thread-safe.
 */
final class Claims {
  /** Of one peer: by space, in the order in which they came to be more than is here. */
  private static final class Account {
    final Map<String, Long> bySpace = new LinkedHashMap<>();
    long entries;
  }

  private final long peerEntriesMax;
  private final long entriesMax;
  private final Traffic traffic;

  /** Those of which there is any: of most peers there is none. */
  private final Map<Peer, Account> accounts = new LinkedHashMap<>();

  private long entries;

  Claims(GossipLimits limits, Traffic traffic) {
    this.peerEntriesMax = limits.frontierEntriesPeer();
    this.entriesMax = limits.frontierEntries();
    this.traffic = traffic;
  }

  /** Entries of all. */
  long entries() {
    return entries;
  }

  /** Whether more is known of the peer there than is here. */
  boolean isCounted(Peer peer, String space) {
    Account account = accounts.isEmpty() ? null : accounts.get(peer);
    return account != null && account.bySpace.containsKey(space);
  }

  /** So much more is known of the peer there than is here. */
  void count(Peer peer, String space, long beyond) {
    Account account = accounts.get(peer);
    if (account == null) {
      if (beyond == 0) {
        return;
      }
      account = new Account();
      accounts.put(peer, account);
    }
    Long before = beyond == 0 ? account.bySpace.remove(space) : account.bySpace.put(space, beyond);
    add(peer, account, beyond - (before == null ? 0 : before));
    while (account.entries > peerEntriesMax) {
      forgetOldest(peer, account);
    }
    while (entries > entriesMax) {
      forgetOfMost();
    }
  }

  private void add(Peer peer, Account account, long more) {
    account.entries += more;
    entries += more;
    if (account.entries == 0) {
      accounts.remove(peer);
    }
  }

  private void forgetOldest(Peer peer, Account account) {
    Map.Entry<String, Long> oldest = account.bySpace.entrySet().iterator().next();
    String space = oldest.getKey();
    long gone = oldest.getValue();
    account.bySpace.remove(space);
    add(peer, account, -gone);
    forgotten();
    peer.forgetAll(space);
  }

  private void forgetOfMost() {
    Map.Entry<Peer, Account> most = accounts.entrySet().iterator().next();
    for (Map.Entry<Peer, Account> each : accounts.entrySet()) {
      if (each.getValue().entries > most.getValue().entries) {
        most = each;
      }
    }
    forgetOldest(most.getKey(), most.getValue());
  }

  /** Something that is known of a peer is not remembered. */
  void forgotten() {
    traffic.forgot(Bound.FRONTIERS, 1);
  }

  /** What is known of the peer is less than before, perhaps: it is all looked at again. */
  void recount(Peer peer) {
    Account account = accounts.get(peer);
    if (account != null) {
      for (String space : account.bySpace.keySet().toArray(String[]::new)) {
        peer.weigh(space);
      }
    }
  }

  /** The peer is known no more. */
  void gone(Peer peer) {
    Account account = accounts.remove(peer);
    entries -= account == null ? 0 : account.entries;
  }
}
