package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RemoteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A question to a node that holds a space, and what came of it. Thread-safe. */
final class RemoteExchange {
  /** Bytes of one piece of a state. */
  static final int PIECE_BYTES = 32 << 10;

  /** Pieces sent for one request. */
  static final int PIECES_AT_ONCE = 16;

  /** Most bytes of a state that is fetched, which is all in memory. */
  static final long BYTES_MAX =
      Math.min(Integer.MAX_VALUE - 16L, Runtime.getRuntime().maxMemory() / 4);

  /**
   * What came of it.
   *
   * @param diff of a state, if that was asked for and there is any
   */
  record Reply(RemoteResult result, String detail, @Nullable Piece diff) {}

  private final long bytesMax;
  private final HostPort holder;
  private final Message.Remote question;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private final List<Piece> pieces = new ArrayList<>();
  private int bytes;
  private int count;
  private long progressNanos = System.nanoTime();

  RemoteExchange(HostPort holder, Message.Remote question) {
    this(holder, question, BYTES_MAX);
  }

  /** Of a state of so many bytes at most. */
  RemoteExchange(HostPort holder, Message.Remote question, long bytesMax) {
    this.bytesMax = bytesMax;
    this.holder = holder;
    this.question = question;
  }

  HostPort holder() {
    return holder;
  }

  long request() {
    return question.request();
  }

  CompletableFuture<Reply> reply() {
    return reply;
  }

  /** When something last came. */
  synchronized long progressNanos() {
    return progressNanos;
  }

  /** What to say first, or again if nothing comes. */
  synchronized Message.Remote next() {
    return pieces.isEmpty() ? question : new Message.FetchMore(request(), pieces.size());
  }

  void take(Message.Outcome outcome) {
    reply.complete(new Reply(outcome.result(), outcome.detail(), null));
  }

  /**
   * Why a piece is none that a holder may send; null if it may. One that is over the limit ends the
   * exchange: all that follow would be.
   */
  synchronized @Nullable String offence(Message.Fetched fetched) {
    int size = fetched.piece().sizeBytes();
    if (!(question instanceof Message.Fetch)) {
      return "a state in answer to a change that was handed in";
    } else if (size > PIECE_BYTES) {
      return "a piece of a state of " + size + " bytes; the limit is " + PIECE_BYTES;
    } else if (count != 0 && count != fetched.count()) {
      return "a state of " + fetched.count() + " pieces, and of " + count + " before";
    } else if ((long) bytes + size > bytesMax) {
      String why = "a state of more than " + bytesMax + " bytes is not fetched";
      reply.complete(new Reply(RemoteResult.REFUSED, why, null));
      return why;
    }
    return null;
  }

  /** Takes a piece that is no offence, if it is the next; gives what to say to that. */
  synchronized Optional<Message.Remote> take(Message.Fetched fetched) {
    int size = fetched.piece().sizeBytes();
    if (reply.isDone() || fetched.index() != pieces.size()) {
      return Optional.empty();
    }
    count = fetched.count();
    pieces.add(fetched.piece());
    bytes += size;
    progressNanos = System.nanoTime();
    boolean complete = pieces.size() == count;
    if (!complete && pieces.size() % PIECES_AT_ONCE != 0) {
      return Optional.empty();
    }
    // The last such request says that all is here.
    Message.Remote more = new Message.FetchMore(request(), pieces.size());
    if (complete) {
      reply.complete(new Reply(RemoteResult.DONE, "", whole()));
    }
    return Optional.of(more);
  }

  private Piece whole() {
    byte[] whole = new byte[bytes];
    int at = 0;
    for (Piece piece : pieces) {
      piece.copyTo(whole, at);
      at += piece.sizeBytes();
    }
    return Piece.of(whole);
  }
}
