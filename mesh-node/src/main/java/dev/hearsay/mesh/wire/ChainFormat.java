package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of the messages by which voters are asked for changes and not only for counters.
 *
 * <pre>
 * 35 chain ask   space text, request 8B, target vector, known 8B
 * 36 chain tell  space text, request 8B, node id text, incarnation 8B,
 *                heads (count, (replica 8B, counter varint, hash 8B)…),
 *                1B (0 the same view, 1 a view follows), view as in {@link AckFormat}
 * 37 stand ask   space text, request 8B, known 8B
 * 38 stand tell  space text, request 8B, node id text, incarnation 8B, frontier vector,
 *                chains 16B, 1B and view as in 36
 * </pre>
 */
final class ChainFormat {
  static final int ASK = 35;
  static final int TELL = 36;
  static final int STAND_ASK = 37;
  static final int STAND_TELL = 38;

  private ChainFormat() {}

  static void write(ByteWriter out, Message.OfChains message) {
    if (message instanceof ChainAsk ask) {
      ask.target().write(out.u8(ASK).text(ask.space()).fixed64(ask.request()));
      out.fixed64(ask.known());
    } else if (message instanceof ChainTell tell) {
      out.u8(TELL).text(tell.space()).fixed64(tell.request()).text(tell.nodeId());
      MessageFormat.list(
          out.fixed64(tell.incarnation()),
          tell.heads(),
          (to, head) ->
              to.fixed64(head.replica().value()).varint(head.counter()).fixed64(head.hash()));
      view(out, tell.view());
    } else if (message instanceof StandAsk ask) {
      out.u8(STAND_ASK).text(ask.space()).fixed64(ask.request()).fixed64(ask.known());
    } else if (message instanceof StandTell tell) {
      out.u8(STAND_TELL).text(tell.space()).fixed64(tell.request()).text(tell.nodeId());
      tell.frontier().write(out.fixed64(tell.incarnation()));
      tell.chains().write(out);
      view(out, tell.view());
    }
  }

  private static void view(ByteWriter out, @Nullable VoterView view) {
    out.u8(view == null ? 0 : 1);
    if (view != null) {
      AckFormat.write(out, view);
    }
  }

  static Message.OfChains read(int kind, ByteReader in) {
    String space = MessageFormat.name(in);
    long request = in.fixed64();
    if (kind == ASK) {
      return new ChainAsk(space, request, VersionVector.read(in), in.fixed64());
    } else if (kind == STAND_ASK) {
      return new StandAsk(space, request, in.fixed64());
    }
    String nodeId = MessageFormat.name(in);
    long incarnation = in.fixed64();
    if (kind == STAND_TELL) {
      VersionVector frontier = VersionVector.read(in);
      Digest chains = Digest.read(in);
      @Nullable VoterView seen = MessageFormat.flag(in) ? AckFormat.view(in) : null;
      return new StandTell(space, request, nodeId, incarnation, frontier, chains, seen);
    }
    List<ForkTalk.Head> heads = MessageFormat.list(in, 17, ChainFormat::head);
    @Nullable VoterView view = MessageFormat.flag(in) ? AckFormat.view(in) : null;
    return new ChainTell(space, request, nodeId, incarnation, heads, view);
  }

  private static ForkTalk.Head head(ByteReader in) {
    return new ForkTalk.Head(
        new ReplicaId(in.fixed64()), in.varintAtLeast(1, "a counter"), in.fixed64());
  }
}
