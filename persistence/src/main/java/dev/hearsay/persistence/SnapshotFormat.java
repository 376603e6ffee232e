package dev.hearsay.persistence;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a snapshot, format version 1.
 *
 * <pre>
 * directory
 *   hearsay.format                         "hearsay-snapshots 1"
 *   hearsay.lock                           who holds the directory; locked while it does
 *   new/                                   files being written; emptied at the start
 *   entities/E/S-T.snapshot                one snapshot; E encodes the persistence id (see {@link
 *                                          SnapshotFileName}), S is the sequence nr, T the time
 *
 * file (integers are big-endian)
 *   | magic "HSNAPSHT" 8B | header length 4B | crc32c of the header 4B | header
 *   | payload | crc32c of the header and the payload 4B |
 *
 * header
 *   | persistence id text | sequence nr 8B | timestamp 8B | serializer id 4B | manifest text
 *   | metadata? 1B | (serializer id 4B | manifest text | bytes text) | payload length 8B |
 *
 *   text      length 4B, UTF-8 (or bytes)
 * </pre>
 */
final class SnapshotFormat {
  /** Longest payload: a Java array. */
  static final int PAYLOAD_BYTES_MAX = Integer.MAX_VALUE - 64;

  private static final byte[] MAGIC = "HSNAPSHT".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES_MAX = 64 << 20;

  private SnapshotFormat() {}

  /** The file is damaged, cut off, or not a snapshot; the message says which. */
  static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** A snapshot as it is stored. */
  record Stored(
      String persistenceId,
      long sequenceNr,
      long timestampMillis,
      SerializedValue payload,
      @Nullable SerializedValue metadata) {}

  static void write(Stored snapshot, OutputStream out) throws IOException {
    byte[] header = header(snapshot);
    byte[] payload = snapshot.payload().bytes();
    CRC32C crc = new CRC32C();
    crc.update(header);
    DataOutputStream data = new DataOutputStream(out);
    data.write(MAGIC);
    data.writeInt(header.length);
    data.writeInt((int) crc.getValue());
    data.write(header);
    data.write(payload);
    crc.update(payload);
    data.writeInt((int) crc.getValue());
    data.flush();
  }

  /** Reads a file of {@code fileBytes} bytes; checks all that can be checked. */
  static Stored read(InputStream file, long fileBytes) throws IOException {
    DataInputStream data = new DataInputStream(file);
    try {
      byte[] magic = new byte[MAGIC.length];
      data.readFully(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new MalformedException("it does not begin like a snapshot");
      }
      int headerBytes = data.readInt();
      final int headerCrc = data.readInt();
      if (headerBytes < 0 || headerBytes > Math.min(HEADER_BYTES_MAX, fileBytes)) {
        throw new MalformedException("its header names a length beyond its end");
      }
      CRC32C crc = new CRC32C();
      CheckedInputStream checked = new CheckedInputStream(data, crc);
      byte[] header = new byte[headerBytes];
      new DataInputStream(checked).readFully(header);
      if ((int) crc.getValue() != headerCrc) {
        throw new MalformedException("the checksum of its header does not match");
      }
      return read(header, new DataInputStream(checked), data, crc, fileBytes);
    } catch (java.io.EOFException e) {
      throw new MalformedException("it is cut off");
    }
  }

  private static Stored read(
      byte[] header, DataInputStream checked, DataInputStream plain, CRC32C crc, long fileBytes)
      throws IOException {
    DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(header));
    final String persistenceId = text(in);
    final long sequenceNr = in.readLong();
    final long timestamp = in.readLong();
    final int serializerId = in.readInt();
    final String manifest = text(in);
    SerializedValue metadata = null;
    if (in.readByte() != 0) {
      metadata = new SerializedValue(in.readInt(), text(in), bytes(in));
    }
    long payloadBytes = in.readLong();
    if (payloadBytes < 0 || payloadBytes > Math.min(PAYLOAD_BYTES_MAX, fileBytes)) {
      throw new MalformedException("its payload names a length beyond its end");
    }
    byte[] payload = new byte[(int) payloadBytes];
    checked.readFully(payload);
    int expected = (int) crc.getValue();
    if (plain.readInt() != expected) {
      throw new MalformedException("its checksum does not match");
    }
    if (plain.read() >= 0) {
      throw new MalformedException("bytes follow its end");
    }
    return new Stored(
        persistenceId,
        sequenceNr,
        timestamp,
        new SerializedValue(serializerId, manifest, payload),
        metadata);
  }

  private static byte[] header(Stored snapshot) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    text(out, snapshot.persistenceId());
    out.writeLong(snapshot.sequenceNr());
    out.writeLong(snapshot.timestampMillis());
    out.writeInt(snapshot.payload().serializerId());
    text(out, snapshot.payload().manifest());
    SerializedValue metadata = snapshot.metadata();
    out.writeByte(metadata == null ? 0 : 1);
    if (metadata != null) {
      out.writeInt(metadata.serializerId());
      text(out, metadata.manifest());
      bytes(out, metadata.bytes());
    }
    out.writeLong(snapshot.payload().bytes().length);
    if (bytes.size() > HEADER_BYTES_MAX) {
      throw new IOException("the metadata of a snapshot are longer than " + HEADER_BYTES_MAX);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) { // all of the header is in memory
      throw new MalformedException("its header names a length beyond its end");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}
