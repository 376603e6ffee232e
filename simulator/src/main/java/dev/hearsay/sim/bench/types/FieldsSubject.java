package dev.hearsay.sim.bench.types;

/**
 * N counters, or N registers, by name, one of which is written at a time. Returns what the write
 * made, so that nothing is optimised away. Not thread-safe.
 */
interface FieldsSubject {

  /** What every register holds before the first write; counters begin at 1. */
  String INITIAL = "before";

  static FieldsSubject counters(Contender contender, int size) {
    return switch (contender) {
      case HEARSAY -> new HearsayFields.Counters(size);
      case PEKKO -> new PekkoFields.Counters(size);
      case WURMLOCH -> new WurmlochFields.Counters(size);
      case HASH_MAP -> new JavaFields.Counters(size);
      case HASH_SET, JSON, CBOR, PROTOBUF ->
          throw new IllegalArgumentException(contender.label() + " has no counter");
    };
  }

  static FieldsSubject registers(Contender contender, int size) {
    return switch (contender) {
      case HEARSAY -> new HearsayFields.Registers(size);
      case PEKKO -> new PekkoFields.Registers(size);
      case WURMLOCH -> new WurmlochFields.Registers(size);
      case HASH_MAP -> new JavaFields.Registers(size);
      case HASH_SET, JSON, CBOR, PROTOBUF ->
          throw new IllegalArgumentException(contender.label() + " has no register");
    };
  }

  /** Adds 1 to the next counter, or sets the next register to the next value. */
  Object write();

  /** What the last field written holds now. */
  String read(Object written);

  /** The value of that write; two in a row differ. */
  static String value(int write) {
    return "after " + (write & 1023);
  }
}
