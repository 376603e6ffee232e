package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.space.Failures;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SeenChange;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RemoteResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A space that lives elsewhere, as a replica without a journal: it fetches what it lacks before
 * each read, mints its writes itself on what it has fetched, and has a holder journal them. So a
 * write depends on exactly what its transaction saw, as any change does. One access at a time; its
 * dots are those of a replica of its own, because this node may hold the space at another time. The
 * state may leave the memory between two accesses ({@link RemoteStates}); the next one fetches it
 * anew, of a holder that has at least what was in it. Thread-safe.
 */
final class RemoteCell {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteCell.class);
  private static final long PAUSE_MILLIS = 50;

  /** For so long a holder waits for what it lacks of a state that was here before. */
  private static final long CATCH_UP_MILLIS_MAX = 500;

  /** A state is weighed anew when it may have grown by this part, or by so much at first. */
  private static final int WEIGHED_PARTS = 8;

  private static final long UNWEIGHED_BYTES = 16 << 10;

  private static final String LESS =
      "; it must have all that was read and written here before, of which nothing is in memory now";

  private final String name;
  private final RemoteSpaces remotes;
  private final Watchers watchers;
  private final ReentrantLock lock = new ReentrantLock();

  /** Minted here, and perhaps with no holder yet. */
  private final Deque<EncodedChange> unconfirmed = new ArrayDeque<>();

  private ReplicaId replica = Incarnations.random();
  private SpaceState state = SpaceState.EMPTY;

  /**
   * What was in the state when it left the memory: whoever shows less would take back what was read
   * or written here, and have this replica mint the same dots twice.
   */
  private VersionVector seen = VersionVector.EMPTY;

  /** What the state takes, as it was weighed, and what has come to it since. */
  private long weighedBytes;

  private long unweighedBytes;
  private @Nullable HostPort lastHolder;
  private CompletableFuture<?> lastWrite = CompletableFuture.completedFuture(null);
  private int watches;
  private boolean watchFailed;

  RemoteCell(String name, RemoteSpaces remotes) {
    this.name = name;
    this.remotes = remotes;
    this.watchers = new Watchers(remotes.threads());
  }

  String name() {
    return name;
  }

  /** The state as a holder has it now; everything in it is durable there. */
  SpaceState fresh() {
    return locked(
        () -> {
          refresh(VersionVector.EMPTY, 0);
          return state;
        });
  }

  /** As {@link #fresh}; a holder that lacks something of the frontier waits a moment for it. */
  SpaceState fresh(VersionVector atLeast, Duration wait) {
    return locked(
        () -> {
          refresh(atLeast, (int) wait.toMillis());
          return state;
        });
  }

  private <T> T locked(Supplier<T> action) {
    Writes.refuseInTransaction();
    try {
      if (!lock.tryLock(remotes.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
        throw noHolder("other accesses through this node have waited for longer than that");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noHolder("interrupted");
    }
    try {
      return action.get();
    } finally {
      unlock();
    }
  }

  /** After an access: the state counts, and others may have to leave for it. */
  private void unlock() {
    try {
      remotes.states().used(this, bytes());
    } finally {
      lock.unlock();
    }
  }

  private long bytes() {
    if (unweighedBytes > Math.max(UNWEIGHED_BYTES, weighedBytes / WEIGHED_PARTS)) {
      weighedBytes = StateWeight.bytes(state);
      unweighedBytes = 0;
    }
    return weighedBytes + unweighedBytes;
  }

  /** Lets go of the state unless it is needed here; whether it did. */
  boolean leave() {
    if (!lock.tryLock()) {
      return false; // it is in use
    }
    try {
      if (watches > 0 || !unconfirmed.isEmpty()) {
        return false;
      }
      letGo();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void letGo() {
    seen = seen.join(state.frontier());
    state = SpaceState.EMPTY;
    weighedBytes = 0;
    unweighedBytes = 0;
  }

  /** Runs the transaction here, and returns when a holder has made its change durable. */
  Frontier update(String author, Consumer<Draft> body) {
    return locked(
        () -> {
          refresh(VersionVector.EMPTY, 0);
          EncodedChange change = mint(author, body);
          if (change == null) {
            return new Frontier(state.frontier());
          }
          SpaceState before = state;
          state = before.apply(change);
          unweighedBytes += change.sizeBytes();
          unconfirmed.add(change);
          RemoteExchange.Reply reply = submit(change);
          if (reply.result() == RemoteResult.DONE) {
            unconfirmed.remove(change);
            Publication.Step step =
                new Publication.Step(new SpaceEvent.Applied(change), state, /* local= */ true);
            tell(SeenChange.of(name, before, step));
            return new Frontier(state.frontier());
          } else if (reply.result() == RemoteResult.REFUSED) {
            startOver(before);
            throw noHolder(reply.detail());
          }
          throw new HearsayException(
              ErrorCode.WRITE_UNCONFIRMED,
              "no holder of space '"
                  + name
                  + "' confirmed the change within "
                  + remotes.timeout().toMillis()
                  + " ms ("
                  + reply.detail()
                  + "); it may be there, and is handed in again with the next access");
        });
  }

  /** As {@link #update}, on a thread of its own, after those before it. */
  synchronized CompletionStage<Frontier> updateAsync(String author, Consumer<Draft> body) {
    CompletableFuture<Frontier> write =
        lastWrite.handleAsync((done, failure) -> update(author, body), remotes.threads());
    lastWrite = write;
    return write;
  }

  /** Runs it on a thread of its own. */
  <T> CompletionStage<T> later(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, remotes.threads());
  }

  private @Nullable EncodedChange mint(String author, Consumer<Draft> body) {
    SpaceActor.IN_TRANSACTION.set(true);
    try {
      remotes.clock().observe(state.latest());
      HybridClock.Writing now = remotes.clock().begin(NodeContext.wallMillis());
      Draft draft = new Draft(state, replica, now.time(), author);
      try {
        now.of(body).accept(draft);
      } finally {
        draft.end();
      }
      return draft.isEmpty() ? null : ChangeFormat.encode(draft.toChange());
    } catch (RejectedException e) {
      throw Failures.of(e);
    } finally {
      SpaceActor.IN_TRANSACTION.set(false);
    }
  }

  /** No holder has taken the change or will: what was there before it is fetched anew. */
  private void startOver(SpaceState before) {
    unconfirmed.clear();
    replica = Incarnations.random();
    state = before;
    letGo();
  }

  private void refresh(VersionVector atLeast, int waitMillis) {
    while (!unconfirmed.isEmpty()) {
      RemoteExchange.Reply reply = submit(unconfirmed.getFirst());
      if (reply.result() != RemoteResult.DONE) {
        throw noHolder("an earlier write is still not confirmed: " + reply.detail());
      }
      unconfirmed.removeFirst();
    }
    VersionVector base = state.frontier();
    boolean isHere = base.covers(seen);
    VersionVector least = isHere ? atLeast : atLeast.join(seen);
    int patience = isHere ? waitMillis : Math.max(waitMillis, catchUpMillis());
    RemoteExchange.Reply reply =
        ask(
            holder -> new Message.Fetch(remotes.nextRequest(), name, base, least, patience),
            waitMillis);
    if (reply.result() != RemoteResult.DONE) {
      if (isHere && reply.result() == RemoteResult.TIMED_OUT && waitMillis > 0) {
        return; // the state is what it was; whoever waits for more asks again
      }
      throw noHolder(reply.detail() + (isHere ? "" : LESS));
    }
    Piece diff = reply.diff();
    SpaceState before = state;
    if (diff != null) {
      try {
        state = before.join(DiffFormat.decode(diff.unsafe()));
      } catch (RejectedException e) {
        throw new HearsayException(
            ErrorCode.NO_HOLDER, "a holder of space '" + name + "' sent no state of it", e);
      }
      unweighedBytes += diff.sizeBytes();
    }
    if (!state.frontier().covers(seen)) {
      state = before;
      throw noHolder("a holder sent less than it was asked for" + LESS);
    }
    seen = VersionVector.EMPTY;
    remotes.clock().observe(state.latest());
    if (!state.frontier().equals(before.frontier())) {
      tell(SeenChange.between(name, before, state));
    }
  }

  private int catchUpMillis() {
    return (int) Math.min(CATCH_UP_MILLIS_MAX, remotes.timeout().toMillis() / 4);
  }

  private RemoteExchange.Reply submit(EncodedChange change) {
    return ask(holder -> new Message.Submit(remotes.nextRequest(), name, change), 0);
  }

  private interface Question {
    Message.Remote to(HostPort holder);
  }

  /**
   * Asks one holder after the other. Refused only if nobody can have done it: all that answered
   * refused, and none was left without an answer.
   */
  private RemoteExchange.Reply ask(Question question, int waitMillis) {
    long deadline = System.nanoTime() + remotes.timeout().plusMillis(waitMillis).toNanos();
    Set<HostPort> refused = new HashSet<>();
    boolean unknown = false;
    String why = "no node in reach is known to hold it";
    while (true) {
      List<HostPort> holders = new ArrayList<>(remotes.holders(name));
      boolean anybody = !holders.isEmpty();
      holders.removeAll(refused);
      long left = deadline - System.nanoTime();
      if ((anybody && holders.isEmpty()) || left <= 0) {
        RemoteResult result = unknown ? RemoteResult.TIMED_OUT : RemoteResult.REFUSED;
        return new RemoteExchange.Reply(result, why, null);
      }
      if (holders.isEmpty()) {
        pause();
        continue;
      }
      HostPort preferred = lastHolder;
      HostPort holder =
          preferred != null && holders.contains(preferred) ? preferred : holders.get(0);
      long silence = Math.max(left / holders.size(), TimeUnit.MILLISECONDS.toNanos(waitMillis));
      RemoteExchange.Reply reply =
          remotes.ask(holder, question.to(holder), Duration.ofNanos(silence));
      if (reply != null && reply.result() == RemoteResult.DONE) {
        lastHolder = holder;
        return reply;
      }
      if (reply != null && waitMillis > 0 && reply.result() == RemoteResult.TIMED_OUT) {
        return reply;
      }
      unknown |= reply == null || reply.result() == RemoteResult.TIMED_OUT;
      why = holder + (reply == null ? " does not answer" : ": " + reply.detail());
      refused.add(holder);
      lastHolder = null;
    }
  }

  private HearsayException noHolder(String why) {
    return new HearsayException(
        ErrorCode.NO_HOLDER,
        "space '"
            + name
            + "' is not held here, and no node that holds it served it within "
            + remotes.timeout().toMillis()
            + " ms ("
            + why
            + "); nothing was written");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.NO_HOLDER, "interrupted; nothing was written", e);
    }
  }

  private void tell(SpaceChange change) {
    Watchers.Audience audience = watchers.audience();
    if (!audience.isEmpty()) {
      audience.tell(change);
    }
  }

  /** Watches from the state of now on; a holder is asked for news every now and then. */
  Watch watch(Consumer<SpaceChange> watcher) {
    return locked(
        () -> {
          refresh(VersionVector.EMPTY, 0);
          Watch watch = watchers.add(watcher);
          if (watches++ == 0) {
            remotes.later(this::poll);
          }
          return () -> {
            watch.close();
            lock.lock();
            try {
              watches--;
            } finally {
              unlock();
            }
          };
        });
  }

  private void poll() {
    lock.lock();
    try {
      if (watches == 0) {
        return;
      }
      refresh(VersionVector.EMPTY, 0);
      watchFailed = false;
    } catch (HearsayException e) {
      if (!watchFailed && e.code() != ErrorCode.NODE_CLOSED) {
        watchFailed = true;
        LOG.warn("a watch of space '{}' goes on trying: {}", name, e.getMessage());
      }
    } finally {
      unlock();
    }
    remotes.later(this::poll);
  }
}
