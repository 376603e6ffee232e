package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.List;

/**
 * The bodies of messages about other nodes, and about clocks. A node of the format before refuses
 * them, and goes on without.
 *
 * <pre>
 * 70 book ask    incarnation 8B, (count, (address text, since varint)…)
 * 71 book tell   incarnation 8B, books (count, book…)
 *    book        address text, node id text, name text, incarnation 8B, roles known 1B,
 *                roles (count, text…, ascending), age varint (milliseconds), up to varint,
 *                rows (count, (space text, frontier vector)…)
 * 72 clock ask   8B, to be given back
 * 73 clock tell  8B as asked, wall clock 8B (milliseconds since 1970)
 * </pre>
 */
final class BookFormat {
  private static final long WALL_MILLIS_MAX = 1L << 47;

  private BookFormat() {}

  /** False if it is none of these messages. */
  static boolean write(ByteWriter out, Message message) {
    if (message instanceof Message.BookAsk ask) {
      MessageFormat.list(
          out.u8(70).fixed64(ask.incarnation()),
          ask.places(),
          (to, about) -> to.text(about.address().toString()).varint(about.since()));
    } else if (message instanceof Message.BookTell tell) {
      MessageFormat.list(
          out.u8(71).fixed64(tell.incarnation()), tell.books(), BookFormat::writeBook);
    } else if (message instanceof Message.ClockAsk ask) {
      out.u8(72).fixed64(ask.asked());
    } else if (message instanceof Message.ClockTell tell) {
      out.u8(73).fixed64(tell.asked()).fixed64(tell.wallMillis());
    } else {
      return false;
    }
    return true;
  }

  private static void writeBook(ByteWriter out, Book book) {
    out.text(book.address().toString()).text(book.nodeId()).text(book.name());
    out.fixed64(book.incarnation()).u8(book.rolesKnown() ? 1 : 0);
    MessageFormat.list(out, book.roles(), ByteWriter::text);
    out.varint(book.ageMillis()).varint(book.upTo());
    MessageFormat.list(out, book.rows(), (to, row) -> row.frontier().write(to.text(row.space())));
  }

  static Message read(int kind, ByteReader in) {
    return switch (kind) {
      case 70 ->
          new Message.BookAsk(in.fixed64(), bounded(MessageFormat.list(in, 2, BookFormat::about)));
      case 71 ->
          new Message.BookTell(in.fixed64(), bounded(MessageFormat.list(in, 16, BookFormat::book)));
      case 72 -> new Message.ClockAsk(in.fixed64());
      case 73 -> new Message.ClockTell(in.fixed64(), wall(in));
      default -> throw new AssertionError(kind);
    };
  }

  private static <T> List<T> bounded(List<T> books) {
    if (books.size() > Message.BOOKS_MAX) {
      throw RejectedException.malformed(
          books.size() + " nodes at a time; at most " + Message.BOOKS_MAX + " may be");
    }
    return books;
  }

  private static BookPlace about(ByteReader in) {
    return new BookPlace(MessageFormat.address(in), number(in, "a place in a book"));
  }

  private static Book book(ByteReader in) {
    return new Book(
        MessageFormat.address(in),
        MessageFormat.name(in),
        MessageFormat.name(in),
        in.fixed64(),
        MessageFormat.flag(in),
        MessageFormat.roles(in),
        number(in, "an age"),
        number(in, "a place in a book"),
        MessageFormat.list(in, 2, MessageFormat::frontierRow));
  }

  /** As much as hybrid times can hold, so that differences cannot overflow. */
  private static long wall(ByteReader in) {
    long millis = in.fixed64();
    if (millis < 0 || millis > WALL_MILLIS_MAX) {
      throw RejectedException.malformed("a wall clock that shows " + millis);
    }
    return millis;
  }

  private static long number(ByteReader in, String what) {
    return in.varintAtLeast(0, what);
  }
}
