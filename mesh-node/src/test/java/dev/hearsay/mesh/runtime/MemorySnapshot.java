package dev.hearsay.mesh.runtime;

import dev.hearsay.persistence.SnapshotPartsReader;
import dev.hearsay.persistence.SnapshotPartsWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A snapshot in memory. */
final class MemorySnapshot implements SnapshotPartsWriter, SnapshotPartsReader {
  final Map<String, byte[]> parts = new LinkedHashMap<>();
  long written;

  private final @Nullable MemorySnapshot previous;
  private @Nullable String open;
  private ByteArrayOutputStream out = new ByteArrayOutputStream();

  MemorySnapshot(@Nullable MemorySnapshot previous) {
    this.previous = previous;
  }

  /** As the serializer writes it, on top of another if there is one. */
  static MemorySnapshot of(Object state, @Nullable MemorySnapshot previous) throws IOException {
    MemorySnapshot snapshot = new MemorySnapshot(previous);
    new SpaceSnapshotSerializer().writeParts(state, snapshot);
    snapshot.end();
    return snapshot;
  }

  @Override
  public Optional<SnapshotPartsReader> previous() {
    return Optional.ofNullable(previous);
  }

  @Override
  public void reuse(String name) {
    end();
    if (previous == null || parts.put(name, previous.bytesOf(name)) != null) {
      throw new IllegalArgumentException(name);
    }
  }

  @Override
  public OutputStream part(String name) {
    end();
    open = name;
    out = new ByteArrayOutputStream();
    return out;
  }

  private byte[] bytesOf(String name) {
    byte[] bytes = parts.get(name);
    if (bytes == null) {
      throw new IllegalArgumentException(name);
    }
    return bytes;
  }

  void end() {
    if (open != null) {
      parts.put(open, out.toByteArray());
      written += out.size();
      open = null;
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(parts.keySet());
  }

  @Override
  public long bytes(String name) {
    return bytesOf(name).length;
  }

  @Override
  public InputStream open(String name) {
    return new ByteArrayInputStream(bytesOf(name));
  }
}
