package dev.hearsay.sim.bench.types;

/** What is measured. */
public enum Work {
  ADD("add", Kind.TIME),
  REMOVE("remove", Kind.TIME),
  CONTAINS("contains", Kind.TIME),
  INCREMENT("increment", Kind.TIME),
  SET("set", Kind.TIME),
  APPLY("apply", Kind.TIME),
  JOIN("join", Kind.TIME),
  DIFF("diff", Kind.TIME),
  ENCODE_CHANGE("encode-change", Kind.TIME),
  DECODE_CHANGE("decode-change", Kind.TIME),
  ENCODE_STATE("encode-state", Kind.TIME),
  DECODE_STATE("decode-state", Kind.TIME),
  DIGEST("digest", Kind.TIME),
  HEAP("heap", Kind.SPACE),
  DIFF_BYTES("diff-bytes", Kind.SPACE),
  DIFF_BYTES_SPARSE("diff-bytes-sparse", Kind.SPACE),
  CODEC_BYTES("codec-bytes", Kind.CODEC),
  CODEC_ENCODE("codec-encode", Kind.CODEC),
  CODEC_DECODE("codec-decode", Kind.CODEC);

  /** How sizes apply. */
  enum Kind {
    /** At every size. */
    TIME,
    /** At the sizes asked for, or else at the largest. */
    SPACE,
    /** Of one fixed change. */
    CODEC
  }

  private final String label;
  private final Kind kind;

  Work(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  /** The name as reports and options have it. */
  public String label() {
    return label;
  }

  Kind kind() {
    return kind;
  }
}
