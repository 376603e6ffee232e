package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link FrameWriter} wrote. Every length is checked against its limit and against the
 * bytes that are left before anything is allocated.
 */
final class FrameReader {
  private final ByteBuffer in;

  FrameReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  int takeByte() throws MalformedFrameException {
    need(1);
    return in.get() & 0xFF;
  }

  int takeShort() throws MalformedFrameException {
    need(2);
    return in.getShort() & 0xFFFF;
  }

  long takeLong() throws MalformedFrameException {
    need(8);
    return in.getLong();
  }

  boolean takeFlag() throws MalformedFrameException {
    int flag = takeByte();
    if (flag > 1) {
      throw new MalformedFrameException("a flag is 0 or 1, not " + flag);
    }
    return flag == 1;
  }

  /** A count of things that take at least so many bytes each. */
  int takeCount(int max, int bytesEach) throws MalformedFrameException {
    int count = takeShort();
    if (count > max || (long) count * bytesEach > in.remaining()) {
      throw new MalformedFrameException(
          "a count of " + count + " over its limit of " + max + " or beyond the end");
    }
    return count;
  }

  /** A text of 1 to {@code bytesMax} bytes of well-formed UTF-8. */
  String takeText(int bytesMax) throws MalformedFrameException {
    int length = takeShort();
    if (length == 0 || length > bytesMax) {
      throw new MalformedFrameException(
          "a text of " + length + " bytes; 1 to " + bytesMax + " may be");
    }
    need(length);
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFrameException("a text that is not UTF-8", e);
    }
  }

  HostPort takeHostPort() throws MalformedFrameException {
    String host = takeText(Limits.HOST_BYTES_MAX);
    int port = takeShort();
    if (port == 0) {
      throw new MalformedFrameException("an address with port 0");
    }
    try {
      return new HostPort(host, port);
    } catch (HearsayException e) {
      throw new MalformedFrameException("not an address", e);
    }
  }

  @Nullable ControlAddress takeControl() throws MalformedFrameException {
    return takeFlag() ? new ControlAddress(takeHostPort(), takeLong()) : null;
  }

  void finish() throws MalformedFrameException {
    if (in.hasRemaining()) {
      throw new MalformedFrameException(in.remaining() + " bytes too many");
    }
  }

  private void need(int bytes) throws MalformedFrameException {
    if (in.remaining() < bytes) {
      throw new MalformedFrameException("ends " + (bytes - in.remaining()) + " bytes too early");
    }
  }
}
