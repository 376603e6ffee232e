package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Book;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what comes in and what goes out: nothing is taken of a space that the sender or this
 * node may not hold. What the sender has not said of itself for a moment, or this node does not
 * know of the space yet, is no offence. Not thread-safe.
 */
final class Borders {
  /** A peer that has come into reach says in so long by which roles spaces live there. */
  static final long ROLES_MILLIS = 2_000;

  /** So much is excused of one that has not, or it would never be counted if it came and went. */
  static final int UNSAID_MAX = 1_000;

  private final Placements placements;
  final SpaceBook spaces;
  final Closings closings;
  final Claims claims;

  /**
   * As often as a peer that is known no more had come into reach at most. Others count on from
   * there: whoever comes back must not pass for who was met before.
   */
  int contactsOfTheGone;

  /** With the limits that count where nothing else is said. */
  Borders(Placements placements, SpaceBook spaces, Traffic traffic) {
    this(placements, spaces, GossipLimits.DEFAULT, traffic);
  }

  Borders(Placements placements, SpaceBook spaces, GossipLimits limits, Traffic traffic) {
    this.claims = new Claims(limits, traffic);
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
    if (!(message instanceof Message.Hello || message instanceof Message.Roles)) {
      peer.announced.answered();
    }
    if (isOfNoSpace(message)) {
      return message;
    }
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

  /** Whether it is one of those that are sent most often, and about no space. */
  private static boolean isOfNoSpace(Message message) {
    return message instanceof Message.Hello
        || message instanceof Message.PushAck
        || message instanceof Message.Summary
        || message instanceof Message.ClockAsk
        || message instanceof Message.ClockTell;
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
    String refused = null;
    for (int i = 0; i < rows.size() && refused == null; i++) {
      String space = spaceOf.apply(rows.get(i));
      refused = isRow(peer, space) ? null : space;
    }
    if (refused == null) {
      return null;
    }
    refuse(peer, refused, message, effects);
    return rows.stream().filter(row -> isRow(peer, spaceOf.apply(row))).toList();
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
    boolean isUnsaid = peer.roles == null && placements.mayHold(space);
    if (isUnsaid
        && peer.heardMillis - peer.backMillis < ROLES_MILLIS
        && ++peer.unsaid <= UNSAID_MAX) {
      return; // it will say in a moment what it is
    }
    String why =
        placements.mayHold(space)
            ? (isUnsaid ? "which has not said its roles and" : "which")
                + " may not hold space '"
                + space
                + "'"
            : "of space '" + space + "', which may not be held here";
    String detail = message.getClass().getSimpleName() + " from " + peer.name + ", " + why;
    effects.add(new Effect.Report(peer.address, Effect.Event.MISPLACED, detail));
  }

  /** Whether the message may be sent to the peer: the last to look at what leaves. */
  boolean mayGo(Peer peer, Message message) {
    if (isOfNoSpace(message) || !(message instanceof Message.About about)) {
      return true;
    }
    boolean isOffered =
        peer.offered.containsKey(about.space())
            && placements.mayHold(about.space())
            && isAsked(message);
    return isOffered || placements.mayHold(peer, about.space());
  }
}
