package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the few kinds of field that control messages are made of; big-endian. */
final class FrameWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

  FrameWriter putByte(int value) {
    out.write(value);
    return this;
  }

  FrameWriter putShort(int value) {
    out.write(value >>> 8);
    out.write(value);
    return this;
  }

  FrameWriter putLong(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  /** | length 2B | UTF-8 | */
  FrameWriter putText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    putShort(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /** | host text | port 2B | */
  FrameWriter putHostPort(HostPort address) {
    return putText(address.host()).putShort(address.port());
  }

  /** | 0 | or | 1 | address | uid 8B | */
  FrameWriter putControl(@Nullable ControlAddress control) {
    if (control == null) {
      return putByte(0);
    }
    return putByte(1).putHostPort(control.address()).putLong(control.uid());
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
