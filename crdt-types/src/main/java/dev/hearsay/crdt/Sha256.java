package dev.hearsay.crdt;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, without a new engine for each use. */
final class Sha256 {
  private static final ThreadLocal<MessageDigest> ENGINE =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("every Java platform has SHA-256", e);
            }
          });

  private Sha256() {}

  static byte[] of(byte[] bytes) {
    return ENGINE.get().digest(bytes);
  }
}
