package dev.hearsay.mesh.space;

import dev.hearsay.crdt.DiffPieces;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A frozen state on its way to whoever is at its base, encoded piece by piece as it is asked for;
 * the last pieces are kept, for receivers that keep step. Thread-safe.
 */
public final class OutgoingState {
  /** About how large a piece becomes, in bytes, so that it travels in one fragment. */
  public static final int PIECE_BYTES = 44 << 10;

  /** Encoded pieces that are kept, in bytes. */
  private static final long KEPT_BYTES_MAX = 4 << 20;

  /**
   * A piece.
   *
   * @param from the place of its first element
   * @param elements how many it has
   * @param bytes a diff; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record EncodedPiece(long from, int elements, byte[] bytes) {}

  private final DiffPieces pieces;
  private final byte[] head;
  private final Map<Long, EncodedPiece> kept = new LinkedHashMap<>();
  private long keptBytes;

  /** Walks once through the state. */
  public OutgoingState(SpaceState state, VersionVector base) {
    this(state, base, Collections.emptySortedMap());
  }

  /** The same, with what is known of the chains at the base. */
  public OutgoingState(
      SpaceState state, VersionVector base, SortedMap<ReplicaId, Long> baseHashes) {
    this.pieces = new DiffPieces(state, base);
    this.head = DiffFormat.encode(pieces.head().withBaseHashes(baseHashes));
  }

  /** What its receiver has. */
  public VersionVector base() {
    return pieces.head().base();
  }

  public VersionVector frontier() {
    return pieces.head().frontier();
  }

  /** The encoded diff without its elements, which the caller must not change. */
  public byte[] head() {
    return head;
  }

  public long elements() {
    return pieces.atoms();
  }

  /** About how many bytes all pieces take. */
  public long bytes() {
    return pieces.bytes();
  }

  /**
   * Pieces from that place on, up to {@code bytesMax} and at least one; none if there are no more.
   */
  public List<EncodedPiece> read(long from, long bytesMax) {
    List<EncodedPiece> read = new ArrayList<>();
    long at = from;
    long bytes = 0;
    while (at >= 0 && at < pieces.atoms() && (read.isEmpty() || bytes + PIECE_BYTES <= bytesMax)) {
      EncodedPiece piece = piece(at);
      read.add(piece);
      at += piece.elements();
      bytes += piece.bytes().length;
    }
    return read;
  }

  private synchronized EncodedPiece piece(long from) {
    EncodedPiece known = kept.get(from);
    if (known != null) {
      return known;
    }
    var diff = pieces.piece(from, PIECE_BYTES);
    int elements = diff.beyond().stream().mapToInt(field -> field.atoms().size()).sum();
    EncodedPiece piece = new EncodedPiece(from, elements, DiffFormat.encode(diff));
    kept.put(from, piece);
    keptBytes += piece.bytes().length;
    var eldest = kept.values().iterator();
    while (keptBytes > KEPT_BYTES_MAX && kept.size() > 1) {
      keptBytes -= eldest.next().bytes().length;
      eldest.remove();
    }
    return piece;
  }
}
