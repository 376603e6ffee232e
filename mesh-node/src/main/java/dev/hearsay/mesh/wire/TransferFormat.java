package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;

/**
 * The bytes of messages about a transfer, after what {@link MessageFormat} says of all.
 *
 * <pre>
 * 50 offer   space text, transfer 8B, resumes 1B, elements varint, bytes varint, head bytes varint
 * 51 head    space text, transfer 8B, offset varint, last 1B, bytes
 * 52 piece   space text, transfer 8B, from varint, elements varint, last 1B, bytes
 * 53 ask     space text, transfer 8B, head from varint, from varint, bytes varint
 * 54 resume  space text, frontier vector, position vector, snapshot vector
 * 55 gone    space text, transfer 8B
 * </pre>
 */
final class TransferFormat {
  private TransferFormat() {}

  static void write(ByteWriter out, Message.Transfer message) {
    if (message instanceof Message.StateOffer offer) {
      out.u8(50).text(offer.space()).fixed64(offer.transfer()).u8(offer.resumes() ? 1 : 0);
      out.varint(offer.elements()).varint(offer.bytes()).varint(offer.headBytes());
    } else if (message instanceof Message.StateHead head) {
      out.u8(51).text(head.space()).fixed64(head.transfer());
      head.piece().write(out.varint(head.offset()).u8(head.last() ? 1 : 0));
    } else if (message instanceof Message.StatePiece piece) {
      out.u8(52).text(piece.space()).fixed64(piece.transfer());
      out.varint(piece.from()).varint(piece.elements()).u8(piece.last() ? 1 : 0);
      piece.piece().write(out);
    } else if (message instanceof Message.StateAsk ask) {
      out.u8(53).text(ask.space()).fixed64(ask.transfer());
      out.varint(ask.headFrom()).varint(ask.from()).varint(ask.bytes());
    } else if (message instanceof Message.StateResume resume) {
      resume.frontier().write(out.u8(54).text(resume.space()));
      resume.position().write(out);
      resume.snapshot().write(out);
    } else if (message instanceof Message.StateGone gone) {
      out.u8(55).text(gone.space()).fixed64(gone.transfer());
    }
  }

  static Message read(int kind, ByteReader in) {
    String space = MessageFormat.name(in);
    return switch (kind) {
      case 50 ->
          new Message.StateOffer(
              space, in.fixed64(), MessageFormat.flag(in), number(in), number(in), size(in, 1));
      case 51 ->
          new Message.StateHead(
              space, in.fixed64(), size(in, 0), MessageFormat.flag(in), piece(in));
      case 52 ->
          new Message.StatePiece(
              space, in.fixed64(), number(in), size(in, 1), MessageFormat.flag(in), piece(in));
      case 53 -> new Message.StateAsk(space, in.fixed64(), size(in, 0), number(in), size(in, 1));
      case 54 ->
          new Message.StateResume(
              space, VersionVector.read(in), VersionVector.read(in), VersionVector.read(in));
      default -> new Message.StateGone(space, in.fixed64());
    };
  }

  private static long number(ByteReader in) {
    return in.varintAtLeast(0, "a number in a transfer");
  }

  private static int size(ByteReader in, int least) {
    long size = in.varintAtLeast(least, "a size in a transfer");
    if (size > Integer.MAX_VALUE) {
      throw RejectedException.malformed("a size of " + size + " in a transfer");
    }
    return (int) size;
  }

  private static Piece piece(ByteReader in) {
    byte[] bytes = in.bytes();
    return Piece.of(bytes, 0, bytes.length);
  }
}
