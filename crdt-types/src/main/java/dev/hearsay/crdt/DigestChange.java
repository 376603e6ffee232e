package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;

/** Collects the members that enter and leave a digest. Not thread-safe. */
final class DigestChange {
  private final ByteWriter buffer = new ByteWriter();
  private Digest digest;

  DigestChange(Digest digest) {
    this.digest = digest;
  }

  void add(FieldKey field, Key key, Atom atom) {
    digest = digest.plus(hash(field, key, atom));
  }

  void remove(FieldKey field, Key key, Atom atom) {
    digest = digest.minus(hash(field, key, atom));
  }

  void replace(ReplicaId replica, ReplicaHead old, ReplicaHead head) {
    if (old.counter() > 0) {
      digest = digest.minus(hash(replica, old));
    }
    digest = digest.plus(hash(replica, head));
  }

  Digest result() {
    return digest;
  }

  private Digest hash(FieldKey field, Key key, Atom atom) {
    buffer.reset().u8(field.type().code()).text(field.name());
    KeyFormat.write(buffer, key);
    AtomFormat.write(buffer, atom);
    return Digest.of(buffer);
  }

  private Digest hash(ReplicaId replica, ReplicaHead head) {
    buffer.reset().u8(0).fixed64(replica.value()).varint(head.counter()).fixed64(head.hash());
    return Digest.of(buffer);
  }
}
