package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;

/** The types of fields. The code is what stands in every format and never changes its meaning. */
public enum FieldType {
  OR_SET(1, "OrSet"),
  PN_COUNTER(2, "PnCounter"),
  LWW_REGISTER(3, "LwwRegister"),
  OR_MAP(4, "OrMap"),
  APPEND_LOG(5, "AppendLog");

  private static final FieldType[] BY_CODE = new FieldType[values().length + 1];

  static {
    for (FieldType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final String title;

  FieldType(int code, String title) {
    this.code = code;
    this.title = title;
  }

  public int code() {
    return code;
  }

  /** The name as people write it. */
  public String title() {
    return title;
  }

  /**
   * The type of that code.
   *
   * @throws RejectedException {@code UNKNOWN_VERSION} if a newer version made it
   */
  public static FieldType ofCode(int code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new RejectedException(
          RejectedException.Reason.UNKNOWN_VERSION,
          "field type " + code + " is not known to this version");
    }
    return BY_CODE[code];
  }
}
