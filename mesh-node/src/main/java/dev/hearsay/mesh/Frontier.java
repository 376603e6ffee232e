package dev.hearsay.mesh;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Base64;

/**
 * What a replica of a space has applied: a token that another node can wait for with {@link
 * Space#awaitFrontier}. Prints as a short string that {@link #parse} reads back. Immutable.
 *
 * @param versions the version vector; stands only at change boundaries
 */
public record Frontier(VersionVector versions) {
  /** True if everything in {@code other} is in this frontier too. */
  public boolean covers(Frontier other) {
    return versions.covers(other.versions);
  }

  /**
   * Reads what {@link #toString} printed.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION} if it is not a frontier
   */
  public static Frontier parse(String text) {
    try {
      return new Frontier(VersionVector.decode(Base64.getUrlDecoder().decode(text)));
    } catch (IllegalArgumentException | RejectedException e) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION, "'" + text + "' is not a frontier", e);
    }
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(versions.encode());
  }
}
