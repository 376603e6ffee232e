package dev.hearsay.crdt.format;

import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.KeyFormat;
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.LogKey;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bytes of the key intervals in a change; drawn in {@link ChangeFormat}. */
final class RangeFormat {
  private static final int FROM = 1;
  private static final int TO = 2;

  private RangeFormat() {}

  /** Adds the replicas that the range names. */
  static void mention(KeyRange range, Set<ReplicaId> mentioned) {
    if (range.from() instanceof LogKey from) {
      mentioned.add(from.replica());
    }
    if (range.to() instanceof LogKey to) {
      mentioned.add(to.replica());
    }
  }

  static void write(ByteWriter out, List<KeyRange> ranges, ReplicaDictionary dictionary) {
    out.varint(ranges.size());
    for (KeyRange range : ranges) {
      Key from = range.from();
      Key to = range.to();
      out.u8((from == null ? 0 : FROM) | (to == null ? 0 : TO));
      if (from != null) {
        writeKey(out, from, dictionary);
      }
      if (to != null) {
        writeKey(out, to, dictionary);
      }
    }
  }

  private static void writeKey(ByteWriter out, Key key, ReplicaDictionary dictionary) {
    if (key instanceof LogKey log) {
      writeLogKey(out, log, dictionary);
    } else {
      KeyFormat.write(out, key);
    }
  }

  static void writeLogKey(ByteWriter out, LogKey key, ReplicaDictionary dictionary) {
    out.fixed64(key.time()).varint(dictionary.indexOf(key.replica())).varint(key.counter());
  }

  static List<KeyRange> read(ByteReader in, FieldType type, ReplicaDictionary dictionary) {
    int count = in.count(2, "ranges");
    if (count == 0) {
      throw RejectedException.malformed("ranges announced and none given");
    }
    List<KeyRange> ranges = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      int flags = in.u8();
      if (flags < FROM || flags > (FROM | TO)) {
        throw new RejectedException(
            Reason.UNKNOWN_VERSION, "range flags " + flags + " are not known to this version");
      }
      @Nullable Key from = (flags & FROM) == 0 ? null : readKey(in, type, dictionary);
      @Nullable Key to = (flags & TO) == 0 ? null : readKey(in, type, dictionary);
      try {
        ranges.add(new KeyRange(from, to));
      } catch (IllegalArgumentException e) {
        throw new RejectedException(Reason.MALFORMED, e.getMessage(), e);
      }
    }
    return ranges;
  }

  private static Key readKey(ByteReader in, FieldType type, ReplicaDictionary dictionary) {
    return type.keys() == FieldType.Keys.LOG
        ? readLogKey(in, dictionary)
        : KeyFormat.read(in, type);
  }

  static LogKey readLogKey(ByteReader in, ReplicaDictionary dictionary) {
    HybridTime time = HybridTime.read(in);
    ReplicaId replica = dictionary.at(in.varint());
    return new LogKey(time.packed(), replica, in.varintAtLeast(1, "a counter"));
  }
}
