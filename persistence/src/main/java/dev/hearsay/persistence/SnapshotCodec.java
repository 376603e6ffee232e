package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Head;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.util.List;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;

/**
 * Between Pekko's snapshots and the parts that are stored of them. A serializer that is a {@link
 * PartedSerializer} streams; any other makes one array, which is the only part. Thread-safe.
 */
final class SnapshotCodec {
  /** The name of the only part, if there are no others. */
  static final String WHOLE = "";

  /** Longest snapshot of a serializer that does not stream: a Java array. */
  static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 64;

  private final EventSerialization serialization;

  SnapshotCodec(EventSerialization serialization) {
    this.serialization = serialization;
  }

  /** Stores a snapshot; throws what its serializer throws. */
  void save(SnapshotFiles files, SnapshotMetadata metadata, Object snapshot) throws IOException {
    SerializedValue extra =
        metadata.metadata().isEmpty() ? null : serialization.serialize(metadata.metadata().get());
    if (serialization.serializer(snapshot) instanceof PartedSerializer parted) {
      Serializer serializer = (Serializer) parted;
      String manifest = Serializers.manifestFor(serializer, snapshot);
      files.save(
          head(metadata, serializer.identifier(), manifest, true, extra),
          out ->
              serialization.withTransport(
                  () -> {
                    parted.writeParts(snapshot, out);
                    return true;
                  }));
      return;
    }
    SerializedValue value = serialization.serialize(snapshot);
    files.save(
        head(metadata, value.serializerId(), value.manifest(), false, extra),
        out -> out.part(WHOLE).write(value.bytes()));
  }

  /** Reads a snapshot; throws what its serializer throws. */
  SelectedSnapshot load(SnapshotFiles files, String persistenceId, SnapshotFileName name)
      throws IOException {
    return files.load(
        persistenceId,
        name,
        (head, parts) -> {
          SnapshotMetadata metadata =
              SnapshotMetadata.apply(
                  head.persistenceId(), head.sequenceNr(), head.timestampMillis());
          SerializedValue extra = head.metadata();
          return SelectedSnapshot.apply(
              extra == null ? metadata : metadata.withMetadata(serialization.deserialize(extra)),
              snapshot(head, parts));
        });
  }

  private Object snapshot(Head head, SnapshotPartsReader parts) throws IOException {
    if (!head.isParted()) {
      return serialization.deserialize(
          new SerializedValue(head.serializerId(), head.serializerManifest(), array(parts)));
    }
    if (serialization.serializer(head.serializerId()) instanceof PartedSerializer parted) {
      return serialization.withTransport(() -> parted.readParts(head.serializerManifest(), parts));
    }
    throw new NotSerializableException(
        "it was written in parts by the serializer of identifier "
            + head.serializerId()
            + ", and this actor system has no such serializer that reads parts");
  }

  private static byte[] array(SnapshotPartsReader parts) throws IOException {
    if (!parts.names().equals(List.of(WHOLE))) {
      throw new MalformedSnapshotException("it has parts that it should not have");
    }
    long length = parts.bytes(WHOLE);
    if (length > ARRAY_BYTES_MAX) {
      throw new MalformedSnapshotException(length + " bytes are more than an array holds");
    }
    byte[] bytes = new byte[(int) length];
    try (InputStream in = parts.open(WHOLE)) {
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length || in.read() >= 0) {
        throw new EOFException("a part of another length than its manifest says");
      }
    }
    return bytes;
  }

  private static Head head(
      SnapshotMetadata metadata,
      int serializerId,
      String manifest,
      boolean isParted,
      @Nullable SerializedValue extra) {
    return new Head(
        metadata.persistenceId(),
        metadata.sequenceNr(),
        metadata.timestamp(),
        serializerId,
        manifest,
        isParted,
        extra);
  }
}
