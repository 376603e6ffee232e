package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.runtime.SpaceSnapshotSerializer;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.persistence.SnapshotPartsReader;
import dev.hearsay.persistence.SnapshotPartsWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a space in parts, as production's serializer writes and reads it. The state never
 * changes, so the bytes are the same whenever they are made: here, when somebody reads them, which
 * is seldom.
 */
final class SnapshotBytes implements SnapshotPartsReader {
  private static final SpaceSnapshotSerializer SERIALIZER = new SpaceSnapshotSerializer();

  private final JournaledState state;
  private final boolean whole;
  private @Nullable SnapshotBytes previous;
  private @Nullable Map<String, byte[]> encoded;

  private SnapshotBytes(JournaledState state, boolean whole, @Nullable SnapshotBytes previous) {
    this.state = state;
    this.whole = whole;
    this.previous = previous;
  }

  /**
   * A snapshot of that state.
   *
   * @param previous whose parts it may share
   */
  static SnapshotBytes of(JournaledState state, @Nullable SnapshotBytes previous) {
    return new SnapshotBytes(state, true, previous == null || !previous.whole ? null : previous);
  }

  /** The one before it is gone: what is not encoded yet shares nothing with it. */
  void alone() {
    previous = null;
  }

  private Map<String, byte[]> parts() {
    if (encoded == null) {
      encoded = encode();
      previous = null;
    }
    return encoded;
  }

  private Map<String, byte[]> encode() {
    Writer writer = new Writer(previous);
    try {
      SERIALIZER.writeParts(state.staged() == null ? state.state() : state, writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> parts = new LinkedHashMap<>();
    writer.parts.forEach((name, out) -> parts.put(name, out.toByteArray()));
    return parts;
  }

  JournaledState read() {
    try {
      Object read = SERIALIZER.readParts("S", this);
      return read instanceof SpaceState state
          ? new JournaledState(state, null)
          : (JournaledState) read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether its checksums are right. */
  boolean isWhole() {
    return whole;
  }

  /** The same with a bit turned, which its checksums show. */
  SnapshotBytes damaged() {
    return new SnapshotBytes(state, false, previous);
  }

  @Override
  public List<String> names() {
    return List.copyOf(parts().keySet());
  }

  @Override
  public long bytes(String name) {
    return part(name).length;
  }

  @Override
  public InputStream open(String name) {
    return new ByteArrayInputStream(part(name));
  }

  private byte[] part(String name) {
    byte[] part = parts().get(name);
    if (part == null) {
      throw new IllegalArgumentException("no part " + name);
    }
    return part;
  }

  private static final class Writer implements SnapshotPartsWriter {
    final Map<String, ByteArrayOutputStream> parts = new LinkedHashMap<>();
    private final @Nullable SnapshotBytes previous;

    Writer(@Nullable SnapshotBytes previous) {
      this.previous = previous;
    }

    @Override
    public Optional<SnapshotPartsReader> previous() {
      return Optional.ofNullable(previous);
    }

    @Override
    public void reuse(String name) throws IOException {
      if (previous == null) {
        throw new IOException("there is no snapshot to take " + name + " from");
      }
      part(name).write(previous.part(name));
    }

    @Override
    public OutputStream part(String name) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      parts.put(name, out);
      return out;
    }
  }
}
