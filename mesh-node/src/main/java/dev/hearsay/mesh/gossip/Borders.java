package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Book;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what comes in and what goes out: nothing is taken of a space that the sender or this
 * node may not hold. What the sender has not said of itself yet, or this node does not know of the
 * space yet, is no offence. Not thread-safe.
 */
final class Borders {
  private final Placements placements;
  final SpaceBook spaces;
  final Closings closings;

  Borders(Placements placements, SpaceBook spaces, Traffic traffic) {
    this.placements = placements;
    this.spaces = spaces;
    this.closings = new Closings(placements, spaces, traffic);
  }

  /** A peer has more of the space than was known. */
  void stir(String space) {
    spaces.stir(space);
  }

  /** The message, or what is left of it; null if nothing is. */
  @Nullable Message admit(Peer peer, Message message, List<Effect> effects) {
    if (message instanceof Message.Closed closed) {
      @Nullable Message whole = closings.unpack(peer, closed, effects);
      return whole == null ? null : admit(peer, whole, effects);
    }
    if (message instanceof Message.Rows rows) {
      @Nullable List<Message.Row> left =
          filter(peer, rows, rows.rows(), Message.Row::space, effects);
      return left == null ? rows : new Message.Rows(left, rows.answer());
    } else if (message instanceof Message.BucketRows rows) {
      @Nullable List<Message.Row> left =
          filter(peer, rows, rows.rows(), Message.Row::space, effects);
      return left == null ? rows : new Message.BucketRows(rows.buckets(), left);
    } else if (message instanceof Message.Frontiers frontiers) {
      @Nullable List<Message.FrontierRow> left =
          filter(peer, frontiers, frontiers.rows(), Message.FrontierRow::space, effects);
      return left == null ? frontiers : new Message.Frontiers(left);
    } else if (message instanceof Message.BookTell tell) {
      return admit(peer, tell, effects);
    }
    if (!(message instanceof Message.About about) || isAdmitted(peer, about.space(), message)) {
      return message;
    }
    String space = about.space();
    refuse(peer, space, message, effects);
    if (message instanceof Message.Push push) {
      // It names nothing, and the sender's window does not wait for it.
      peer.send(new Message.PushAck(push.sequence()), effects);
    }
    return null;
  }

  private Message.BookTell admit(Peer peer, Message.BookTell tell, List<Effect> effects) {
    List<Book> books = new ArrayList<>();
    for (Book book : tell.books()) {
      @Nullable List<Message.FrontierRow> left =
          filter(peer, tell, book.rows(), Message.FrontierRow::space, effects);
      books.add(left == null ? book : book.with(left));
    }
    return new Message.BookTell(tell.incarnation(), books);
  }

  /** Those that are admitted; null if all are. */
  private <T> @Nullable List<T> filter(
      Peer peer, Message message, List<T> rows, Function<T, String> spaceOf, List<Effect> effects) {
    List<T> left = rows.stream().filter(row -> isRow(peer, spaceOf.apply(row))).toList();
    if (left.size() == rows.size()) {
      return null;
    }
    rows.stream()
        .filter(row -> !isRow(peer, spaceOf.apply(row)))
        .findFirst()
        .ifPresent(row -> refuse(peer, spaceOf.apply(row), message, effects));
    return left;
  }

  private boolean isRow(Peer peer, String space) {
    return placements.of(space) == null || placements.shared(peer, space);
  }

  private boolean isAdmitted(Peer peer, String space, Message message) {
    if (placements.of(space) == null) {
      // Of a space that is not known yet: whoever takes it in will see that it is not open.
      return true;
    }
    if (placements.mayHold(space)) {
      return placements.mayHold(peer, space)
          || message instanceof Message.Handover
          || (peer.offered.containsKey(space) && isGiven(message));
    }
    // Those that may hold it take over what this node still has.
    return spaces.isHere(space) && placements.mayHold(peer, space) && isAsked(message);
  }

  /** What a node that may hold a space says to one that may not any more and offers it. */
  private static boolean isAsked(Message message) {
    return message instanceof Message.Want
        || message instanceof Message.StateResume
        || message instanceof Message.StateAsk
        || message instanceof Message.Covered
        || message instanceof Message.Leaves
        || message instanceof Message.Fork;
  }

  /** What it gets in answer. */
  private static boolean isGiven(Message message) {
    return message instanceof Message.Answer
        || message instanceof Message.StateOffer
        || message instanceof Message.StateHead
        || message instanceof Message.StatePiece
        || message instanceof Message.StateGone
        || message instanceof Message.Fork;
  }

  private void refuse(Peer peer, String space, Message message, List<Effect> effects) {
    if (peer.roles == null && placements.mayHold(space)) {
      return; // it will say in a moment what it is
    }
    String why =
        placements.mayHold(space)
            ? "which may not hold space '" + space + "'"
            : "of space '" + space + "', which may not be held here";
    String detail = message.getClass().getSimpleName() + " from " + peer.name + ", " + why;
    effects.add(new Effect.Report(peer.address, Effect.Event.MISPLACED, detail));
  }

  /** Whether the message may be sent to the peer: the last to look at what leaves. */
  boolean mayGo(Peer peer, Message message) {
    if (!(message instanceof Message.About about)) {
      return true;
    }
    boolean isOffered =
        peer.offered.containsKey(about.space())
            && placements.mayHold(about.space())
            && isAsked(message);
    return isOffered || placements.mayHold(peer, about.space());
  }
}
