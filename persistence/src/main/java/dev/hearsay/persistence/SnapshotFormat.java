package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Chunk;
import dev.hearsay.persistence.SnapshotManifest.Head;
import dev.hearsay.persistence.SnapshotManifest.Pack;
import dev.hearsay.persistence.SnapshotManifest.Part;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot's file, format version 2; {@code docs/format.md} draws them too.
 *
 * <pre>
 * directory
 *   hearsay.format                    "hearsay-snapshots 2"
 *   hearsay.lock                      who holds the directory; locked while it does
 *   new/K, new/K.copy                 files being written; removed at the start
 *   entities/E/                       E encodes the persistence id (see {@link SnapshotFileName})
 *     S-T-N.snapshot                  a snapshot: S its sequence nr, T its time, N its number
 *     N.pack                          what was a snapshot, and is kept for chunks that others name
 *     N.copy                          the same bytes as the snapshot or pack of that number
 *
 * file (integers are big-endian)
 *   | magic "HSNAPSH2" 8B | N 8B | chunk bytes… | manifest
 *   | manifest length 4B | crc32c of the manifest 4B | magic "HSNAPEND" 8B |
 *
 * manifest
 *   | persistence id text | sequence nr 8B | timestamp 8B
 *   | serializer id 4B | its manifest text | parted? 1B
 *   | metadata? 1B | (serializer id 4B | its manifest text | bytes text)
 *   | packs 4B | for each: number 8B, end of its chunks 8B           the first is this file
 *   | parts 4B | for each: name text, length 8B, chunks 4B,
 *   |                      for each: sha-256 32B, pack 4B, offset 8B, length 4B |
 *
 *   text      length 4B, UTF-8 (or bytes)
 * </pre>
 */
final class SnapshotFormat {
  /** Before the first chunk. */
  static final int START_BYTES = 16;

  /** Longest manifest: of about 40 GB of chunks. */
  static final int MANIFEST_BYTES_MAX = 64 << 20;

  static final int PARTS_MAX = 1 << 16;

  private static final int END_BYTES = 16;
  private static final int PACK_BYTES = 16;
  private static final int CHUNK_BYTES = ChunkId.BYTES + 16;
  private static final int PART_BYTES_MIN = 16;
  private static final long MAGIC = 0x48534e4150534832L;
  private static final long END_MAGIC = 0x48534e4150454e44L;

  private SnapshotFormat() {}

  /** The first bytes of the file of that number. */
  static byte[] start(long number) {
    return ByteBuffer.allocate(START_BYTES).putLong(MAGIC).putLong(number).array();
  }

  /**
   * What follows the last chunk.
   *
   * @throws IOException if the manifest is too long
   */
  static byte[] end(SnapshotManifest manifest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    write(manifest, out);
    if (bytes.size() > MANIFEST_BYTES_MAX) {
      throw new IOException("the snapshot's manifest would be longer than " + MANIFEST_BYTES_MAX);
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    out.writeInt(bytes.size());
    out.writeInt((int) crc.getValue());
    out.writeLong(END_MAGIC);
    return bytes.toByteArray();
  }

  /**
   * Reads the manifest of a file and checks all that can be checked without the chunks.
   *
   * @throws MalformedSnapshotException if it is damaged
   */
  static SnapshotManifest manifest(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      if (fileBytes < START_BYTES + END_BYTES) {
        throw new MalformedSnapshotException("it is cut off");
      }
      long number = number(channel);
      ByteBuffer end = read(channel, fileBytes - END_BYTES, END_BYTES);
      int manifestBytes = end.getInt();
      int checksum = end.getInt();
      if (end.getLong() != END_MAGIC) {
        throw new MalformedSnapshotException("it does not end like a snapshot: cut off or damaged");
      }
      long room = fileBytes - START_BYTES - END_BYTES;
      if (manifestBytes < 0 || manifestBytes > Math.min(MANIFEST_BYTES_MAX, room)) {
        throw new MalformedSnapshotException("its manifest names a length beyond its start");
      }
      long chunksEnd = START_BYTES + room - manifestBytes;
      ByteBuffer bytes = read(channel, chunksEnd, manifestBytes);
      CRC32C crc = new CRC32C();
      crc.update(bytes.duplicate());
      if ((int) crc.getValue() != checksum) {
        throw new MalformedSnapshotException("the checksum of its manifest does not match");
      }
      SnapshotManifest manifest = parse(bytes);
      if (!manifest.packs().get(0).equals(new Pack(number, chunksEnd))) {
        throw new MalformedSnapshotException("its manifest is of another file");
      }
      return manifest;
    }
  }

  /** The number at the start of a file. */
  static long number(FileChannel file) throws IOException {
    ByteBuffer start = read(file, 0, START_BYTES);
    if (start.getLong() != MAGIC) {
      throw new MalformedSnapshotException("it does not begin like a snapshot");
    }
    return start.getLong();
  }

