package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.format.ChangeFormat;

/** A way to make bytes of {@link Transaction} and to read them back. Not thread-safe. */
interface ChangeCodec {

  static ChangeCodec of(Contender contender) {
    Transaction transaction = Transaction.build();
    PlainChange plain = PlainChange.of(transaction.change(), transaction.frontier());
    return switch (contender) {
      case HEARSAY -> new Own(transaction.change());
      case JSON -> JacksonCodec.json(plain);
      case CBOR -> JacksonCodec.cbor(plain);
      case PROTOBUF -> new ProtobufCodec(plain);
      case PEKKO, WURMLOCH, HASH_SET, HASH_MAP ->
          throw new IllegalArgumentException(contender.label() + " has no codec for a change");
    };
  }

  /** What is encoded. */
  Object original();

  byte[] encode();

  Object decode(byte[] bytes);

  /** Hearsay's format: with a checksum, and the hash that the replica's next change names. */
  record Own(Change original) implements ChangeCodec {
    @Override
    public byte[] encode() {
      return ChangeFormat.encode(original).toByteArray();
    }

    @Override
    public Object decode(byte[] bytes) {
      return ChangeFormat.decode(bytes).change();
    }
  }
}
