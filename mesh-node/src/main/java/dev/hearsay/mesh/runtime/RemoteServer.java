package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.space.Answers;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RemoteResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers nodes that do not hold a space which is held here: with its state, and by journaling
 * changes that they minted. Thread-safe, and does not block.
 */
final class RemoteServer {
  /** Most questions under way; more are told that it took too long. */
  static final int UNDER_WAY_MAX = 64;

  /** Most of one node, so that none keeps all others out. */
  static final int UNDER_WAY_PEER_MAX = 48;

  /** Most bytes of states that are being fetched; one is always served, however large. */
  static final long DIFF_BYTES_MAX = 64L << 20;

  private static final long UNUSED_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  /** A change that was handed in and that the journal has not written is under way for so long. */
  private static final long UNWRITTEN_NANOS_MAX = TimeUnit.MINUTES.toNanos(10);

  private record Key(HostPort from, long request) {}

  /** A question under way; its diff is there once it is made. */
  private static final class Serving {
    volatile byte @Nullable [] diff;
    volatile long usedNanos = System.nanoTime();
    volatile long nanosMax = UNUSED_NANOS_MAX;
  }

  private final RemoteConfig config;
  private final Map<String, SpaceCell> cells;
  private final Executor background;
  private final Consumer<GossipInput> gossip;
  private final Map<Key, Serving> servings = new ConcurrentHashMap<>();

  RemoteServer(
      RemoteConfig config,
      Map<String, SpaceCell> cells,
      Executor background,
      Consumer<GossipInput> gossip) {
    this.config = config;
    this.cells = cells;
    this.background = background;
    this.gossip = gossip;
  }

  /** Forgets what nobody fetches. */
  void expire() {
    long now = System.nanoTime();
    servings.values().removeIf(serving -> now - serving.usedNanos > serving.nanosMax);
  }

  /** How many questions are under way. */
  int underWay() {
    return servings.size();
  }

  /** Bytes of the states that are being fetched. */
  long diffBytes() {
    long bytes = 0;
    for (Serving serving : servings.values()) {
      byte[] diff = serving.diff;
      bytes += diff == null ? 0 : diff.length;
    }
    return bytes;
  }

  void onFetch(HostPort from, Message.Fetch fetch) {
    Key key = new Key(from, fetch.request());
    begin(
        key,
        fetch.space(),
        (cell, serving) ->
            await(
                cell,
                fetch.atLeast(),
                Math.min(fetch.waitMillis(), TimeUnit.NANOSECONDS.toMillis(UNUSED_NANOS_MAX)),
                (state, failure) -> {
                  if (state == null) {
                    end(key, RemoteResult.TIMED_OUT, "the frontier was not reached in time");
                  } else if (fetch.base().covers(state.frontier())) {
                    end(key, RemoteResult.DONE, "");
                  } else {
                    background.execute(() -> encode(key, state, fetch.base()));
                  }
                }));
  }

  /** One after the other: together they would take as much memory as they are. */
  private synchronized void encode(Key key, SpaceState state, VersionVector base) {
    Serving serving = servings.get(key);
    if (serving == null) {
      return;
    }
    byte[] diff = DiffFormat.encode(state.diff(Answers.meet(base, state.frontier())));
    long others = diffBytes();
    if (others > 0 && others + diff.length > DIFF_BYTES_MAX) {
      refuse(key, others + " bytes of states are being fetched");
      servings.remove(key);
      return;
    }
    serving.diff = diff;
    onFetchMore(key.from(), new Message.FetchMore(key.request(), 0));
  }

  void onFetchMore(HostPort from, Message.FetchMore more) {
    Key key = new Key(from, more.request());
    Serving serving = servings.get(key);
    byte[] diff = serving == null ? null : serving.diff;
    if (serving == null || diff == null) {
      return;
    }
    serving.usedNanos = System.nanoTime();
    int size = RemoteExchange.PIECE_BYTES;
    int count = Math.max(1, (int) (((long) diff.length + size - 1) / size));
    if (more.fromIndex() >= count) {
      servings.remove(key); // all of it has arrived
      return;
    }
    int end = Math.min(count, more.fromIndex() + RemoteExchange.PIECES_AT_ONCE);
    for (int i = more.fromIndex(); i < end; i++) {
      int from0 = i * size;
      Piece piece = Piece.of(diff, from0, (int) Math.min(diff.length, (long) from0 + size));
      say(from, new Message.Fetched(more.request(), i, count, piece));
    }
  }

