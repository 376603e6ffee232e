package dev.hearsay.persistence;

import org.jspecify.annotations.Nullable;

/** The two halves of a UUID. */
record Uuid(long high, long low) {
  private static final int TEXT_LENGTH = 36;

  /** The halves of a UUID in its canonical spelling, or null if the text is anything else. */
  static @Nullable Uuid parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < TEXT_LENGTH; i++) {
      char c = text.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return null;
        }
        continue;
      }
      int digit = digit(c);
      if (digit < 0) {
        return null;
      }
      if (i < 18) {
        high = high << 4 | digit;
      } else {
        low = low << 4 | digit;
      }
    }
    return new Uuid(high, low);
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }
}
