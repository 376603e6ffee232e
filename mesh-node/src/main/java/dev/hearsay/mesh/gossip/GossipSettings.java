package dev.hearsay.mesh.gossip;

/**
 * Times and bounds of the gossip.
 *
 * @param tickMillis how often {@link Gossip#onTick} is called
 * @param helloMillis sign of life to every reachable peer
 * @param pauseMillis silence after which messages to and from a peer are taken for lost
 * @param suspectMillis silence after which a peer counts as unreachable and is only probed
 * @param probeMillis between probes of an unreachable peer, unless there are hundreds of them
 * @param repairMillis between comparisons with one random peer, on average
 * @param askAgainMillis after which an unanswered request is given up
 * @param windowBytes pushed to a peer and not acknowledged; beyond it repair brings the rest
 * @param windowPushes the same, in messages
 * @param answerBytes changes sent for one request
 * @param rowsPerMessage most rows in one message
 * @param wantsMax spaces asked for at the same time
 * @param directHoldersMax nodes, reachable or not, up to which a writer sends to all it reaches and
 *     nobody passes on what its writer could have brought
 * @param announceMillis between announcements of what moved
 * @param graftMillis after which something announced that has not come is asked for
 */
public record GossipSettings(
    int tickMillis,
    int helloMillis,
    int pauseMillis,
    int suspectMillis,
    int probeMillis,
    int repairMillis,
    int askAgainMillis,
    int windowBytes,
    int windowPushes,
    int answerBytes,
    int rowsPerMessage,
    int wantsMax,
    int directHoldersMax,
    int announceMillis,
    int graftMillis) {
  public static final GossipSettings DEFAULT =
      new GossipSettings(
          50, 400, 1_500, 2_000, 100, 250, 2_000, 1 << 20, 1_000, 1 << 20, 200, 32, 8, 100, 250);

  /** These, with another {@link #directHoldersMax}. */
  public GossipSettings withDirectHoldersMax(int holders) {
    return new GossipSettings(
        tickMillis,
        helloMillis,
        pauseMillis,
        suspectMillis,
        probeMillis,
        repairMillis,
        askAgainMillis,
        windowBytes,
        windowPushes,
        answerBytes,
        rowsPerMessage,
        wantsMax,
        holders,
        announceMillis,
        graftMillis);
  }
}
