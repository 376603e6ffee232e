package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.ValueFormat;

/**
 * The bytes of an atom: replica 8 bytes, counter varint, time 8 bytes, author text, payload value.
 */
public final class AtomFormat {
  private AtomFormat() {}

  public static void write(ByteWriter out, Atom atom) {
    out.fixed64(atom.replica().value())
        .varint(atom.counter())
        .fixed64(atom.time().packed())
        .text(atom.author());
    ValueFormat.write(out, atom.payload());
  }

  public static Atom read(ByteReader in) {
    ReplicaId replica = new ReplicaId(in.fixed64());
    long counter = in.varintAtLeast(1, "a counter");
    HybridTime time = HybridTime.read(in);
    return new Atom(replica, counter, time, in.text(), ValueFormat.read(in));
  }
}
