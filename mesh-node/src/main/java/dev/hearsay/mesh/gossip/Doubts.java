package dev.hearsay.mesh.gossip;

import java.util.HashMap;
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
  /** So many are looked at in one go, in turns: a node without its disk doubts all it holds. */
  static final int LOOKS = 100;

  private static final long NEVER = Long.MIN_VALUE;

  private final SpaceBook spaces;
  private final Electorate electorate;

  /** By space; those that were not looked at for the longest time first. */
  private final Map<String, Recovery> recoveries = new LinkedHashMap<>();

  /** By what they asked under, also before they began anew. */
  private final Map<Long, Recovery> byRequest = new HashMap<>();

  private long booksDoubtedMillis = NEVER;
  private boolean recoveredSome;

  /** How often peers had come into reach when it was last looked. */
  private long contacts;

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
    concerned(space).forEach(Recovery::beginAnew);
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

  /** What asks under that number; null if nothing does. */
  @Nullable Recovery asking(long request) {
    Recovery recovery = byRequest.get(request);
    return recovery != null && recovery.requests().contains(request) ? recovery : null;
  }

  /** Another state has taken the place of what was here. */
  void replaced(String space, List<Effect> effects, long nowMillis) {
    for (Recovery recovery : concerned(space)) {
      var unused = recovery.replaced(effects, nowMillis);
    }
  }

  /** Those to which it matters what is here of the space: all, of the catalogue. */
  private List<Recovery> concerned(String space) {
    if (space.equals(Acknowledgements.CATALOGUE)) {
      return List.copyOf(recoveries.values());
    }
    Recovery recovery = recoveries.get(space);
    return recovery == null ? List.of() : List.of(recovery);
  }

  /** The space has new durable changes. Of the catalogue, whoever has no turn now has it later. */
  void published(String space, List<Effect> effects, long nowMillis) {
    concerned(space).stream().limit(LOOKS).forEach(each -> goOn(each, effects, nowMillis));
  }

  /** Asks what it has to have, as far as it is time to. */
  void onTick(List<Effect> effects, long nowMillis) {
    if (recoveries.isEmpty()) {
      return;
    }
    if (contacts != electorate.contacts()) {
      contacts = electorate.contacts();
      recoveries.values().forEach(Recovery::hurry);
    }
    for (Recovery recovery : recoveries.values().stream().limit(LOOKS).toList()) {
      // The others have their turn next: some may ask for ever, because their voters are away.
      recoveries.remove(recovery.space);
      recoveries.put(recovery.space, recovery);
      if (recovery.isDue(nowMillis)) {
        recovery.asked.forEach(byRequest::remove);
        recovery.ask(effects, nowMillis);
        recovery.asked = recovery.requests();
        recovery.asked.forEach(number -> byRequest.put(number, recovery));
      }
      goOn(recovery, effects, nowMillis);
    }
    endWithTheCatalogue(effects);
  }

  /** Something has become durable here, or been told. */
  void goOn(Recovery recovery, List<Effect> effects, long nowMillis) {
    if (recovery.goOn(effects, nowMillis)) {
      recoveries.remove(recovery.space);
      recovery.asked.forEach(byRequest::remove);
      recoveredSome = true;
      endWithTheCatalogue(effects);
    }
  }

  /** A space without voters stays in doubt until it has some; nothing depends on it. */
  private void endWithTheCatalogue(List<Effect> effects) {
    if (booksDoubtedMillis != NEVER
        && recoveredSome
        && recoveries.values().stream().noneMatch(Recovery::isNamed)) {
      booksDoubtedMillis = NEVER;
      begun.clear();
      effects.add(new Effect.Trusted(Acknowledgements.CATALOGUE));
    }
  }
}
