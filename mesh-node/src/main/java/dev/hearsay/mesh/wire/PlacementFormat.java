package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;

/**
 * The bodies of messages that only nodes send which know where spaces may live. A node of the
 * format before refuses them, and is sent none but the first.
 *
 * <pre>
 * 39 leaves      space text
 * 40 roles       incarnation 8B, ask 1B, roles (count, text…, ascending)
 * 41 handover    space text, frontier vector, digest 16B
 * 42 covered     space text, frontier vector
 * 43 prune in    space text, origins (count, 8B…)
 * 44 graft in    space text, origins (count, 8B…)
 * 45 fetch       request 8B, space text, base vector, at least vector, wait varint (milliseconds)
 * 46 fetch more  request 8B, index varint
 * 47 fetched     request 8B, index varint, count varint, bytes
 * 48 submit      request 8B, space text, change (length, bytes)
 * 49 outcome     request 8B, 1B (0 done, 1 refused, 2 timed out), detail text
 * </pre>
 */
final class PlacementFormat {
  private static final int DETAIL_BYTES_MAX = 1_000;
  private static final int PIECES_MAX = 1 << 24;
  private static final int WAIT_MILLIS_MAX = 24 * 60 * 60 * 1_000;

  private PlacementFormat() {}

  /** False if it is none of these messages. */
  static boolean write(ByteWriter out, Message message) {
    if (message instanceof Message.Roles roles) {
      out.u8(40).fixed64(roles.incarnation()).u8(roles.ask() ? 1 : 0);
      MessageFormat.list(out, roles.roles(), ByteWriter::text);
    } else if (message instanceof Message.Handover handover) {
      handover.frontier().write(out.u8(41).text(handover.space()));
      handover.digest().write(out);
    } else if (message instanceof Message.Covered covered) {
      covered.frontier().write(out.u8(42).text(covered.space()));
    } else if (message instanceof Message.Leaves leaves) {
      out.u8(39).text(leaves.space());
    } else if (message instanceof Message.PruneIn prune) {
      MessageFormat.list(
          out.u8(43).text(prune.space()), prune.origins(), (to, id) -> to.fixed64(id.value()));
    } else if (message instanceof Message.GraftIn graft) {
      MessageFormat.list(
          out.u8(44).text(graft.space()), graft.origins(), (to, id) -> to.fixed64(id.value()));
    } else if (message instanceof Message.Remote remote) {
      writeRemote(out, remote);
    } else {
      return false;
    }
    return true;
  }

  private static void writeRemote(ByteWriter out, Message.Remote message) {
    if (message instanceof Message.Fetch fetch) {
      fetch.base().write(out.u8(45).fixed64(fetch.request()).text(fetch.space()));
      fetch.atLeast().write(out);
      out.varint(fetch.waitMillis());
    } else if (message instanceof Message.FetchMore more) {
      out.u8(46).fixed64(more.request()).varint(more.fromIndex());
    } else if (message instanceof Message.Fetched piece) {
      out.u8(47).fixed64(piece.request());
      piece.piece().write(out.varint(piece.index()).varint(piece.count()));
    } else if (message instanceof Message.Submit submit) {
      submit.change().write(out.u8(48).fixed64(submit.request()).text(submit.space()));
    } else if (message instanceof Message.Outcome outcome) {
      out.u8(49).fixed64(outcome.request()).u8(outcome.result().code()).text(outcome.detail());
    }
  }

  static Message read(int kind, ByteReader in) {
    return switch (kind) {
      case 39 -> new Message.Leaves(MessageFormat.name(in));
      case 40 -> roles(in);
      case 41 ->
          new Message.Handover(MessageFormat.name(in), VersionVector.read(in), Digest.read(in));
      case 42 -> new Message.Covered(MessageFormat.name(in), VersionVector.read(in));
      case 43 -> new Message.PruneIn(MessageFormat.name(in), MessageFormat.origins(in));
      case 44 -> new Message.GraftIn(MessageFormat.name(in), MessageFormat.origins(in));
      case 45 ->
          new Message.Fetch(
              in.fixed64(),
              MessageFormat.name(in),
              VersionVector.read(in),
              VersionVector.read(in),
              waitMillis(in));
      case 46 -> new Message.FetchMore(in.fixed64(), index(in));
      case 47 -> fetched(in);
      case 48 ->
          new Message.Submit(in.fixed64(), MessageFormat.name(in), ChangeFormat.decode(in.bytes()));
      case 49 -> outcome(in);
      default -> throw new AssertionError(kind);
    };
  }

  private static Message roles(ByteReader in) {
    long incarnation = in.fixed64();
    boolean ask = MessageFormat.flag(in);
    return new Message.Roles(incarnation, MessageFormat.roles(in), ask);
  }

  private static int waitMillis(ByteReader in) {
    long millis = in.varint();
    if (millis < 0 || millis > WAIT_MILLIS_MAX) {
      throw RejectedException.malformed("a wait of " + Long.toUnsignedString(millis) + " ms");
    }
    return (int) millis;
  }

  private static int index(ByteReader in) {
    long index = in.varint();
    if (index < 0 || index > PIECES_MAX) {
      throw RejectedException.malformed("piece " + Long.toUnsignedString(index));
    }
    return (int) index;
  }

  private static Message fetched(ByteReader in) {
    long request = in.fixed64();
    int index = index(in);
    int count = index(in);
    if (index >= count) {
      throw RejectedException.malformed("piece " + index + " of " + count);
    }
    byte[] bytes = in.bytes();
    return new Message.Fetched(request, index, count, Piece.of(bytes, 0, bytes.length));
  }

  private static Message outcome(ByteReader in) {
    long request = in.fixed64();
    int code = in.u8();
    int before = in.position();
    String detail = in.text();
    if (in.position() - before > DETAIL_BYTES_MAX) {
      throw RejectedException.malformed("an outcome that is too wordy");
    }
    for (RemoteResult result : RemoteResult.values()) {
      if (result.code() == code) {
        return new Message.Outcome(request, result, detail);
      }
    }
    throw RejectedException.malformed("an outcome of " + code);
  }
}
