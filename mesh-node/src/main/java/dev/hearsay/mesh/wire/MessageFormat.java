package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The bytes of a message: {@code | magic 'H' 1B | version 1B | kind 1B | body |}.
 *
 * <pre>
 * 1 hello       node id text, incarnation 8B, name text, addresses (count, text…)
 * 2 push        space text, sequence varint, changes (count, (length, bytes)…)
 * 3 push ack    sequence varint
 * 4 summary     digest 16B
 * 5 rows        answer 1B, rows (count, (space text, frontier vector, digest 16B)…)
 * 6 want        space text, frontier vector
 * 7 answer      space text, 1B (0 wait, 1 done, 2 ask again), changes
 * 8 frontiers   rows (count, (space text, frontier vector)…)
 * 9, 10          not used any more
 * 11 fragment   of a larger message; see {@link Fragments}
 * 12 group sums  64 digests of 16B
 * 13 bucket sums group 1B, 64 digests of 16B
 * 14 bucket rows buckets (count, 2B…, ascending), rows (as in 5)
 * 15 prune       origins (count, 8B…)
 * 16 graft       origins (count, 8B…)
 * 30–34          see {@link AckFormat}
 * 35–38          see {@link ChainFormat}
 * 39–49          of placement; see {@link PlacementFormat}
 * 50–55          of transfers; see {@link TransferFormat}
 * 60–62          space text, then as in {@link ForkFormat}
 * 63 twin        incarnation 8B, up varint, give way 1B
 * 64 former      incarnation 8B
 * 65 hello       of a mesh not named "hearsay": mesh text, then as in 1
 * 70–73          of other nodes and of clocks; see {@link BookFormat}
 * 80, 84         of closed vectors; see {@link ClosingFormat}
 * 81–83          space text, then as there
 * </pre>
 */
public final class MessageFormat {
  /** Largest message, fragments put together, in bytes: a full change and room around it. */
  public static final int MESSAGE_BYTES_MAX = ChangeFormat.CHANGE_BYTES_MAX + (64 << 10);

  static final int MAGIC = 'H';
  static final int VERSION = 1;
  static final int FRAGMENT = 11;
  static final int KIND_MAX = 84;
  private static final int HELLO_OF_MESH = 65;

  private MessageFormat() {}

  public static byte[] encode(Message message) {
    ByteWriter out = new ByteWriter(256).u8(MAGIC).u8(VERSION);
    if (message instanceof Message.Push push) {
      out.u8(2).text(push.space()).varint(push.sequence());
      list(out, push.changes(), (to, change) -> change.write(to));
    } else if (message instanceof Message.PushAck ack) {
      out.u8(3).varint(ack.sequence());
    } else if (message instanceof Message.Summary summary) {
      summary.total().write(out.u8(4));
    } else if (message instanceof Message.Hello hello) {
      boolean isNamed = !hello.mesh().equals(Names.MESH_DEFAULT);
      ByteWriter body = isNamed ? out.u8(HELLO_OF_MESH).text(hello.mesh()) : out.u8(1);
      body.text(hello.nodeId()).fixed64(hello.incarnation()).text(hello.name());
      list(out, hello.known(), (to, address) -> to.text(address.toString()));
    } else if (message instanceof Message.Rows rows) {
      out.u8(5).u8(rows.answer() ? 1 : 0);
      list(out, rows.rows(), MessageFormat::writeRow);
    } else if (message instanceof Message.Want want) {
      want.frontier().write(out.u8(6).text(want.space()));
    } else if (message instanceof Message.Answer answer) {
      out.u8(7).text(answer.space()).u8(answer.then().code());
      list(out, answer.changes(), (to, change) -> change.write(to));
    } else if (message instanceof Message.Frontiers frontiers) {
      list(out.u8(8), frontiers.rows(), (to, row) -> row.frontier().write(to.text(row.space())));
    } else if (message instanceof Message.GroupSums groups) {
      out.u8(12);
      groups.sums().forEach(sum -> sum.write(out));
    } else if (message instanceof Message.BucketSums buckets) {
      out.u8(13).u8(buckets.group());
      buckets.sums().forEach(sum -> sum.write(out));
    } else if (message instanceof Message.BucketRows rows) {
      list(out.u8(14), rows.buckets(), (to, bucket) -> to.u8(bucket >> 8).u8(bucket & 0xff));
      list(out, rows.rows(), MessageFormat::writeRow);
    } else if (message instanceof Message.Prune prune) {
      list(out.u8(15), prune.origins(), (to, origin) -> to.fixed64(origin.value()));
    } else if (message instanceof Message.Graft graft) {
      list(out.u8(16), graft.origins(), (to, origin) -> to.fixed64(origin.value()));
    } else if (message instanceof Message.Fork fork) {
      ForkFormat.write(out.u8(ForkFormat.kind(fork.talk())).text(fork.space()), fork.talk());
    } else if (message instanceof Message.Closed closed) {
      ClosingFormat.write(out, closed);
    } else if (message instanceof Message.ClosedUnknown unknown) {
      list(out.u8(ClosingFormat.UNKNOWN), unknown.hashes(), (to, hash) -> hash.write(to));
    } else if (message instanceof Message.Closing closing) {
      int kind = ClosingFormat.kind(closing.talk());
      ClosingFormat.write(out.u8(kind).text(closing.space()), closing.talk());
    } else if (message instanceof Message.Twin twin) {
      out.u8(63).fixed64(twin.incarnation()).varint(twin.upMillis());
      out.u8(twin.giveWay() ? 1 : 0);
    } else if (message instanceof Message.Former former) {
      out.u8(64).fixed64(former.incarnation());
    } else if (message instanceof Message.Transfer transfer) {
      TransferFormat.write(out, transfer);
    } else if (message instanceof Message.OfChains chains) {
      ChainFormat.write(out, chains);
    } else if (!AckFormat.write(out, message)
        && !PlacementFormat.write(out, message)
        && !BookFormat.write(out, message)) {
      throw new AssertionError(message);
    }
    return out.toByteArray();
  }

