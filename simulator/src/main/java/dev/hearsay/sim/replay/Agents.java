package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.NodeGoneException;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.sessions.Casting;
import dev.hearsay.sim.sessions.Ledger;
import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Recording;
import dev.hearsay.sim.sessions.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The agents at work: hands each session's messages, one after the other, to the node of their
 * role. An agent waits for the message that it replies to as long as its patience lasts, and then
 * writes with what it has seen: so all keep writing while links are cut. Belongs to the driver's
 * thread.
 */
final class Agents {

  private final List<LabNode> nodes;
  private final Casting casting;
  private final ReplayOptions options;
  private final Ledger ledger;
  private final DriverLoop loop;
  private final Spectator spectator;
  private final List<Track> tracks = new ArrayList<>();
  private final Map<LabNode, Integer> inFlight = new HashMap<>();
  private final Map<LabNode, Integer> writes = new HashMap<>();
  private final Set<LabNode> down = new HashSet<>();
  private final Random random;

  private int handedOver;
  private long nanosBetweenMessages;
  private long nextMessageNanos = System.nanoTime();
  private long firstWriteNanos;
  private long lastAcknowledgedNanos;

  Agents(
      List<LabNode> nodes,
      Recording recording,
      ReplayOptions options,
      Ledger ledger,
      DriverLoop loop,
      Spectator spectator) {
    this.nodes = nodes;
    this.casting = new Casting(nodes.size());
    this.options = options;
    this.ledger = ledger;
    this.loop = loop;
    this.spectator = spectator;
    this.random = new Random(options.seed() + 1);
    for (Session session : recording.sessions()) {
      tracks.add(new Track(tracks.size(), session));
    }
    paceNormally();
  }

  void paceNormally() {
    pace(options.messagesPerSecond());
  }

  /** Hands over so many messages a second at most; 0 for as fast as nodes acknowledge. */
  void pace(double messagesPerSecond) {
    nanosBetweenMessages = messagesPerSecond <= 0 ? 0 : (long) (1e9 / messagesPerSecond);
    nextMessageNanos = System.nanoTime();
  }

  /** Hands over what is due, until {@code limit} messages in all have been handed over. */
  void work(int limit) {
    while (handedOver < limit
        && (nanosBetweenMessages == 0 || System.nanoTime() - nextMessageNanos >= 0)) {
      List<Track> ready =
          tracks.stream()
              .filter(t -> t.state() == Track.State.READY && !down.contains(writer(t)))
              .toList();
      if (ready.isEmpty()) {
        return;
      }
      handOver(ready.get(random.nextInt(ready.size())));
      nextMessageNanos += nanosBetweenMessages;
    }
  }

  boolean allDone() {
    return tracks.stream().allMatch(track -> track.state() == Track.State.DONE);
  }

  int handedOver() {
    return handedOver;
  }

  /** How many messages a node has that it has not acknowledged. */
  int inFlight(LabNode node) {
    return inFlight.getOrDefault(node, 0);
  }

  /** How many of a node's writes were acknowledged. */
  int writes(LabNode node) {
    return writes.getOrDefault(node, 0);
  }

  /** Whether a node will be asked to write again. */
  boolean hasWork(LabNode node) {
    return tracks.stream().anyMatch(track -> remaining(track).anyMatch(node::equals));
  }

  /** From the first message handed over to the last acknowledgement. */
  long writingMillis() {
    return TimeUnit.NANOSECONDS.toMillis(lastAcknowledgedNanos - firstWriteNanos);
  }

  /** The node's agents are dead: their sessions wait for them. */
  void goneDown(LabNode node) {
    down.add(node);
  }

  /**
   * The node is back. Messages that it had when it was killed are indefinite: they are looked for
   * on every node, and only those that are nowhere are written again.
   */
  void cameBack(LabNode node) {
    List<Track> unknown =
        tracks.stream()
            .filter(track -> track.state() == Track.State.UNKNOWN && writer(track) == node)
            .toList();
    SortedMap<String, List<Integer>> wanted = new TreeMap<>();
    unknown.forEach(track -> wanted.put(track.name(), List.of(track.index())));
    List<LabNode> asked =
        nodes.stream().filter(other -> other == node || !down.contains(other)).toList();
    List<Track> written = new ArrayList<>();
    int[] answers = {0};
    for (LabNode other : asked) {
      loop.on(
          other.ask(new Request.Find(wanted), Reply.Found.class),
          (found, failure) -> {
            if (found == null) {
              throw new ReplayFailedException(
                  "cannot look for messages on " + other.name(), failure);
            }
            unknown.stream()
                .filter(
                    track ->
                        found
                            .messages()
                            .getOrDefault(track.name(), List.of())
                            .contains(track.index()))
                .forEach(written::add);
            answers[0]++;
            if (answers[0] == asked.size()) {
              resolve(node, unknown, written);
            }
          });
    }
  }

  private void resolve(LabNode node, List<Track> unknown, List<Track> written) {
    for (Track track : unknown) {
      if (written.contains(track)) {
        acknowledged(track, node);
      } else {
        track.state(Track.State.READY);
        handedOver--;
      }
    }
    down.remove(node);
  }

  private void handOver(Track track) {
    LabNode node = writer(track);
    int index = track.index();
    Integer after = index == 0 ? null : index - 1;
    if (firstWriteNanos == 0) {
      firstWriteNanos = System.nanoTime();
    }
    handedOver++;
    track.state(Track.State.IN_FLIGHT);
    inFlight.merge(node, 1, Integer::sum);
    ledger.handedOver(track.name(), index, node.name());
    Request.Write write =
        new Request.Write(track.name(), index, track.message(), after, options.patienceMillis());
    loop.on(
        node.ask(write, Reply.Written.class),
        (written, failure) -> answered(track, node, written, failure));
  }

  private void answered(
      Track track, LabNode node, Reply.@Nullable Written written, @Nullable Throwable failure)
      throws ReplayFailedException {
    inFlight.merge(node, -1, Integer::sum);
    if (written != null) {
      if (written.sawPrevious()) {
        ledger.alsoSeen(track.name(), track.index(), track.index() - 1);
      }
      acknowledged(track, node);
    } else if (failure instanceof NodeGoneException) {
      track.state(Track.State.UNKNOWN);
    } else {
      throw new ReplayFailedException(
          "message " + track.index() + " of " + track.name() + " was not written", failure);
    }
  }

  private void acknowledged(Track track, LabNode node) {
    ledger.acknowledged(track.name(), track.index());
    writes.merge(node, 1, Integer::sum);
    lastAcknowledgedNanos = System.nanoTime();
    spectator.wrote(node, track.name(), track.index(), track.message());
    track.acknowledged();
  }

  private LabNode writer(Track track) {
    return track.state() == Track.State.DONE ? nodes.get(0) : writer(track, track.message());
  }

  private LabNode writer(Track track, Message message) {
    return nodes.get(casting.nodeOf(track.number(), message.role()));
  }

  private Stream<LabNode> remaining(Track track) {
    return track.remaining().stream().map(message -> writer(track, message));
  }
}
