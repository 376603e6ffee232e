package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The spaces in memory, and who has to leave it: who was not used for long, and where there are too
 * many, those first that were not used for the longest time (in steps of one sweep: CLOCK, Corbató
 * 1968, so that a read costs no more than a flag). Thread-safe.
 */
final class Residents {
  /** Of what may be there, what is left when some had to go: so that it is not one at a time. */
  private static final double FULL_AGAIN = 0.9;

  /** Looked after whenever this part of what may be there has come. */
  private static final int GROWTHS = 8;

  /** A state is weighed anew at most so often. */
  private static final long WEIGH_MILLIS = 30_000;

  private static final class Stay {
    volatile long usedMillis;
    volatile long weighedMillis;
    volatile @Nullable SpaceState weighed;
    volatile long bytes = StateWeight.SPACE_BYTES;

    Stay(long nowMillis) {
      usedMillis = nowMillis;
    }
  }

  private record Candidate(SpaceCell cell, long bytes, long usedMillis) {}

  private final ResidenceSettings settings;
  private final Executor executor;
  private final LongSupplier clockMillis;
  private final Map<SpaceCell, Stay> stays = new ConcurrentHashMap<>();
  private final AtomicBoolean making = new AtomicBoolean();

  /** What came into memory since room was last made. */
  private final LongAdder grownBytes = new LongAdder();

  /**
   * None.
   *
   * @param executor for making room
   * @param clockMillis steady
   */
  Residents(ResidenceSettings settings, Executor executor, LongSupplier clockMillis) {
    this.settings = settings;
    this.executor = executor;
    this.clockMillis = clockMillis;
  }

  /** How many there are, with those that are about to leave. */
  int count() {
    return stays.size();
  }

  /** How often {@link #sweep} is to be called, in milliseconds. */
  long sweepMillis() {
    return Math.max(10, Math.min(settings.idleAfter().toMillis() / 4, 1_000));
  }

  /** The space comes into memory. */
  void entered(SpaceCell cell) {
    stays.put(cell, new Stay(clockMillis.getAsLong()));
    if (stays.size() > settings.activeMax()) {
      makeRoomSoon();
    }
  }

  /** It has been read from its journal. */
  void loaded(SpaceCell cell, SpaceState state) {
    Stay stay = stays.get(cell);
    if (stay != null) {
      weigh(stay, state, clockMillis.getAsLong());
      grew(stay.bytes);
    }
  }

  /** What is in memory has become about so much more. */
  void grew(long bytes) {
    grownBytes.add(bytes);
    if (grownBytes.sum() > settings.activeBytesMax() / GROWTHS) {
      makeRoomSoon();
    }
  }

  private void makeRoomSoon() {
    if (making.compareAndSet(false, true)) {
      // Not here: the caller may hold a lock of its own cell.
      executor.execute(
          () -> {
            making.set(false);
            makeRoom();
          });
    }
  }

  /** The space has left it. */
  void left(SpaceCell cell) {
    stays.remove(cell);
  }

  /** Asks those to leave that were not used for long, or are too many. */
  void sweep() {
    long now = clockMillis.getAsLong();
    long idleMillis = settings.idleAfter().toMillis();
    stays.forEach(
        (cell, stay) -> {
          if (cell.root().takeUsed() || cell.isInUse()) {
            stay.usedMillis = now;
          } else if (now - stay.usedMillis >= idleMillis) {
            cell.askToLeave();
          }
          SpaceState state = cell.root().peek();
          if (state != null && state != stay.weighed && now - stay.weighedMillis >= WEIGH_MILLIS) {
            weigh(stay, state, now);
          }
        });
    makeRoom();
  }

  private static void weigh(Stay stay, SpaceState state, long now) {
    stay.bytes = StateWeight.bytes(state);
    stay.weighed = state;
    stay.weighedMillis = now;
  }

  private synchronized void makeRoom() {
    grownBytes.reset();
    long now = clockMillis.getAsLong();
    List<Candidate> here = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<SpaceCell, Stay> entry : stays.entrySet()) {
      SpaceCell cell = entry.getKey();
      if (cell.isHere()) {
        long takes = entry.getValue().bytes + 3 * cell.tailBytes();
        long used = cell.root().isUsed() ? now : entry.getValue().usedMillis;
        here.add(new Candidate(cell, takes, used));
        bytes += takes;
      }
    }
    int count = here.size();
    if (count <= settings.activeMax() && bytes <= settings.activeBytesMax()) {
      return;
    }
    here.sort(Comparator.comparingLong(Candidate::usedMillis));
    boolean tooMany = count > settings.activeMax();
    boolean tooLarge = bytes > settings.activeBytesMax();
    for (Candidate each : here) {
      boolean goOn =
          (tooMany && count > settings.activeMax() * FULL_AGAIN)
              || (tooLarge && bytes > settings.activeBytesMax() * FULL_AGAIN);
      if (!goOn) {
        return;
      }
      if (each.cell.askToLeave()) {
        count--;
        bytes -= each.bytes;
      }
    }
  }
}