  private static void writeRow(ByteWriter out, Message.Row row) {
    row.frontier().write(out.text(row.space()));
    row.digest().write(out);
  }

  /**
   * Reads a message that is not a fragment.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public static Message decode(byte[] bytes) {
    return decode(bytes, ChangeFormat::decode);
  }

  /**
   * The same.
   *
   * @param changes reads the changes of a push or an answer, as {@link ChangeFormat#decode} does
   */
  public static Message decode(byte[] bytes, Function<byte[], EncodedChange> changes) {
    ByteReader in = open(bytes);
    int kind = in.u8();
    Message message =
        switch (kind) {
          case 1 -> hello(Names.MESH_DEFAULT, in);
          case 2 ->
              new Message.Push(name(in), in.varintAtLeast(1, "a sequence"), changes(in, changes));
          case 3 -> new Message.PushAck(in.varintAtLeast(0, "a sequence"));
          case 4 -> new Message.Summary(Digest.read(in));
          case 5 -> rows(in);
          case 6 -> new Message.Want(name(in), VersionVector.read(in));
          case 7 -> answer(in, changes);
          case 8 -> new Message.Frontiers(list(in, 2, MessageFormat::frontierRow));
          case 12 -> new Message.GroupSums(sums(in));
          case 13 -> bucketSums(in);
          case 14 -> bucketRows(in);
          case 15 -> new Message.Prune(origins(in));
          case 16 -> new Message.Graft(origins(in));
          case 30, 31, 32, 33, 34 -> AckFormat.read(kind, in);
          case ChainFormat.ASK, ChainFormat.TELL, ChainFormat.STAND_ASK, ChainFormat.STAND_TELL ->
              ChainFormat.read(kind, in);
          case 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49 -> PlacementFormat.read(kind, in);
          case 50, 51, 52, 53, 54, 55 -> TransferFormat.read(kind, in);
          case ForkFormat.HEADS, ForkFormat.WANT_LINKS, ForkFormat.LINKS ->
              new Message.Fork(name(in), ForkFormat.read(kind, in));
          case 70, 71, 72, 73 -> BookFormat.read(kind, in);
          case ClosingFormat.CLOSED -> ClosingFormat.readClosed(in);
          case ClosingFormat.UNKNOWN -> new Message.ClosedUnknown(list(in, 16, Digest::read));
          case ClosingFormat.HELD, ClosingFormat.ASK, ClosingFormat.TELL ->
              new Message.Closing(name(in), ClosingFormat.read(kind, in));
          case 64 -> new Message.Former(in.fixed64());
          case HELLO_OF_MESH -> hello(namedMesh(in), in);
          case 63 -> new Message.Twin(in.fixed64(), in.varintAtLeast(0, "a time"), flag(in));
          default ->
              throw new RejectedException(
                  RejectedException.Reason.UNKNOWN_VERSION, "no message is of kind " + kind);
        };
    in.end();
    return message;
  }

