package dev.hearsay.mesh.gossip;

/**
 * Bounds of what a peer can cost. What is beyond them is refused or put off, and counted in {@link
 * Traffic}.
 *
 * @param transfersInMax states on their way in at the same time; more wait
 * @param transfersOutMax states on their way out at the same time; whoever asks for more asks again
 * @param elementsMax elements of one transfer in
 * @param bytesMax bytes of one transfer in
 * @param headBytesMax bytes of its head, which is held in memory
 * @param creditBytes of a transfer that are on their way, or here and not yet durable, before more
 *     is asked for; twice that at most
 * @param idleMillis after which a transfer out that nobody fetches is given up
 * @param answersBytes changes sent to a peer in answers that it has not shown to have taken
 * @param undeliveredPeerBytes of changes that a peer brought and that are not yet dealt with, in
 *     memory
 * @param undeliveredBytes the same, of all peers
 * @param frontierEntriesPeer entries in what a peer is said to have of all spaces, beyond as many
 *     as this node has there itself
 * @param frontierEntries the same, of all peers
 * @param unheardMillis after which an address that was only learned and never answered is forgotten
 * @param goneMillis after which a peer that was not configured and does not answer is forgotten
 * @param mentionMillis silence after which others are not told of a peer any more
 */
public record GossipLimits(
    int transfersInMax,
    int transfersOutMax,
    long elementsMax,
    long bytesMax,
    int headBytesMax,
    int creditBytes,
    int idleMillis,
    int answersBytes,
    long undeliveredPeerBytes,
    long undeliveredBytes,
    long frontierEntriesPeer,
    long frontierEntries,
    long unheardMillis,
    long goneMillis,
    long mentionMillis) {
  private static final long MINUTE = 60_000;

  public static final GossipLimits DEFAULT =
      new GossipLimits(
          4,
          16,
          100_000_000,
          16L << 30,
          64 << 20,
          1 << 20,
          30_000,
          4 << 20,
          64L << 20,
          256L << 20,
          1 << 20,
          1 << 22,
          30 * MINUTE,
          7 * 24 * 60 * MINUTE,
          60 * MINUTE);
}
