package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;

/** The types of fields. The code is what stands in every format and never changes its meaning. */
public enum FieldType {
  OR_SET(1, "OrSet", Keys.VALUES),
  PN_COUNTER(2, "PnCounter", Keys.COUNTS),
  LWW_REGISTER(3, "LwwRegister", Keys.ONE),
  OR_MAP(4, "OrMap", Keys.VALUES),
  APPEND_LOG(5, "AppendLog", Keys.LOG),
  MV_REGISTER(6, "MvRegister", Keys.ONE),
  CONFIDENCE_REGISTER(7, "ConfidenceRegister", Keys.ONE),
  FLAG(8, "Flag", Keys.ONE);

  /** What a field's atoms stand under. */
  public enum Keys {
    /** All under one, which is null. */
    ONE,
    /** Elements of a set, keys of a map. */
    VALUES,
    /** Hybrid logical time and dot. */
    LOG,
    /** Replicas whose counts and bases they are. */
    COUNTS
  }

  private static final FieldType[] BY_CODE = new FieldType[values().length + 1];

  static {
    for (FieldType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final String title;
  private final Keys keys;

  FieldType(int code, String title, Keys keys) {
    this.code = code;
    this.title = title;
    this.keys = keys;
  }

  public int code() {
    return code;
  }

  /** The name as people write it. */
  public String title() {
    return title;
  }

  public Keys keys() {
    return keys;
  }

  /** True if intervals of keys can be dropped. */
  public boolean hasRanges() {
    return keys == Keys.VALUES || keys == Keys.LOG;
  }

  /** True if a field of this type may hold the key, so that a range may begin or end at it. */
  boolean hasKey(Key key) {
    return switch (keys) {
      case ONE -> key == Value.Null.NULL;
      case VALUES ->
          this == OR_MAP
              ? key instanceof Value.Text
              : key instanceof Value && key != Value.Null.NULL;
      case LOG ->
          key instanceof LogKey entry
              && entry.time() >= 0
              && entry.time() <= HybridTime.MAX.packed()
              && entry.counter() >= 1;
      case COUNTS -> key instanceof CounterKey;
    };
  }

  /** False if an atom says all by its key, so that its payload is null and never written. */
  public boolean hasPayload() {
    return this != OR_SET && this != FLAG;
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
