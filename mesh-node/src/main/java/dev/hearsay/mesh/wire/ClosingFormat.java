package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.List;

/**
 * The bodies of messages that name closed vectors, and of those about them, behind the space. A
 * node of the format before refuses the latter, says none itself, and so is sent none of the
 * former.
 *
 * <pre>
 * 80 closed       refs (count, (vector varint, hash 16B)…, ascending), a message with version
 *                 vectors: of the vector at that place, counted from 0, only the entries beyond the
 *                 closed vector stand there
 * 81 closed held  hash 16B, answer 1B
 * 82 closed ask   hash 16B, base 16B, from varint
 * 83 closed tell  hash 16B, base 16B, total varint, from varint, entries vector
 * 84 closed unknown  hashes (count, 16B…); of no space
 * </pre>
 */
final class ClosingFormat {
  static final int CLOSED = 80;
  static final int HELD = 81;
  static final int ASK = 82;
  static final int TELL = 83;
  static final int UNKNOWN = 84;

  private ClosingFormat() {}

  static int kind(ClosingTalk talk) {
    if (talk instanceof ClosingTalk.Held) {
      return HELD;
    }
    return talk instanceof ClosingTalk.Ask ? ASK : TELL;
  }

  static void write(ByteWriter out, Message.Closed closed) {
    MessageFormat.list(
        out.u8(CLOSED), closed.refs(), (to, ref) -> ref.hash().write(to.varint(ref.vector())));
    out.raw(MessageFormat.encode(closed.inner()));
  }

  static Message readClosed(ByteReader in) {
    List<Message.ClosedRef> refs =
        MessageFormat.list(in, 17, ref -> new Message.ClosedRef(number(ref), Digest.read(ref)));
    byte[] inner = in.raw(in.remaining());
    if (inner.length < 3 || (inner[2] & 0xff) == CLOSED) {
      throw RejectedException.malformed("closed vectors of no message");
    }
    Message message = MessageFormat.decode(inner);
    int vectors = MessageVectors.count(message);
    int before = -1;
    for (Message.ClosedRef ref : refs) {
      if (ref.vector() <= before || ref.vector() >= vectors) {
        throw RejectedException.malformed(
            "a closed vector for number " + ref.vector() + " of " + vectors);
      }
      before = ref.vector();
    }
    if (refs.isEmpty()) {
      throw RejectedException.malformed("no closed vector is named");
    }
    return new Message.Closed(refs, message);
  }

  static void write(ByteWriter out, ClosingTalk talk) {
    talk.hash().write(out);
    if (talk instanceof ClosingTalk.Held held) {
      out.u8(held.answer() ? 1 : 0);
    } else if (talk instanceof ClosingTalk.Ask ask) {
      ask.base().write(out);
      out.varint(ask.from());
    } else if (talk instanceof ClosingTalk.Tell tell) {
      tell.base().write(out);
      tell.entries().write(out.varint(tell.total()).varint(tell.from()));
    }
  }

  static ClosingTalk read(int kind, ByteReader in) {
    Digest hash = Digest.read(in);
    return switch (kind) {
      case HELD -> new ClosingTalk.Held(hash, MessageFormat.flag(in));
      case ASK -> new ClosingTalk.Ask(hash, Digest.read(in), number(in));
      default -> tell(hash, in);
    };
  }

  private static ClosingTalk tell(Digest hash, ByteReader in) {
    Digest base = Digest.read(in);
    int total = number(in);
    int from = number(in);
    VersionVector entries = VersionVector.read(in);
    if (entries.isEmpty()
        || entries.size() > ClosingTalk.ENTRIES_MAX
        || (long) from + entries.size() > total) {
      throw RejectedException.malformed(
          entries.size() + " entries after " + from + " of " + total + " of a closed vector");
    }
    return new ClosingTalk.Tell(hash, base, total, from, entries);
  }

  private static int number(ByteReader in) {
    long number = in.varintAtLeast(0, "a number of entries");
    if (number > Integer.MAX_VALUE) {
      throw RejectedException.malformed(number + " entries of a closed vector");
    }
    return (int) number;
  }
}
