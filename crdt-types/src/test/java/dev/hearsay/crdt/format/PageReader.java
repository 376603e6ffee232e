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
    if ((kind == 0xc2 ? version != 2 && version != 3 : version != 1)
        || checksum != (int) crc.getValue()) {
      throw new IllegalArgumentException("version " + version + " or checksum");
    }
    if (kind == 0xc1) {
      change();
    } else if (kind == 0xc2) {
      diff(version);
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

  private void diff(int version) {
    int n = (int) varint();
    for (int i = 0; i < n; i++) {
      dictionary.add(replica());
    }
    long[] bases = new long[n];
    long[] heads = new long[n];
    TreeMap<String, Long> base = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      bases[i] = varint();
      heads[i] = bases[i] + zigzag();
      if (bases[i] > 0) {
        base.put(dictionary.get(i), bases[i]);
      }
    }
    lines.add("base " + base);
    for (int i = 0; i < n; i++) {
      if (heads[i] > 0) {
        String hash = HexFormat.of().toHexDigits(in.getLong());
        if (version == 3 && bases[i] > 0 && heads[i] > bases[i]) {
          hash += " at base " + HexFormat.of().toHexDigits(in.getLong());
        }
        String past = heads[i] > bases[i] ? " past " + past(heads) : "";
        lines.add("head " + dictionary.get(i) + ":" + heads[i] + " hash " + hash + past);
      }
    }
    lines.add("latest " + time());
    List<List<Long>> shipped = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      shipped.add(heads[i] > bases[i] ? set() : List.of());
    }
    for (int i = 0; i < n; i++) {
      if (heads[i] > 0 && bases[i] > 0) {
        lines.add("living " + dictionary.get(i) + " " + set());
      }
    }
    atoms(shipped);
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(in.remaining() + " bytes too many");
    }
  }

  private long zigzag() {
    long number = varint();
    return (number >>> 1) ^ -(number & 1);
  }

  private String past(long[] heads) {
    byte[] kinds = new byte[(heads.length + 3) / 4];
    in.get(kinds);
    TreeMap<String, Long> past = new TreeMap<>();
    for (int i = 0; i < heads.length; i++) {
      int kind = (kinds[i / 4] >> (i % 4 * 2)) & 3;
      if (kind > 0) {
        past.put(dictionary.get(i), kind == 1 ? heads[i] : heads[i] - varint());
      }
    }
    return past.toString();
  }

  private List<Long> set() {
    List<Long> counters = new ArrayList<>();
    long number = -1;
    for (long chunks = varint(); chunks > 0; chunks--) {
      number += 1 + varint();
      long header = varint();
      int form = (int) header & 3;
      long offset = number << 16;
      if (form == 2) {
        offset += varint() * 8;
      }
      for (long left = header >> 2; left > 0; left--) {
        if (form == 0) {
          offset += varint();
          for (long length = varint(); length > 0; length--) {
            counters.add(offset++);
          }
        } else if (form == 1) {
          offset += varint();
          counters.add(offset);
        } else {
          int bits = u8();
          for (int bit = 0; bit < 8; bit++, offset++) {
            if ((bits >> bit & 1) == 1) {
              counters.add(offset);
            }
          }
        }
      }
    }
    return counters;
  }

  private long[] column(int count) {
    long[] numbers = new long[count];
    int at = 0;
    while (at < count) {
      long header = varint();
      long same = (header & 1) == 1 ? varint() : -1;
      for (long left = header >> 1; left > 0; left--) {
        numbers[at++] = (header & 1) == 1 ? same : varint();
      }
    }
    return numbers;
  }

  private void atoms(List<List<Long>> shipped) {
    int count = shipped.stream().mapToInt(List::size).sum();
    int[] types = new int[(int) varint()];
    String[] names = new String[types.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = u8();
      names[i] = text();
    }
    String[] authors = new String[(int) varint()];
    for (int i = 0; i < authors.length; i++) {
      authors[i] = text();
    }
    long[] fieldColumn = column(count);
    long[] authorColumn = column(count);
    long[] timeColumn = column(count);
    int at = 0;
    int fields = 0;
    int writers = 0;
    for (int i = 0; i < shipped.size(); i++) {
      long time = 0;
      for (long counter : shipped.get(i)) {
        int field = fieldColumn[at] == 0 ? fields++ : fields - (int) fieldColumn[at];
        int author = authorColumn[at] == 0 ? writers++ : writers - (int) authorColumn[at];
        long step = timeColumn[at++];
        time =
            (step & 1) == 1
                ? ((time >> 16) + (step >>> 1)) << 16
                : (time + (step >>> 1)) & Long.MAX_VALUE;
        String dot = dictionary.get(i) + ":" + counter;
        String when = (time >>> 16) + "+" + (time & 0xffff);
        String key = diffKey(types[field], i);
        String payload = types[field] == 1 ? "" : " " + value();
        String who = " at " + when + " by " + authors[author];
        lines.add("atom " + dot + " in " + names[field] + ": " + key + payload + who);
      }
    }
  }

  private String diffKey(int type, int replica) {
    return switch (type) {
      case 1, 4 -> value();
      case 2 -> {
        int key = (int) varint();
        yield key == 0
            ? "count of " + dictionary.get(replica)
            : "base of " + dictionary.get(key - 1);
      }
      case 3, 6, 7 -> "register";
      case 8 -> "flag";
      case 5 -> "entry";
      default -> throw new IllegalArgumentException("type " + type);
    };
  }
}
