package dev.hearsay.mesh.gossip;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
  private final Map<String, Recovery> recoveries = new LinkedHashMap<>();
  private long booksDoubtedMillis = NEVER;
  private boolean recoveredSome;

  /** Spaces that are, or were, in doubt since the catalogue is: no reason to doubt them again. */
  private final Set<String> begun = new HashSet<>();

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
    begun.clear();
    spaces.forEach((open, row) -> begin(open, effects, nowMillis));
  }

  /** Something is missing here that was here: what was compared with it does not count. */
  void holed(String space, List<Effect> effects, long nowMillis) {
    boolean isCatalogue = space.equals(Acknowledgements.CATALOGUE);
    recoveries.forEach(
        (each, recovery) -> {
          if (isCatalogue || each.equals(space)) {
            recovery.beginAnew();
          }
        });
    doubt(space, effects, nowMillis);
  }

  private void begin(String space, List<Effect> effects, long nowMillis) {
    String catalogue = Acknowledgements.CATALOGUE;
    if (booksDoubtedMillis != NEVER) {
      begun.add(space);
    }
    if (electorate.isTrusted(space) && !space.equals(catalogue)) {
      electorate.doubt(space);
      long beginMillis = nowMillis + Acknowledgements.WAIT_MILLIS_MAX;
      recoveries.put(space, new Recovery(electorate, space, catalogue, beginMillis));
      effects.add(new Effect.Doubted(space));
    }
  }

  /** The space is held here from now on. */
  void opened(String space, List<Effect> effects, long nowMillis) {
    if (booksDoubtedMillis != NEVER && !begun.contains(space)) {
      begin(space, effects, nowMillis);
    }
  }

  /** What each space in doubt waits for, of so many of them, by space. */
  SortedMap<String, String> waiting(int spacesMax, long nowMillis) {
    SortedMap<String, String> waiting = new TreeMap<>();
    recoveries.entrySet().stream()
        .limit(spacesMax)
        .forEach(each -> waiting.put(each.getKey(), each.getValue().waitsFor(nowMillis)));
    return waiting;
  }

  int size() {
    return recoveries.size();
  }

  /** Whether any could have ended by now, and has not. */
  boolean areLate(long nowMillis) {
    return recoveries.values().stream().anyMatch(recovery -> recovery.isLate(nowMillis));
  }

  /** Asks what it has to have, as far as it is time to. */
  void ask(List<Effect> effects, long nowMillis) {
    List<Recovery> asked = new ArrayList<>();
    for (Recovery recovery : recoveries.values()) {
      if (asked.size() < RECOVERIES_PER_TICK && recovery.isDue(nowMillis)) {
        recovery.ask(effects, nowMillis);
        asked.add(recovery);
      }
    }
    for (Recovery recovery : asked) {
      // The others have their turn first: some may ask for ever, because their voters are away.
      recoveries.remove(recovery.space);
      recoveries.put(recovery.space, recovery);
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
      begun.clear();
      effects.add(new Effect.Trusted(Acknowledgements.CATALOGUE));
    }
  }
}
