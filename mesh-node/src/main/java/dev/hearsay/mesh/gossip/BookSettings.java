package dev.hearsay.mesh.gossip;

/**
 * Times of the books: what every node has, what all have, and whose clock is off.
 *
 * @param sweepMillis between looks at what all holders of a space have
 * @param settleMillis for which something must have been with all holders before it is let go of;
 *     so long a branch may take to be found that only passes for being with them
 * @param askMillis between questions about nodes that are not in reach, while there are any
 * @param silentMillis after which a node of which nothing was heard holds nothing back any more; it
 *     gets what it lacks from the journal, or the state
 * @param clockMillis between looks at a peer's clock
 * @param driftMillis how far a clock may be off the median
 * @param closeEntries entries of replicas that are gone, from which on they are closed; as many may
 *     stand open in what is sent
 */
public record BookSettings(
    int sweepMillis,
    int settleMillis,
    int askMillis,
    long silentMillis,
    int clockMillis,
    long driftMillis,
    int closeEntries) {
  public static final BookSettings DEFAULT =
      new BookSettings(1_000, 5_000, 2_000, 24 * 60 * 60 * 1_000L, 5_000, 30_000, 32);

  /** These, with another {@link #settleMillis}. */
  public BookSettings withSettleMillis(int millis) {
    return new BookSettings(
        sweepMillis, millis, askMillis, silentMillis, clockMillis, driftMillis, closeEntries);
  }

  /** These, with another {@link #silentMillis}. */
  public BookSettings withSilentMillis(long millis) {
    return new BookSettings(
        sweepMillis, settleMillis, askMillis, millis, clockMillis, driftMillis, closeEntries);
  }

  /** These, with another {@link #driftMillis}. */
  public BookSettings withDriftMillis(long millis) {
    return new BookSettings(
        sweepMillis, settleMillis, askMillis, silentMillis, clockMillis, millis, closeEntries);
  }

  /** These, with another {@link #closeEntries}. */
  public BookSettings withCloseEntries(int entries) {
    return new BookSettings(
        sweepMillis, settleMillis, askMillis, silentMillis, clockMillis, driftMillis, entries);
  }
}
