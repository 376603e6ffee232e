package dev.hearsay.mesh.runtime.control;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link Hello}.
 *
 * <pre>
 * | magic 2B "HC" | version 1B = 1 | kind 1B | hears you 1B | node id | incarnation 8B |
 * | generation 8B | epoch 8B | sequence 8B | data address | control | member count 2B | member … |
 * member | address | uid 8B | reachable 1B |, ascending
 * </pre>
 */
final class HelloCodec {
  private static final int MAGIC = 0x4843;
  private static final int VERSION = 1;
  private static final int MEMBER_BYTES_MIN = 2 + 1 + 2 + 8 + 1;

  private HelloCodec() {}

  static byte[] encode(Hello hello) {
    FrameWriter out =
        new FrameWriter()
            .putShort(MAGIC)
            .putByte(VERSION)
            .putByte(hello.kind().code())
            .putByte(hello.hearsYou() ? 1 : 0)
            .putText(hello.nodeId())
            .putLong(hello.incarnation())
            .putLong(hello.generation())
            .putLong(hello.epoch())
            .putLong(hello.sequence())
            .putHostPort(hello.data())
            .putControl(hello.control())
            .putShort(hello.members().size());
    for (Map.Entry<ControlAddress, Boolean> member : hello.members().entrySet()) {
      out.putHostPort(member.getKey().address())
          .putLong(member.getKey().uid())
          .putByte(member.getValue() ? 1 : 0);
    }
    return out.toBytes();
  }

  static Hello decode(byte[] bytes) throws MalformedFrameException {
    FrameReader in = new FrameReader(bytes);
    if (in.takeShort() != MAGIC) {
      throw new MalformedFrameException("not a control message");
    }
    int version = in.takeByte();
    if (version != VERSION) {
      throw new MalformedFrameException("control message of unknown version " + version);
    }
    int code = in.takeByte();
    Hello.Kind kind =
        Hello.Kind.ofCode(code)
            .orElseThrow(
                () -> new MalformedFrameException("control message of unknown kind " + code));
    boolean hearsYou = in.takeFlag();
    String nodeId = in.takeText(Limits.TEXT_BYTES_MAX);
    long incarnation = in.takeLong();
    long generation = in.takeLong();
    long epoch = in.takeLong();
    long sequence = in.takeLong();
    HostPort data = in.takeHostPort();
    @Nullable ControlAddress control = in.takeControl();
    NavigableMap<ControlAddress, Boolean> members = takeMembers(in);
    in.finish();
    return new Hello(
        kind, hearsYou, nodeId, incarnation, generation, epoch, sequence, data, control, members);
  }

  private static NavigableMap<ControlAddress, Boolean> takeMembers(FrameReader in)
      throws MalformedFrameException {
    int count = in.takeCount(Limits.HELLO_MEMBERS_MAX, MEMBER_BYTES_MIN);
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      ControlAddress member = new ControlAddress(in.takeHostPort(), in.takeLong());
      if (!members.isEmpty() && members.lastKey().compareTo(member) >= 0) {
        throw new MalformedFrameException("members that are not in ascending order");
      }
      members.put(member, in.takeFlag());
    }
    return members;
  }
}
