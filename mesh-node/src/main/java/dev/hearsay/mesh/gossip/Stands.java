package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where voters stand in one space, as far as it is known that all of it is here too, and of the
 * same branches: only then a voter counts. What it has and this node has not is fetched first, and
 * then compared by hashes. A voter of an older version, which tells no hashes, counts by its
 * counters. Not thread-safe.
 */
final class Stands {
  /**
   * Where a voter stands.
   *
   * @param chains null of one that knows no hashes
   */
  private record Told(
      HostPort from, long incarnation, VersionVector frontier, @Nullable Digest chains) {}

  private final Electorate electorate;
  private final String space;

  /** Most of what a voter told that the space is asked to compare at the same time. */
  private static final int COMPARED_MAX = 64;

  /**
   * What each voter has told and that is not here yet, or not compared: the first and the newest.
   * The first is soon here, also where the voter goes on faster than its changes come; the newest
   * is what it has if it lost the first.
   */
  private final Map<String, Deque<Told>> waiting = new LinkedHashMap<>();

  /**
   * What the space was asked to compare, and has not answered, in the order in which it was asked.
   * Whatever it answers counts, also if the voter has told more since.
   */
  private final Map<String, Deque<Told>> compared = new HashMap<>();

  private final Map<String, VersionVector> same = new HashMap<>();

  /** Names what is asked; answers to anything earlier are not for this. */
  private long request;

  private boolean askedBefore;

  /** Who was asked for counters alone. */
  private final Set<String> olderAsked = new HashSet<>();

  Stands(Electorate electorate, String space) {
    this.electorate = electorate;
    this.space = space;
    this.request = electorate.nextRequest();
  }

  long request() {
    return request;
  }

  /** Forgets all, and asks under another number from now on. */
  void clear() {
    waiting.clear();
    compared.clear();
    same.clear();
    request = electorate.nextRequest();
    askedBefore = false;
    olderAsked.clear();
  }

  /** Asks these of whom nothing is known that covers the target. */
  void ask(Collection<String> voters, VersionVector target, long known, List<Effect> effects) {
    ask(voters, target, known, /* recovering= */ false, effects);
  }

  /** Asks these, as one that lost data. */
  void askRecovering(Collection<String> nodes, long known, List<Effect> effects) {
    ask(nodes, VersionVector.EMPTY, known, /* recovering= */ true, effects);
  }

  private void ask(
      Collection<String> voters,
      VersionVector target,
      long known,
      boolean recovering,
      List<Effect> effects) {
    Set<String> missing = new HashSet<>(voters);
    missing.removeAll(having(target));
    missing.remove(electorate.self);
    Message.AckAsk older =
        new Message.AckAsk(space, request, VersionVector.EMPTY, Message.AckAsk.OLDER, recovering);
    StandAsk question = new StandAsk(space, request, known);
    olderAsked.addAll(
        electorate.ask(
            missing,
            new Electorate.Question(Peer.Speech.STANDS, question, older, askedBefore),
            effects));
    askedBefore = true;
  }

  /** A voter has told; compared once all of it is here. */
  void onTell(HostPort from, StandTell tell) {
    told(tell.nodeId(), new Told(from, tell.incarnation(), tell.frontier(), tell.chains()));
  }

  private void told(String voter, Told told) {
    Deque<Told> before = waiting.computeIfAbsent(voter, id -> new ArrayDeque<>(2));
    Told last = before.peekLast();
    if (last != null && last.incarnation() != told.incarnation()) {
      before.clear();
    } else if (last != null && (before.size() > 1 || last.equals(told))) {
      before.removeLast();
    }
    before.addLast(told);
  }

  /** One that knows no hashes has told what it counts; false if it was not asked for that. */
  boolean onOlder(HostPort from, Message.AckTell tell) {
    boolean asked = olderAsked.contains(tell.nodeId());
    if (asked) {
      onOlder(from, tell, tell.frontier());
    }
    return asked;
  }

  /** As {@link #onOlder}, where another question had that for an answer. */
  void onOlder(HostPort from, Message.AckTell tell, VersionVector frontier) {
    told(tell.nodeId(), new Told(from, tell.incarnation(), frontier, null));
  }

  /** Has what is here by now compared. */
  void goOn(List<Effect> effects) {
    if (waiting.isEmpty() || !electorate.spaces.isHere(space)) {
      return;
    }
    VersionVector here = electorate.spaces.frontier(space);
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              Deque<Told> ofVoter = entry.getValue();
              ofVoter.removeIf(
                  told -> here.covers(told.frontier()) && compare(entry.getKey(), told, effects));
              return ofVoter.isEmpty();
            });
  }

  /** False if the space cannot be asked to now. */
  private boolean compare(String voter, Told told, List<Effect> effects) {
    Digest chains = told.chains();
    if (chains == null) {
      count(voter, told);
      return true;
    }
    ForkTalk question = new ForkTalk.ToldStand(request, voter, told.frontier(), chains);
    boolean asked = electorate.tell(space, told.from(), question, effects);
    if (asked) {
      Deque<Told> ofVoter = compared.computeIfAbsent(voter, id -> new ArrayDeque<>());
      if (ofVoter.size() >= COMPARED_MAX) {
        ofVoter.removeFirst();
      }
      ofVoter.addLast(told);
    }
    return asked;
  }

  private void count(String voter, Told told) {
    same.merge(voter, told.frontier(), VersionVector::join);
    electorate.remember(voter, space, told.incarnation(), told.frontier());
  }

  /** The space has compared: it is the same. */
  void onSame(ForkTalk.Judged judged) {
    Deque<Told> ofVoter = compared.getOrDefault(judged.voter(), new ArrayDeque<>());
    if (ofVoter.stream().noneMatch(told -> told.frontier().equals(judged.upTo()))) {
      return;
    }
    Told told = ofVoter.removeFirst();
    while (!told.frontier().equals(judged.upTo())) {
      told = ofVoter.removeFirst(); // which the space has answered, and not so
    }
    count(judged.voter(), told);
  }

  /** Why a voter does not count yet, for people. */
  String lacks(String voter) {
    Deque<Told> told = waiting.get(voter);
    if (told != null && !told.isEmpty()) {
      VersionVector first = told.getFirst().frontier();
      long missing = first.missingFrom(electorate.spaces.frontier(space));
      return missing == 0 ? "not compared yet" : missing + " dots that it had are missing here";
    }
    return compared.getOrDefault(voter, new ArrayDeque<>()).isEmpty()
        ? "has not answered"
        : "not known to hold the same as this node";
  }

  /** This node itself has that. */
  void ownWord(VersionVector frontier) {
    same.put(electorate.self, frontier);
  }

  /** Who counts. */
  Set<String> voters() {
    return same.keySet();
  }

  /** Who counts and has all of that. */
  Set<String> having(VersionVector target) {
    Set<String> having = new HashSet<>();
    same.forEach(
        (voter, frontier) -> {
          if (frontier.covers(target)) {
            having.add(voter);
          }
        });
    return having;
  }

  /** What these of them have, together. */
  VersionVector frontier(Collection<String> of) {
    VersionVector frontier = VersionVector.EMPTY;
    for (Map.Entry<String, VersionVector> each : same.entrySet()) {
      if (of.contains(each.getKey())) {
        frontier = frontier.join(each.getValue());
      }
    }
    return frontier;
  }
}