  /** Reads exactly so many bytes, which the caller has found to be a sane number. */
  static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new MalformedSnapshotException("it is cut off");
      }
    }
    return bytes.flip();
  }

  private static void write(SnapshotManifest manifest, DataOutputStream out) throws IOException {
    Head head = manifest.head();
    text(out, head.persistenceId());
    out.writeLong(head.sequenceNr());
    out.writeLong(head.timestampMillis());
    out.writeInt(head.serializerId());
    text(out, head.serializerManifest());
    out.writeBoolean(head.isParted());
    SerializedValue metadata = head.metadata();
    out.writeBoolean(metadata != null);
    if (metadata != null) {
      out.writeInt(metadata.serializerId());
      text(out, metadata.manifest());
      bytes(out, metadata.bytes());
    }
    out.writeInt(manifest.packs().size());
    for (Pack pack : manifest.packs()) {
      out.writeLong(pack.number());
      out.writeLong(pack.end());
    }
    out.writeInt(manifest.parts().size());
    for (Part part : manifest.parts()) {
      text(out, part.name());
      out.writeLong(part.bytes());
      out.writeInt(part.chunks().size());
      ByteBuffer rows = ByteBuffer.allocate(part.chunks().size() * CHUNK_BYTES);
      for (Chunk chunk : part.chunks()) {
        chunk.id().write(rows);
        rows.putInt(chunk.pack()).putLong(chunk.offset()).putInt(chunk.bytes());
      }
      out.write(rows.array());
    }
  }

  private static SnapshotManifest parse(ByteBuffer in) throws MalformedSnapshotException {
    try {
      final String persistenceId = text(in);
      final long sequenceNr = in.getLong();
      final long timestamp = in.getLong();
      final int serializerId = in.getInt();
      final String serializerManifest = text(in);
      final boolean isParted = in.get() != 0;
      SerializedValue metadata = null;
      if (in.get() != 0) {
        metadata = new SerializedValue(in.getInt(), text(in), bytes(in));
      }
      final Head head =
          new Head(
              persistenceId,
              sequenceNr,
              timestamp,
              serializerId,
              serializerManifest,
              isParted,
              metadata);
      List<Pack> packs = packs(in);
      List<Part> parts = new ArrayList<>();
      int count = count(in, PART_BYTES_MIN, "parts");
      for (int i = 0; i < count; i++) {
        parts.add(part(in, packs));
      }
      if (in.hasRemaining()) {
        throw new MalformedSnapshotException("bytes follow the end of its manifest");
      }
      return new SnapshotManifest(head, packs, parts);
    } catch (BufferUnderflowException e) {
      throw new MalformedSnapshotException("its manifest is cut off");
    }
  }

  private static List<Pack> packs(ByteBuffer in) throws MalformedSnapshotException {
    List<Pack> packs = new ArrayList<>();
    int count = count(in, PACK_BYTES, "packs");
    for (int i = 0; i < count; i++) {
      packs.add(new Pack(in.getLong(), in.getLong()));
    }
    if (packs.isEmpty()) {
      throw new MalformedSnapshotException("its manifest names no file");
    }
    return packs;
  }

  private static Part part(ByteBuffer in, List<Pack> packs) throws MalformedSnapshotException {
    final String name = text(in);
    final long length = in.getLong();
    int count = count(in, CHUNK_BYTES, "chunks");
    List<Chunk> chunks = new ArrayList<>(count);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      Chunk chunk = new Chunk(ChunkId.read(in), in.getInt(), in.getLong(), in.getInt());
      if (chunk.pack() < 0
          || chunk.pack() >= packs.size()
          || chunk.bytes() < 1
          || chunk.bytes() > ContentChunker.CHUNK_BYTES_MAX
          || chunk.offset() < START_BYTES
          || chunk.offset() > packs.get(chunk.pack()).end() - chunk.bytes()) {
        throw new MalformedSnapshotException("its manifest names a chunk that cannot be");
      }
      chunks.add(chunk);
      sum += chunk.bytes();
    }
    if (sum != length) {
      throw new MalformedSnapshotException("a part's length is not that of its chunks");
    }
    return new Part(name, length, chunks);
  }

  private static int count(ByteBuffer in, int bytesEach, String what)
      throws MalformedSnapshotException {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / bytesEach) {
      throw new MalformedSnapshotException("its manifest names more " + what + " than it holds");
    }
    return count;
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(ByteBuffer in) throws MalformedSnapshotException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer in) throws MalformedSnapshotException {
    byte[] bytes = new byte[count(in, 1, "bytes")];
    in.get(bytes);
    return bytes;
  }
}
