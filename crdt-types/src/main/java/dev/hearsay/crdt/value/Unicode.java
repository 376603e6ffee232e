package dev.hearsay.crdt.value;

/** Text that UTF-8 can hold. */
public final class Unicode {
  private Unicode() {}

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
