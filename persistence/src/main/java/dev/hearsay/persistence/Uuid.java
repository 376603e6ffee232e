package dev.hearsay.persistence;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The two halves of a UUID. */
record Uuid(long high, long low) {
  private static final int TEXT_LENGTH = 36;

  /** The halves of a UUID in its canonical spelling, or null if the text is anything else. */
  static @Nullable Uuid parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return null;
    }
    try {
      UUID uuid = UUID.fromString(text);
      return uuid.toString().equals(text)
          ? new Uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits())
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
