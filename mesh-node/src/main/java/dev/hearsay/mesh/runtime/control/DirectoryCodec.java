package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the node directory. Canonical: equal directories have equal bytes, since Pekko
 * compares replicas by a digest over them, and unequal bytes would be gossiped for ever.
 *
 * <pre>
 * rows  | version 1B = 1 | count 2B | row … ascending by node id |
 * row   | node id | name | incarnation 8B | generation 8B | epoch 8B | revision 8B | data address |
 *       | control | roles count 1B, each a text, ascending | version | clock offset 8B | load 2B |
 * </pre>
 */
final class DirectoryCodec {
  private static final int VERSION = 1;

  /** The least that a row can take; bounds what a count may claim. */
  private static final int ROW_BYTES_MIN = 3 + 3 + 32 + 5 + 1 + 1 + 3 + 8 + 2;

  private DirectoryCodec() {}

  static byte[] encode(Map<String, NodeRow> rows) {
    FrameWriter out = new FrameWriter().putByte(VERSION).putShort(rows.size());
    new TreeMap<>(rows).values().forEach(row -> put(out, row));
    return out.toBytes();
  }

  static byte[] encodeRow(NodeRow row) {
    FrameWriter out = new FrameWriter();
    put(out, row);
    return out.toBytes();
  }

  static Map<String, NodeRow> decode(byte[] bytes) throws MalformedFrameException {
    FrameReader in = new FrameReader(bytes);
    int version = in.takeByte();
    if (version != VERSION) {
      throw new MalformedFrameException("node directory of unknown version " + version);
    }
    int count = in.takeCount(Limits.ROWS_READ_MAX, ROW_BYTES_MIN);
    TreeMap<String, NodeRow> rows = new TreeMap<>();
    String last = "";
    for (int i = 0; i < count; i++) {
      NodeRow row = take(in);
      requireAscending(last, row.nodeId());
      last = row.nodeId();
      rows.put(last, row);
    }
    in.finish();
    return rows;
  }

  private static void put(FrameWriter out, NodeRow row) {
    out.putText(row.nodeId())
        .putText(row.name())
        .putLong(row.incarnation())
        .putLong(row.generation())
        .putLong(row.epoch())
        .putLong(row.revision())
        .putHostPort(row.data())
        .putControl(row.control())
        .putByte(row.roles().size());
    new TreeSet<>(row.roles()).forEach(out::putText);
    out.putText(row.version()).putLong(row.clockOffsetMillis()).putShort(row.loadPermille());
  }

  private static NodeRow take(FrameReader in) throws MalformedFrameException {
    String nodeId = in.takeText(Limits.TEXT_BYTES_MAX);
    String name = in.takeText(Limits.TEXT_BYTES_MAX);
    long incarnation = in.takeLong();
    long generation = in.takeLong();
    long epoch = in.takeLong();
    long revision = in.takeLong();
    HostPort data = in.takeHostPort();
    @Nullable ControlAddress control = in.takeControl();
    Set<String> roles = takeRoles(in);
    String version = in.takeText(Limits.TEXT_BYTES_MAX);
    long clockOffsetMillis = in.takeLong();
    int loadPermille = in.takeShort();
    if (loadPermille > NodeLoad.PERMILLE_MAX) {
      throw new MalformedFrameException("a load of " + loadPermille + " permille");
    }
    return new NodeRow(
        nodeId,
        name,
        incarnation,
        generation,
        epoch,
        revision,
        data,
        control,
        roles,
        version,
        clockOffsetMillis,
        loadPermille);
  }

  private static Set<String> takeRoles(FrameReader in) throws MalformedFrameException {
    int count = in.takeByte();
    if (count > Limits.ROLES_MAX) {
      throw new MalformedFrameException(count + " roles; at most " + Limits.ROLES_MAX + " may be");
    }
    TreeSet<String> roles = new TreeSet<>();
    String last = "";
    for (int i = 0; i < count; i++) {
      String role = in.takeText(Limits.TEXT_BYTES_MAX);
      requireAscending(last, role);
      last = role;
      roles.add(role);
    }
    return roles;
  }

  private static void requireAscending(String last, String next) throws MalformedFrameException {
    if (last.compareTo(next) >= 0) {
      throw new MalformedFrameException("entries that are not in ascending order");
    }
  }
}