  static ByteReader open(byte[] bytes) {
    if (bytes.length > MESSAGE_BYTES_MAX) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "a message of " + bytes.length + " bytes; the limit is " + MESSAGE_BYTES_MAX);
    }
    ByteReader in = new ByteReader(bytes);
    if (in.u8() != MAGIC) {
      throw RejectedException.malformed("not a message of Hearsay");
    }
    int version = in.u8();
    if (version != VERSION) {
      throw new RejectedException(
          RejectedException.Reason.UNKNOWN_VERSION,
          "message version " + version + "; this node speaks " + VERSION);
    }
    return in;
  }

  private static Message hello(String mesh, ByteReader in) {
    return new Message.Hello(
        mesh, name(in), in.fixed64(), name(in), list(in, 4, MessageFormat::address));
  }

  private static String namedMesh(ByteReader in) {
    String mesh = name(in);
    try {
      Names.checkMesh(mesh);
    } catch (HearsayException e) {
      throw new RejectedException(RejectedException.Reason.MALFORMED, e.getMessage(), e);
    }
    if (mesh.equals(Names.MESH_DEFAULT)) {
      throw RejectedException.malformed(
          "a hello of kind 65 of the mesh that those of kind 1 are of");
    }
    return mesh;
  }

  /** Of a space or node; what peers name is remembered, so its length must be bounded. */
  static String name(ByteReader in) {
    int before = in.position();
    String name = in.text();
    if (in.position() - before > Names.NAME_BYTES_MAX + 2) {
      throw RejectedException.malformed(
          "a name of more than " + Names.NAME_BYTES_MAX + " bytes of UTF-8");
    }
    return name;
  }

  static HostPort address(ByteReader in) {
    String text = in.text();
    try {
      HostPort address = HostPort.parse(text);
      if (!address.toString().equals(text)) {
        throw RejectedException.malformed("an address that is not in its shortest form: " + text);
      }
      return address;
    } catch (HearsayException e) {
      throw new RejectedException(RejectedException.Reason.MALFORMED, e.getMessage(), e);
    }
  }

  private static Message rows(ByteReader in) {
    boolean answer = flag(in);
    return new Message.Rows(list(in, 18, MessageFormat::row), answer);
  }

  private static Message.Row row(ByteReader in) {
    return new Message.Row(name(in), VersionVector.read(in), Digest.read(in));
  }

  private static List<Digest> sums(ByteReader in) {
    List<Digest> sums = new ArrayList<>(Message.GROUPS);
    for (int i = 0; i < Message.GROUPS; i++) {
      sums.add(Digest.read(in));
    }
    return sums;
  }

  private static Message bucketSums(ByteReader in) {
    int group = in.u8();
    if (group >= Message.GROUPS) {
      throw RejectedException.malformed("group " + group + " of " + Message.GROUPS);
    }
    return new Message.BucketSums(group, sums(in));
  }

  static List<ReplicaId> origins(ByteReader in) {
    return list(in, 8, origin -> new ReplicaId(origin.fixed64()));
  }

  static List<String> roles(ByteReader in) {
    List<String> roles = list(in, 1, MessageFormat::name);
    for (int i = 1; i < roles.size(); i++) {
      if (roles.get(i).compareTo(roles.get(i - 1)) <= 0) {
        throw RejectedException.malformed("roles that do not ascend");
      }
    }
    return roles;
  }

  private static Message bucketRows(ByteReader in) {
    List<Integer> buckets = list(in, 2, bucket -> (bucket.u8() << 8) | bucket.u8());
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.get(i) >= Message.GROUPS * Message.GROUPS
          || (i > 0 && buckets.get(i) <= buckets.get(i - 1))) {
        throw RejectedException.malformed("buckets that do not ascend: " + buckets.get(i));
      }
    }
    return new Message.BucketRows(buckets, list(in, 18, MessageFormat::row));
  }

  static Message.FrontierRow frontierRow(ByteReader in) {
    return new Message.FrontierRow(name(in), VersionVector.read(in));
  }

  private static Message answer(ByteReader in, Function<byte[], EncodedChange> changes) {
    String space = name(in);
    int code = in.u8();
    for (Message.Then then : Message.Then.values()) {
      if (then.code() == code) {
        return new Message.Answer(space, changes(in, changes), then);
      }
    }
    throw RejectedException.malformed("an answer that goes on with " + code);
  }

  static boolean flag(ByteReader in) {
    int flag = in.u8();
    if (flag > 1) {
      throw RejectedException.malformed("a flag of " + flag);
    }
    return flag == 1;
  }

  private static List<EncodedChange> changes(
      ByteReader in, Function<byte[], EncodedChange> changes) {
    return list(in, 8, change -> changes.apply(change.bytes()));
  }

  static <T> void list(ByteWriter out, List<T> items, BiConsumer<ByteWriter, T> write) {
    out.varint(items.size());
    items.forEach(item -> write.accept(out, item));
  }

  static <T> List<T> list(ByteReader in, int bytesEach, Function<ByteReader, T> read) {
    int count = in.count(bytesEach, "items");
    List<T> items = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      items.add(read.apply(in));
    }
    return items;
  }
}
