package dev.hearsay.mesh.space;

/**
 * Bounds of one space.
 *
 * @param tailChangesMax changes held one by one to serve repair from
 * @param tailBytesMax the same, in bytes
 * @param heldChangesMax changes held back until what they depend on is here
 * @param heldBytesMax the same, in bytes
 * @param eventBytesMax size of one journal event beyond which no more changes are gathered in it;
 *     each of them keeps the state it led to alive until the event is durable
 */
public record SpaceLimits(
    int tailChangesMax,
    long tailBytesMax,
    int heldChangesMax,
    long heldBytesMax,
    int eventBytesMax) {
  public static final SpaceLimits DEFAULT =
      new SpaceLimits(100_000, 16L << 20, 10_000, 8L << 20, 256 << 10);
}
