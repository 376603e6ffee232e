package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is journaled in one write: changes, joined states, and the parts of a transfer, in the order
 * they were applied; or where the space stood when it left the memory.
 *
 * <pre>
 * | version 1B | count varint | (kind 1B; length; bytes)… |
 * kind 1 change
 *      2 diff
 *      9 whole state: a diff from nothing, in the place of everything before
 *      50 a transfer begins: id 8B, 1B (1 if it goes on), elements varint, diff without atoms
 *      51 a piece of it: id 8B, diff
 *      52 its commit record: id 8B
 *      80 where the space stood when it left the memory: CRC-32C 4B, frontier, digest, time 8B
 * </pre>
 */
public record SpaceEvent(List<Part> parts) {
  private static final int VERSION = 1;
  private static final int CHANGE = 1;
  private static final int DIFF = 2;
  private static final int WHOLE = 9;
  private static final int BEGUN = 50;
  private static final int STAGED = 51;
  private static final int COMMITTED = 52;
  private static final int REST = 80;

  /** Most elements of a transfer; more is taken for damage. */
  private static final long ELEMENTS_MAX = 1L << 48;

  /** One thing that was applied. */
  public sealed interface Part {
    int sizeBytes();

    /** Whether it changes what readers see. */
    default boolean isSeen() {
      return true;
    }
  }

  /** A change, own or received. */
  public record Applied(EncodedChange change) implements Part {
    @Override
    public int sizeBytes() {
      return change.sizeBytes();
    }
  }

  /** A state that was joined, as the diff it came in. */
  public record Joined(StateDiff diff, EncodedDiff encoded) implements Part {
    @Override
    public int sizeBytes() {
      return encoded.sizeBytes();
    }
  }

  /**
   * The whole state from here on, whatever was there before: a branch was taken out of it.
   *
   * @param whole a diff from nothing
   */
  public record Replaced(StateDiff whole, EncodedDiff encoded) implements Part {
    @Override
    public int sizeBytes() {
      return encoded.sizeBytes();
    }
  }

  /**
   * A transfer begins: nothing is applied before it is {@link Committed}.
   *
   * @param transfer as its sender named it
   * @param resumes whether it goes on with what is staged
   * @param elements that are to come
   * @param head the diff without its atoms
   */
  public record Begun(
      long transfer, boolean resumes, long elements, StateDiff head, EncodedDiff encoded)
      implements Part {
    @Override
    public int sizeBytes() {
      return encoded.sizeBytes() + 20;
    }

    @Override
    public boolean isSeen() {
      return false;
    }
  }

  /** A piece of a transfer. */
  public record Staged(long transfer, StateDiff piece, EncodedDiff encoded) implements Part {
    @Override
    public int sizeBytes() {
      return encoded.sizeBytes() + 10;
    }

    @Override
    public boolean isSeen() {
      return false;
    }
  }

  /** Everything that was staged of the transfer is joined, here and in one step. */
  public record Committed(long transfer) implements Part {
    @Override
    public int sizeBytes() {
      return 10;
    }
  }

  /**
   * Not a change: written when the space left the memory, to say where it stood. As the last event
   * of a journal it says where that journal leads, and nothing else need be read to know it.
   *
   * @param latest the highest time of any change applied
   */
  public record Rested(VersionVector frontier, Digest digest, HybridTime latest) implements Part {
    public static Rested of(SpaceState state) {
      return new Rested(state.frontier(), state.digest(), state.latest());
    }

    @Override
    public int sizeBytes() {
      return 48 + 18 * frontier.size();
    }

    @Override
    public boolean isSeen() {
      return false;
    }

    private byte[] encode() {
      ByteWriter body = new ByteWriter();
      frontier.write(body);
      digest.write(body);
      byte[] bytes = body.fixed64(latest.packed()).toByteArray();
      return new ByteWriter().fixed32(checksum(bytes)).raw(bytes).toByteArray();
    }

    private static Rested decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int expected = in.fixed32();
      if (checksum(Arrays.copyOfRange(bytes, 4, bytes.length)) != expected) {
        throw RejectedException.malformed("the checksum of a rest is wrong");
      }
      Rested rested = new Rested(VersionVector.read(in), Digest.read(in), HybridTime.read(in));
      in.end();
      return rested;
    }

    private static int checksum(byte[] bytes) {
      CRC32C crc = new CRC32C();
      crc.update(REST);
      crc.update(bytes, 0, bytes.length);
      return (int) crc.getValue();
    }
  }

  public SpaceEvent {
    parts = List.copyOf(parts);
  }

  public byte[] encode() {
    ByteWriter out = new ByteWriter(256).u8(VERSION).varint(parts.size());
    for (Part part : parts) {
      if (part instanceof Applied applied) {
        applied.change().write(out.u8(CHANGE));
      } else if (part instanceof Joined joined) {
        joined.encoded().write(out.u8(DIFF));
      } else if (part instanceof Begun begun) {
        ByteWriter body = new ByteWriter().fixed64(begun.transfer());
        body.u8(begun.resumes() ? 1 : 0).varint(begun.elements());
        begun.encoded().writeRaw(body);
        out.u8(BEGUN).part(body);
      } else if (part instanceof Staged staged) {
        ByteWriter body = new ByteWriter(staged.sizeBytes()).fixed64(staged.transfer());
        staged.encoded().writeRaw(body);
        out.u8(STAGED).part(body);
      } else if (part instanceof Committed committed) {
        out.u8(COMMITTED).part(new ByteWriter(8).fixed64(committed.transfer()));
      } else if (part instanceof Replaced replaced) {
        replaced.encoded().write(out.u8(WHOLE));
      } else if (part instanceof Rested rested) {
        out.u8(REST).bytes(rested.encode());
      }
    }
    return out.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}
   */
  public static SpaceEvent decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new RejectedException(
          RejectedException.Reason.UNKNOWN_VERSION,
          "journal event version " + version + "; this build reads " + VERSION);
    }
    int count = in.count(2, "parts");
    List<Part> parts = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      int kind = in.u8();
      byte[] part = in.bytes();
      parts.add(
          switch (kind) {
            case CHANGE -> new Applied(ChangeFormat.decode(part));
            case DIFF -> new Joined(DiffFormat.decode(part), new EncodedDiff(part));
            case BEGUN -> begun(new ByteReader(part));
            case STAGED -> staged(new ByteReader(part));
            case COMMITTED -> committed(new ByteReader(part));
            case WHOLE -> new Replaced(DiffFormat.decode(part), new EncodedDiff(part));
            case REST -> Rested.decode(part);
            default ->
                throw new RejectedException(
                    RejectedException.Reason.UNKNOWN_VERSION,
                    "journal part " + kind + " is not known to this version");
          });
    }
    in.end();
    return new SpaceEvent(parts);
  }

  private static Part begun(ByteReader in) {
    long transfer = in.fixed64();
    int resumes = in.u8();
    long elements = in.varintAtLeast(0, "a number of elements");
    if (resumes > 1 || elements > ELEMENTS_MAX) {
      throw RejectedException.malformed("a transfer that begins like none");
    }
    byte[] head = in.raw(in.remaining());
    return new Begun(
        transfer, resumes == 1, elements, DiffFormat.decode(head), new EncodedDiff(head));
  }

  private static Part staged(ByteReader in) {
    long transfer = in.fixed64();
    byte[] piece = in.raw(in.remaining());
    return new Staged(transfer, DiffFormat.decode(piece), new EncodedDiff(piece));
  }

  private static Part committed(ByteReader in) {
    Committed committed = new Committed(in.fixed64());
    in.end();
    return committed;
  }
}
