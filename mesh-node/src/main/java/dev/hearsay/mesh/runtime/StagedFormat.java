package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.DotSet;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.space.JournaledState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is staged of a transfer, in a snapshot: blocks, each {@code | length 4B | bytes |}.
 *
 * <pre>
 * block 1  transfer 8B, total varint, taken varint, last 1B (0 none, 1: replica 8B, counter varint),
 *          runs varint
 * block 2  the diff without atoms from where the transfer first began
 * block 3  the diff without atoms by which it goes on
 * runs     each a diff of atoms of one field, as a piece is
 * </pre>
 */
final class StagedFormat {
  private static final int RUN_ATOMS_MAX = 1 << 13;
  private static final int BLOCK_BYTES_MAX = 1 << 30;

  private StagedFormat() {}

  static void write(JournaledState.Staged staged, OutputStream out) throws IOException {
    StagedState state = staged.state();
    int[] runs = new int[1];
    state.forEachRun(RUN_ATOMS_MAX, run -> runs[0]++);
    ByteWriter first = new ByteWriter().fixed64(staged.transfer());
    first.varint(state.total()).varint(state.taken());
    Dot last = state.last();
    first.u8(last == null ? 0 : 1);
    if (last != null) {
      first.fixed64(last.replica().value()).varint(last.counter());
    }
    block(out, first.varint(runs[0]).toByteArray());
    block(out, DiffFormat.encode(state.books()));
    block(out, DiffFormat.encode(state.head()));
    try {
      state.forEachRun(RUN_ATOMS_MAX, run -> unchecked(out, DiffFormat.encode(diff(state, run))));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static StateDiff diff(StagedState state, FieldAtoms run) {
    SortedMap<ReplicaId, ReplicaHead> heads = new TreeMap<>();
    state
        .books()
        .heads()
        .forEach(
            (replica, head) ->
                heads.put(replica, new ReplicaHead(head.counter(), VersionVector.EMPTY, 0)));
    return new StateDiff(
        VersionVector.EMPTY, heads, state.head().latest(), List.of(run), DotSet.EMPTY);
  }

  private static void unchecked(OutputStream out, byte[] bytes) {
    try {
      block(out, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void block(OutputStream out, byte[] bytes) throws IOException {
    out.write(new ByteWriter(4).fixed32(bytes.length).toByteArray(), 0, 4);
    out.write(bytes);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  static JournaledState.Staged read(InputStream in) throws IOException {
    ByteReader first = new ByteReader(block(in));
    long transfer = first.fixed64();
    long total = first.varintAtLeast(0, "a number of elements");
    long taken = first.varintAtLeast(0, "a number of elements");
    Dot last = last(first);
    long runs = first.varintAtLeast(0, "a number of runs");
    first.end();
    StateDiff books = DiffFormat.decode(block(in));
    StateDiff head = DiffFormat.decode(block(in));
    StagedState state = StagedState.restore(books, head, total, taken, last);
    for (long i = 0; i < runs; i++) {
      for (FieldAtoms run : DiffFormat.decode(block(in)).beyond()) {
        state = state.restored(run);
      }
    }
    return new JournaledState.Staged(transfer, state);
  }

  private static @Nullable Dot last(ByteReader in) {
    return switch (in.u8()) {
      case 0 -> null;
      case 1 -> new Dot(new ReplicaId(in.fixed64()), in.varintAtLeast(1, "a counter"));
      default -> throw RejectedException.malformed("a transfer with neither a last dot nor none");
    };
  }

  private static byte[] block(InputStream in) throws IOException {
    int length = new ByteReader(exactly(in, 4)).fixed32();
    if (length < 0 || length > BLOCK_BYTES_MAX) {
      throw RejectedException.malformed("a block of " + length + " bytes of a transfer");
    }
    return exactly(in, length);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw RejectedException.malformed("a transfer that ends early");
    }
    return bytes;
  }
}
