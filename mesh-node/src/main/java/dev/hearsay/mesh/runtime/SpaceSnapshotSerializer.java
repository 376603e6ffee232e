package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.persistence.PartedSerializer;
import dev.hearsay.persistence.SnapshotPartsReader;
import dev.hearsay.persistence.SnapshotPartsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a space, in layers: a base, and on it the differences since, each a diff from
 * the frontier of the layer below. A snapshot takes the layers of the last one over and writes one
 * on top, so that it costs what changed, wherever in the state that is. Layers are merged as in a
 * log-structured merge tree (O'Neil et al. 1996): one that would be more than half of the one
 * below, or a quarter of the base, replaces it. Drawn in {@code docs/format.md}.
 *
 * <p>Registered in {@code hearsay-control.conf}. Thread-safe.
 */
public final class SpaceSnapshotSerializer extends SerializerWithStringManifest
    implements PartedSerializer {
  static final int IDENTIFIER = 7_400_002;

  /** Each is one more pass over the state when it is read. */
  static final int LAYERS_MAX = 8;

  private static final String MANIFEST = "S";
  private static final String HEAD = "head";
  private static final String TRANSFER = "transfer";
  private static final int VERSION = 1;

  /** With the state's lineage, where it has one. */
  private static final int VERSION_WITH_LINEAGE = 2;

  private static final int HEAD_BYTES_MAX = 64 << 20;
  private static final int LAYER_BYTES_MAX = Integer.MAX_VALUE - 64;

  /** A layer and the smaller one on it are merged if they take less than this together. */
  private static final int SMALL_BYTES = 32 << 10;

  /** The frontier that a layer reaches, and the name of its part. */
  private record Layer(String name, VersionVector frontier, long bytes) {}

  private record Head(
      Digest digest, long lineage, List<VersionVector> frontiers, boolean hasTransfer) {}

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object object) {
    if (object instanceof SpaceState || object instanceof JournaledState) {
      return MANIFEST;
    }
    throw new IllegalArgumentException("not the state of a space: " + object.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object object) {
    if (object instanceof JournaledState) {
      throw new IllegalArgumentException("a transfer on its way is only saved in parts");
    }
    return DiffFormat.encode(state(object));
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    requireKnown(manifest);
    return DiffFormat.decodeState(bytes);
  }

  @Override
  public void writeParts(Object snapshot, SnapshotPartsWriter out) throws IOException {
    SpaceState state = state(snapshot);
    JournaledState.Staged staged =
        snapshot instanceof JournaledState journaled ? journaled.staged() : null;
    List<Layer> layers = below(state, out.previous());
    byte[] top = top(state, layers);
    List<VersionVector> frontiers = new ArrayList<>();
    layers.forEach(layer -> frontiers.add(layer.frontier()));
    if (top != null) {
      frontiers.add(state.frontier());
    }
    ByteWriter head = new ByteWriter();
    if (state.lineage() == 0) {
      head.u8(VERSION);
    } else {
      head.u8(VERSION_WITH_LINEAGE).fixed64(state.lineage());
    }
    state.digest().write(head);
    head.varint(frontiers.size());
    frontiers.forEach(frontier -> frontier.write(head));
    out.part(HEAD).write(head.toByteArray());
    for (Layer layer : layers) {
      out.reuse(layer.name());
    }
    if (top != null) {
      out.part(state.digest() + "-" + digestBelow(layers)).write(top);
    }
    if (staged != null) {
      StagedFormat.write(staged, out.part(TRANSFER));
    }
  }

  @Override
  public Object readParts(String manifest, SnapshotPartsReader in) throws IOException {
    requireKnown(manifest);
    Head head = head(in);
    List<String> names = in.names();
    SpaceState state = SpaceState.EMPTY;
    for (int i = 0; i < head.frontiers().size(); i++) {
      String below = state.digest().toString();
      state = state.join(DiffFormat.decode(read(in, names.get(i + 1), LAYER_BYTES_MAX)));
      if (!names.get(i + 1).equals(state.digest() + "-" + below)
          || !state.frontier().equals(head.frontiers().get(i))) {
        throw RejectedException.malformed("layer " + i + " of the snapshot makes another state");
      }
    }
    if (!state.digest().equals(head.digest())) {
      throw RejectedException.malformed("the snapshot's layers make another state");
    }
    state = state.withLineage(head.lineage());
    if (!head.hasTransfer()) {
      return state;
    }
    try (InputStream transfer = in.open(TRANSFER)) {
      return new JournaledState(state, StagedFormat.read(transfer));
    }
  }

  /**
   * Takes from {@code layers} those that the new one replaces.
   *
   * @return the new layer; null if nothing has changed
   */
  private static byte @Nullable [] top(SpaceState state, List<Layer> layers) {
    if (layers.isEmpty()) {
      return DiffFormat.encode(state);
    }
    if (digestBelow(layers).equals(state.digest().toString())) {
      return null;
    }
    byte[] encoded = DiffFormat.encode(state.diff(layers.get(layers.size() - 1).frontier()));
    long bytes = encoded.length;
    boolean merged = false;
    while (!layers.isEmpty() && replaces(bytes, layers)) {
      bytes += layers.remove(layers.size() - 1).bytes();
      merged = true;
    }
    if (!merged) {
      return encoded;
    }
    return DiffFormat.encode(
        state.diff(
            layers.isEmpty() ? VersionVector.EMPTY : layers.get(layers.size() - 1).frontier()));
  }

  private static boolean replaces(long bytes, List<Layer> layers) {
    long below = layers.get(layers.size() - 1).bytes();
    return layers.size() == 1
        ? bytes > below / 4
        : bytes > below / 2 || bytes + below < SMALL_BYTES || layers.size() == LAYERS_MAX;
  }

  /** The layers of the last snapshot that this state grew from; none if it did not. */
  private static List<Layer> below(SpaceState state, Optional<SnapshotPartsReader> previous)
      throws IOException {
    List<Layer> layers = new ArrayList<>();
    if (previous.isEmpty()) {
      return layers;
    }
    SnapshotPartsReader in = previous.get();
    Head head = head(in);
    // A state that has lost a branch did not grow from one that had it, whatever its frontier says.
    List<VersionVector> frontiers =
        head.lineage() == state.lineage() ? head.frontiers() : List.of();
    for (int i = 0; i < frontiers.size(); i++) {
      if (!state.frontier().covers(frontiers.get(i))) {
        break;
      }
      String name = in.names().get(i + 1);
      layers.add(new Layer(name, frontiers.get(i), in.bytes(name)));
    }
    return layers;
  }

  private static String digestBelow(List<Layer> layers) {
    if (layers.isEmpty()) {
      return Digest.ZERO.toString();
    }
    String name = layers.get(layers.size() - 1).name();
    return name.substring(0, name.indexOf('-'));
  }

  private static Head head(SnapshotPartsReader parts) throws IOException {
    if (parts.names().isEmpty() || !parts.names().get(0).equals(HEAD)) {
      throw RejectedException.malformed("a space's snapshot without a head: " + parts.names());
    }
    ByteReader in = new ByteReader(read(parts, HEAD, HEAD_BYTES_MAX));
    int version = in.u8();
    if (version != VERSION && version != VERSION_WITH_LINEAGE) {
      throw new RejectedException(
          RejectedException.Reason.UNKNOWN_VERSION,
          "snapshot version " + version + "; this build reads up to " + VERSION_WITH_LINEAGE);
    }
    long lineage = version == VERSION ? 0 : in.fixed64();
    Digest digest = Digest.read(in);
    int count = in.count(1, "layers");
    // A build that does not know the part refuses the snapshot, because it counts one layer too
    // few.
    boolean hasTransfer = parts.names().contains(TRANSFER);
    if (count != parts.names().size() - (hasTransfer ? 2 : 1)) {
      throw RejectedException.malformed(count + " layers, and parts " + parts.names());
    }
    List<VersionVector> frontiers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frontiers.add(VersionVector.read(in));
    }
    in.end();
    return new Head(digest, lineage, frontiers, hasTransfer);
  }

  private static byte[] read(SnapshotPartsReader parts, String name, int bytesMax)
      throws IOException {
    long bytes = parts.bytes(name);
    if (bytes > bytesMax) {
      throw RejectedException.malformed("part " + name + " of a snapshot has " + bytes + " bytes");
    }
    try (InputStream in = parts.open(name)) {
      return in.readNBytes((int) bytes);
    }
  }

  private static SpaceState state(Object object) {
    if (object instanceof SpaceState state) {
      return state;
    }
    if (object instanceof JournaledState journaled) {
      return journaled.state();
    }
    throw new IllegalArgumentException("not the state of a space: " + object.getClass().getName());
  }

  private static void requireKnown(String manifest) {
    if (!manifest.equals(MANIFEST)) {
      throw new IllegalArgumentException("a snapshot of a space of unknown kind: " + manifest);
    }
  }
}
