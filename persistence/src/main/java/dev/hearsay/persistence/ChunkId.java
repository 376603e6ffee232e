package dev.hearsay.persistence;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The name of a chunk: the SHA-256 of its bytes. */
record ChunkId(long a, long b, long c, long d) {
  static final int BYTES = 32;

  static ChunkId of(byte[] buffer, int length) {
    MessageDigest digest = sha256();
    digest.update(buffer, 0, length);
    return read(ByteBuffer.wrap(digest.digest()));
  }

  static ChunkId read(ByteBuffer in) {
    return new ChunkId(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  void write(ByteBuffer out) {
    out.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
  }
}
