package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link Hello}.
 *
 * <pre>
 * | magic 2B "HC" | version 1B | kind 1B | hears you 1B | mesh | node id | incarnation 8B |
 * | generation 8B | epoch 8B | sequence 8B | data address | control | member count 2B | member … |
 * member | address | uid 8B | reachable 1B |, ascending
 * </pre>
 *
 * Version 1 has no mesh: it is of the one named "hearsay". Version 2 is of any other.
 */
final class HelloCodec {
  private static final int MAGIC = 0x4843;
  private static final int VERSION = 1;
  private static final int VERSION_OF_MESH = 2;
  private static final int MEMBER_BYTES_MIN = 2 + 1 + 2 + 8 + 1;

  private HelloCodec() {}

  static byte[] encode(Hello hello) {
    boolean isNamed = !hello.mesh().equals(Names.MESH_DEFAULT);
    FrameWriter out =
        new FrameWriter()
            .putShort(MAGIC)
            .putByte(isNamed ? VERSION_OF_MESH : VERSION)
            .putByte(hello.kind().code())
            .putByte(hello.hearsYou() ? 1 : 0);
    if (isNamed) {
      out.putText(hello.mesh());
    }
    out.putText(hello.nodeId())
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
    if (version != VERSION && version != VERSION_OF_MESH) {
      throw new MalformedFrameException("control message of unknown version " + version);
    }
    int code = in.takeByte();
    Hello.Kind kind =
        Hello.Kind.ofCode(code)
            .orElseThrow(
                () -> new MalformedFrameException("control message of unknown kind " + code));
    boolean hearsYou = in.takeFlag();
    String mesh = version == VERSION ? Names.MESH_DEFAULT : takeMesh(in);
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
        kind,
        hearsYou,
        nodeId,
        incarnation,
        generation,
        epoch,
        sequence,
        data,
        control,
        members,
        mesh);
  }

  private static String takeMesh(FrameReader in) throws MalformedFrameException {
    String mesh = in.takeText(Names.MESH_BYTES_MAX);
    try {
      Names.checkMesh(mesh);
    } catch (HearsayException e) {
      throw new MalformedFrameException("not the name of a mesh", e);
    }
    if (mesh.equals(Names.MESH_DEFAULT)) {
      throw new MalformedFrameException("version 2 of the mesh that those of version 1 are of");
    }
    return mesh;
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
