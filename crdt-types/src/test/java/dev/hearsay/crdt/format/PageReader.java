package dev.hearsay.crdt.format;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A reader written from {@code docs/format.md} alone, as somebody would in another language: it
 * uses nothing of the project. Turns a change or a diff into lines of text.
 */
final class PageReader {
  private final ByteBuffer in;
  private final List<String> lines = new ArrayList<>();
  private final List<String> dictionary = new ArrayList<>();

  PageReader(byte[] frame) {
    in = ByteBuffer.wrap(frame);
  }

  List<String> read() {
    int kind = u8();
    int version = u8();
    int checksum = in.getInt();
    CRC32C crc = new CRC32C();
    crc.update(in.array(), 0, 2);
    crc.update(in.array(), in.position(), in.remaining());
    if (version != 1 || checksum != (int) crc.getValue()) {
      throw new IllegalArgumentException("version " + version + " or checksum");
    }
    if (kind == 0xc1) {
      change();
    } else if (kind == 0xc2) {
      diff();
    } else {
      throw new IllegalArgumentException("kind " + kind);
    }
    return lines;
  }

  private int u8() {
    return in.get() & 0xff;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = u8();
      value |= (long) (next & 127) << shift;
      if (next < 128) {
        return value;
      }
    }
  }

  private byte[] bytes() {
    byte[] bytes = new byte[(int) varint()];
    in.get(bytes);
    return bytes;
  }

  private String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private String replica() {
    return HexFormat.of().toHexDigits(in.getLong()).substring(0, 2);
  }

  private String time() {
    long time = in.getLong();
    return (time >>> 16) + "+" + (time & 0xffff);
  }

  private String value() {
    int kind = u8();
    return switch (kind) {
      case 0 -> "null";
      case 1 -> "false";
      case 2 -> "true";
      case 3 -> {
        long zigzag = varint();
        yield Long.toString((zigzag >>> 1) ^ -(zigzag & 1));
      }
      case 4 -> Double.toString(in.getDouble());
      case 5 -> "'" + text() + "'";
      case 6 -> "0x" + HexFormat.of().formatHex(bytes());
      case 7 -> {
        List<String> values = new ArrayList<>();
        for (long n = varint(); n > 0; n--) {
          values.add(value());
        }
        yield values.toString();
      }
      case 8 -> {
        TreeMap<String, String> entries = new TreeMap<>();
        for (long n = varint(); n > 0; n--) {
          entries.put(text(), value());
        }
        yield entries.toString();
      }
      case 9 -> new BigInteger(bytes()).toString();
      default -> throw new IllegalArgumentException("value of kind " + kind);
    };
  }

  private String vector() {
    TreeMap<String, Long> entries = new TreeMap<>();
    for (long n = varint(); n > 0; n--) {
      entries.put(replica(), varint());
    }
    return entries.toString();
  }

  private void change() {
    dictionary.add(replica());
    long first = varint();
    String head = "change of " + dictionary.get(0) + " from " + first + " at " + time();
    lines.add(head + " by " + text() + " after " + HexFormat.of().toHexDigits(in.getLong()));
    for (long n = varint(); n > 0; n--) {
      dictionary.add(replica());
    }
    for (long n = varint(); n > 0; n--) {
      lines.add("advance " + dictionary.get((int) varint()) + ":" + varint());
    }
    long dot = first;
    for (long fields = varint(); fields > 0; fields--) {
      int type = u8();
      int fieldFlags = u8();
      String name = text();
      lines.add("field " + name + " of type " + type + (fieldFlags == 1 ? " clears" : ""));
      if (fieldFlags == 2) {
        for (long ranges = varint(); ranges > 0; ranges--) {
          lines.add("  range" + range(type));
        }
      }
      for (long entries = varint(); entries > 0; entries--) {
        int flags = u8();
        boolean puts = (flags & 1) != 0;
        StringBuilder line = new StringBuilder("  " + changeKey(type, puts));
        if (puts) {
          line.append(type == 1 || type == 8 ? " put" : " put " + value())
              .append(" as ")
              .append(dot++);
        }
        if ((flags & 2) != 0) {
          for (long drops = varint(); drops > 0; drops--) {
            int index = (int) varint();
            long counter = varint();
            line.append(" drop ").append(dictionary.get(index)).append(':');
            line.append(index == 0 ? first - counter : counter);
          }
        }
        lines.add(line.toString());
      }
    }
    while (in.hasRemaining()) {
      part(varint(), varint());
    }
  }

  private String range(int type) {
    int flags = u8();
    String from = (flags & 1) != 0 ? " from " + changeKey(type, false) : "";
    String to = (flags & 2) != 0 ? " to " + changeKey(type, false) : "";
    return from + to;
  }

  private void part(long tag, long length) {
    if (tag == 1) {
      for (long prefixes = varint(); prefixes > 0; prefixes--) {
        lines.add("prefix " + text());
      }
    } else if (tag % 2 == 0) {
      in.position(in.position() + (int) length);
    } else {
      throw new IllegalArgumentException("part " + tag);
    }
  }

  private String changeKey(int type, boolean puts) {
    return switch (type) {
      case 1, 4 -> value();
      case 2 -> (u8() == 0 ? "count of " : "base of ") + dictionary.get((int) varint());
      case 3, 6, 7 -> "register";
      case 8 -> "flag";
      case 5 ->
          puts
              ? "entry"
              : "entry " + time() + " " + dictionary.get((int) varint()) + ":" + varint();
      default -> throw new IllegalArgumentException("type " + type);
    };
  }

  private void diff() {
    lines.add("base " + vector());
    for (long heads = varint(); heads > 0; heads--) {
      String head = "head " + replica() + ":" + varint() + " past " + vector();
      lines.add(head + " hash " + HexFormat.of().toHexDigits(in.getLong()));
    }
    lines.add("latest " + time());
    for (long fields = varint(); fields > 0; fields--) {
      int type = u8();
      lines.add("field " + text() + " of type " + type);
      for (long atoms = varint(); atoms > 0; atoms--) {
        String key = diffKey(type);
        String dot = replica() + ":" + varint();
        lines.add("  " + key + " " + dot + " at " + time() + " by " + text() + " " + value());
      }
    }
    for (long replicas = varint(); replicas > 0; replicas--) {
      StringBuilder line = new StringBuilder("living " + replica());
      long next = 0;
      for (long runs = varint(); runs > 0; runs--) {
        long from = next + varint();
        next = from + varint();
        line.append(' ').append(from).append('-').append(next - 1);
      }
      lines.add(line.toString());
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes too many");
    }
  }

  private String diffKey(int type) {
    return switch (type) {
      case 1, 4 -> value();
      case 2 -> (u8() == 0 ? "count of " : "base of ") + replica();
      case 3 -> "register";
      case 5 -> "entry " + time() + " " + replica() + ":" + varint();
      default -> throw new IllegalArgumentException("type " + type);
    };
  }
}