  /**
   * A change that is handed in is under way until it is durable, also when its sender was told that
   * this took too long: what waits for a journal that stalls is bounded.
   */
  void onSubmit(HostPort from, Message.Submit submit) {
    Key key = new Key(from, submit.request());
    begin(
        key,
        submit.space(),
        (cell, serving) -> {
          serving.nanosMax = UNWRITTEN_NANOS_MAX;
          VersionVector change =
              VersionVector.EMPTY.with(submit.change().change().replica(), submit.change().last());
          // First the gossip, so that it knows what to do with the change when it is durable.
          gossip.accept(new GossipInput.Adopted(submit.space(), from, submit.change()));
          Runnable notTaken = () -> servings.remove(key, serving);
          cell.tell(new SpaceCommand.Adopt(from, submit.change(), notTaken));
          CompletableFuture<SpaceState> reached = cell.root().await(change);
          var written = reached.whenComplete((state, failure) -> notTaken.run());
          var unused =
              written
                  .copy()
                  .orTimeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                  .whenComplete(
                      (state, failure) -> {
                        if (servings.get(key) != serving) {
                          cell.root().stopWaiting(reached);
                        }
                        boolean isDone = state != null;
                        say(
                            from,
                            new Message.Outcome(
                                key.request(),
                                isDone ? RemoteResult.DONE : RemoteResult.TIMED_OUT,
                                isDone ? "" : "the change is not durable yet"));
                      });
        });
  }

  /** Does it once for a question, however often it comes, if the space is served from here. */
  private void begin(Key key, String space, BiConsumer<SpaceCell, Serving> action) {
    SpaceCell cell = cells.get(space);
    Serving serving = new Serving();
    if (config.access() == RemoteAccess.REFUSE) {
      end(key, RemoteResult.REFUSED, "it serves no others (hearsay.space.remote-access)");
    } else if (cell == null
        || cell.isLeaving()
        || cell.ready().isCompletedExceptionally()
        || space.startsWith(Names.RESERVED_PREFIX)) {
      end(key, RemoteResult.REFUSED, "it does not hold the space");
    } else if (servings.containsKey(key)) {
      return;
    } else if (servings.size() >= UNDER_WAY_MAX || of(key.from()) >= UNDER_WAY_PEER_MAX) {
      refuse(key, of(key.from()) + " of its and " + servings.size() + " questions are under way");
    } else if (servings.putIfAbsent(key, serving) == null) {
      try {
        action.accept(cell, serving);
      } catch (HearsayException e) {
        end(key, RemoteResult.REFUSED, "it does not hold the space any more");
      }
    }
  }

  private long of(HostPort peer) {
    return servings.keySet().stream().filter(key -> key.from().equals(peer)).count();
  }

  /** It is too much: the asker is told so, and counted. */
  private void refuse(Key key, String why) {
    gossip.accept(new GossipInput.RemoteRefused(key.from(), why));
    say(key.from(), new Message.Outcome(key.request(), RemoteResult.TIMED_OUT, why));
  }

  private static void await(
      SpaceCell cell,
      VersionVector frontier,
      long millis,
      BiConsumer<@Nullable SpaceState, @Nullable Throwable> then) {
    CompletableFuture<SpaceState> reached = cell.root().await(frontier);
    var unused =
        reached
            .orTimeout(millis, TimeUnit.MILLISECONDS)
            .whenComplete(
                (state, failure) -> {
                  cell.root().stopWaiting(reached);
                  then.accept(state, failure);
                });
  }

  private void end(Key key, RemoteResult result, String detail) {
    servings.remove(key);
    say(key.from(), new Message.Outcome(key.request(), result, detail));
  }

  private void say(HostPort to, Message.Remote message) {
    gossip.accept(new GossipInput.SendRemote(to, message));
  }
}
