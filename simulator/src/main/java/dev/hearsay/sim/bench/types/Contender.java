package dev.hearsay.sim.bench.types;

/** Who does the work. */
public enum Contender {
  HEARSAY("hearsay"),
  /** Pekko Distributed Data. */
  PEKKO("pekko"),
  WURMLOCH("wurmloch-crdt"),
  /** The floor of what a set costs. */
  HASH_SET("HashSet"),
  /** The floor of what counters and registers by name cost. */
  HASH_MAP("HashMap"),
  JSON("json"),
  CBOR("cbor"),
  PROTOBUF("protobuf");

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  /** The name as reports and options have it. */
  public String label() {
    return label;
  }

  static Contender of(String label) {
    for (Contender contender : values()) {
      if (contender.label.equals(label)) {
        return contender;
      }
    }
    throw new IllegalArgumentException("no system is called " + label);
  }
}
