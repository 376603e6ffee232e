package dev.hearsay.crdt.value;

import java.nio.charset.StandardCharsets;

/** Text that UTF-8 can hold. */
public final class Unicode {
  private Unicode() {}

  /** True if the text takes more bytes of UTF-8. */
  public static boolean isLongerThan(String text, int bytes) {
    return text.length() > bytes
        || (text.length() > bytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > bytes);
  }

  /**
   * Refuses half a surrogate pair, which an encoder would silently replace.
   *
   * @throws RejectedException {@code UNSUPPORTED}
   */
  public static void require(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw new RejectedException(
              RejectedException.Reason.UNSUPPORTED,
              "text with half a surrogate pair at index " + i);
        }
        i++;
      }
    }
  }
}
