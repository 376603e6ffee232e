package dev.hearsay.mesh.gossip;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The spaces on which this node may lack something that it acknowledged, and how it comes to be
 * trusted again. Not thread-safe.
 */
final class Doubts {
  private static final int RECOVERIES_PER_TICK = 100;
  private static final long NEVER = Long.MIN_VALUE;

  private final SpaceBook spaces;
  private final Electorate electorate;
  private final Map<String, Recovery> recoveries = new HashMap<>();
  private long booksDoubtedMillis = NEVER;
  private boolean recoveredSome;

  Doubts(SpaceBook spaces, Electorate electorate) {
    this.spaces = spaces;
    this.electorate = electorate;
  }

  /** Doubts the space; all, if it is the catalogue, in which the votes are. */
  void doubt(String space, List<Effect> effects, long nowMillis) {
    if (!space.equals(Acknowledgements.CATALOGUE)) {
      begin(space, effects, nowMillis);
      return;
    }
    if (booksDoubtedMillis == NEVER) {
      effects.add(new Effect.Doubted(space));
    }
    booksDoubtedMillis = nowMillis;
    recoveredSome = false;
    spaces.forEach((open, row) -> begin(open, effects, nowMillis));
  }

  private void begin(String space, List<Effect> effects, long nowMillis) {
    String catalogue = Acknowledgements.CATALOGUE;
    if (electorate.isTrusted(space) && !space.equals(catalogue)) {
      electorate.doubt(space);
      long beginMillis = nowMillis + Acknowledgements.WAIT_MILLIS_MAX;
      recoveries.put(space, new Recovery(electorate, space, catalogue, beginMillis));
      effects.add(new Effect.Doubted(space));
    }
  }

  /** The space is held here from now on. */
  void opened(String space, List<Effect> effects, long nowMillis) {
    if (booksDoubtedMillis != NEVER) {
      begin(space, effects, nowMillis);
    }
  }

  /** Asks what it has to have, as far as it is time to. */
  void ask(List<Effect> effects, long nowMillis) {
    int asked = 0;
    for (Recovery recovery : recoveries.values()) {
      if (asked < RECOVERIES_PER_TICK && recovery.isDue(nowMillis)) {
        recovery.ask(effects, nowMillis);
        asked++;
      }
    }
  }

  /** What asks under that number; null if nothing does. */
  @Nullable Recovery asking(long request) {
    for (Recovery recovery : recoveries.values()) {
      if (recovery.isOf(request)) {
        return recovery;
      }
    }
    return null;
  }

  /** Another state has taken the place of what was here. */
  void replaced(String space, List<Effect> effects, long nowMillis) {
    recoveries.forEach(
        (each, recovery) -> {
          if (each.equals(space) || space.equals(Acknowledgements.CATALOGUE)) {
            var unused = recovery.replaced(effects, nowMillis);
          }
        });
  }

  /** Something has become durable here, or been told. */
  void goOn(List<Effect> effects, long nowMillis) {
    if (!recoveries.isEmpty()) {
      int before = recoveries.size();
      recoveries.values().removeIf(recovery -> recovery.goOn(effects, nowMillis));
      recoveredSome |= recoveries.size() < before;
    }
    // A space without voters stays in doubt until it has some; nothing depends on it.
    if (booksDoubtedMillis != NEVER
        && recoveredSome
        && recoveries.values().stream().noneMatch(Recovery::isNamed)) {
      booksDoubtedMillis = NEVER;
      effects.add(new Effect.Trusted(Acknowledgements.CATALOGUE));
    }
  }
}
