package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is journaled in one write: changes and joined states, in the order they were applied.
 *
 * <pre>
 * | version 1B | count varint | (kind 1B: 1 change, 2 diff; length; bytes)… |
 * </pre>
 */
public record SpaceEvent(List<Part> parts) {
  private static final int VERSION = 1;
  private static final int CHANGE = 1;
  private static final int DIFF = 2;

  /** One thing that was applied. */
  public sealed interface Part {
    int sizeBytes();
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
            default ->
                throw new RejectedException(
                    RejectedException.Reason.UNKNOWN_VERSION,
                    "journal part " + kind + " is not known to this version");
          });
    }
    in.end();
    return new SpaceEvent(parts);
  }
}
