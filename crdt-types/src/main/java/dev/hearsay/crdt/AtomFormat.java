package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.ValueFormat;

/**
 * The bytes of an atom in a digest: replica 8 bytes, counter varint, time 8 bytes, author text,
 * payload value.
 */
public final class AtomFormat {
  private AtomFormat() {}

  public static void write(ByteWriter out, Atom atom) {
    out.fixed64(atom.replica().value()).varint(atom.counter()).fixed64(atom.time().packed());
    atom.origin().writeAuthor(out);
    ValueFormat.write(out, atom.payload());
  }
}
