package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of one peer. Not thread-safe. */
final class Peer {
  /** The pause between pushes to one that acknowledges nothing doubles so often. */
  private static final int STALLS_MAX = 6;

  final HostPort address;
  private final Borders borders;
  final Map<String, VersionVector> frontiers = new HashMap<>();

  /** What the books hold of it. */
  final PeerNotes notes = new PeerNotes();

  /** Answers that are on their way to it. */
  final AnswerWindow answers = new AnswerWindow();

  /** What it was told of frontiers since it last answered. */
  final Announcements.Window announced = new Announcements.Window();

  /** Which closed vectors it holds. */
  final PeerClosings closings = new PeerClosings();

  /**
   * What it is known to understand, of what not every version does, and what it is known not to.
   */
  final Set<Speech> speaks = EnumSet.noneOf(Speech.class);

  final Set<Speech> isOlderIn = EnumSet.noneOf(Speech.class);

  /** Whether an operator named it, so that it is never forgotten. */
  boolean configured;

  /** Since when it is known. */
  long knownMillis = Long.MIN_VALUE;

  /** Whether it has said that it is of this mesh; one that has not is told nothing but hello. */
  boolean introduced;

  /** How often it has come into reach, or come back as another process. */
  int contacts;

  /** Spaces that are not exchanged with it, and why. */
  final Map<String, String> avoided = new HashMap<>();

  boolean twinReported;

  /** What it says that this node was before, while it has not said who it is; 0 for nothing. */
  long former;

  /** Under which incarnation it is noted as another node; 0 for none. */
  long notedIncarnation;

  /** At which contact it was last believed in that. */
  int formerContact = -1;

  /** Frontiers of spaces that the peer offers because it may not hold them any more. */
  final Map<String, VersionVector> offered = new HashMap<>();

  /** Spaces that it was offered since they were last placed, and may say that it has. */
  final Set<String> asked = new HashSet<>();

  /** Whom it named last, and how many peers had come and gone then. */
  List<HostPort> named = List.of();

  long namedAt = -1;

  /** What was last said to it of this node. */
  Message.@Nullable Hello greeting;

  /** What it said of itself; null while it has not. */
  @Nullable Set<String> roles;

  /** Messages that were excused because it has not said its roles. */
  int unsaid;

  /** Whether it has answered what this node said of itself. */
  boolean knowsRoles;

  /** Whether it has asked for a state that it was offered. */
  boolean takesStates;

  /** Whether it seems not to understand such offers. */
  boolean needsUpdate;

  String nodeId = "";
  String name;
  long incarnation;
  boolean reachable;

  /** Only heard of from another peer, and never heard itself. */
  boolean hearsay;

  long heardMillis = Long.MIN_VALUE;
  long helloMillis = Long.MIN_VALUE;
  long probedMillis = Long.MIN_VALUE;

  /** When it answered for the first time, or again after a silence. */
  long backMillis = Long.MIN_VALUE;

  /** The sum at which all spaces were last seen to be equal. */
  Digest equalAt = Digest.ZERO;

  /** Spaces whose content was seen to differ at equal frontiers. */
  private final Set<String> diverged = new HashSet<>();

  /** Most replicas in what is remembered of a peer for a space. */
  static final int FRONTIER_REPLICAS_MAX = 1 << 17;

  /** Questions to voters that came with some version. */
  enum Speech {
    /** For a change, with hashes ({@code ChainAsk}). */
    CHANGES,
    /** Where one stands, with hashes ({@code StandAsk}). */
    STANDS
  }

  private final Deque<long[]> window = new ArrayDeque<>();
  private long sequence;
  private long windowBytes;
  private long windowSinceMillis;

  /** How often the window was given up since something was acknowledged. */
  private int stalls;

  private long stalledUntilMillis;
  private long acknowledged;

  Peer(HostPort address, Borders borders) {
    this.address = address;
    this.borders = borders;
    this.contacts = borders.contactsOfTheGone;
    this.name = address.toString();
  }

  void send(Message message, List<Effect> effects) {
    boolean mayHear = introduced || message instanceof Message.Hello;
    if (mayHear && !Avoidance.isKeptFrom(this, message) && borders.mayGo(this, message)) {
      effects.add(new Effect.Send(address, borders.closings.pack(this, message)));
    }
  }

  boolean avoids(String space) {
    return avoided.containsKey(space);
  }

  /** The batches as pushes, as far as the window has room; repair brings the rest. */
  List<Message> push(
      String space,
      List<List<EncodedChange>> batches,
      GossipSettings settings,
      Traffic traffic,
      long nowMillis) {
    List<Message> pushes = new ArrayList<>(batches.size());
    if (avoids(space)) {
      return pushes;
    }
    for (List<EncodedChange> batch : batches) {
      long bytes = ChangeBatches.bytes(batch);
      if (!hasRoom(bytes, settings, nowMillis)) {
        break;
      }
      if (window.isEmpty()) {
        windowSinceMillis = nowMillis;
      }
      sequence++;
      window.addLast(new long[] {sequence, bytes});
      windowBytes += bytes;
      pushes.add(new Message.Push(space, sequence, batch));
    }
    for (List<EncodedChange> left : batches.subList(pushes.size(), batches.size())) {
      traffic.pushesDropped += left.size();
    }
    return pushes;
  }

  private boolean hasRoom(long bytes, GossipSettings settings, long nowMillis) {
    if (stalls > 0) {
      // One at a time, and each later, until something is acknowledged.
      return window.isEmpty() && nowMillis >= stalledUntilMillis;
    }
    return window.isEmpty()
        || (windowBytes + bytes <= settings.windowBytes()
            && window.size() < settings.windowPushes());
  }

  void acknowledged(long upTo, long nowMillis) {
    if (upTo > acknowledged && upTo <= sequence) {
      acknowledged = upTo;
      stalls = 0;
    }
    while (!window.isEmpty() && window.peekFirst()[0] <= upTo) {
      windowBytes -= window.removeFirst()[1];
      windowSinceMillis = nowMillis;
    }
  }

  /** Forgets pushes that nobody acknowledges: they are lost, and repair brings them. */
  void expireWindow(long nowMillis, long afterMillis) {
    if (!window.isEmpty() && nowMillis - windowSinceMillis > afterMillis) {
      window.clear();
      windowBytes = 0;
      // At once for the first time: what was lost may have been the last one alone.
      stalledUntilMillis = stalls == 0 ? nowMillis : nowMillis + (afterMillis << stalls);
      stalls = Math.min(stalls + 1, STALLS_MAX);
    }
  }

  /** Messages that were pushed and not acknowledged, in bytes. */
  long unacknowledgedBytes() {
    return windowBytes;
  }

  void forgetWindow() {
    window.clear();
    windowBytes = 0;
    stalls = 0;
    acknowledged = sequence;
    announced.answered();
    answers.clear();
  }

  void forgetFrontiers() {
    frontiers.clear();
    notes.forget();
    closings.clear();
    offered.clear();
    borders.claims.recount(this);
    asked.clear();
    roles = null;
    knowsRoles = false;
    takesStates = false;
    needsUpdate = false;
    speaks.clear();
    isOlderIn.clear();
    equalAt = Digest.ZERO;
  }

  /** Whether this is the node that mints under that name. */
  boolean is(ReplicaId origin) {
    return incarnation != 0 && incarnation == origin.value();
  }

  /** Whether it is known to have the change: it wrote it, sent it, or told so. */
  boolean hasChange(String space, EncodedChange change) {
    ReplicaId origin = change.change().replica();
    return is(origin)
        || frontiers.getOrDefault(space, VersionVector.EMPTY).covers(origin, change.last());
  }

  /** All that it has of the space, in its own words: it may have lost what it had before. */
  void says(String space, VersionVector frontier) {
    VersionVector known = frontiers.get(space);
    if (known != null && !frontier.covers(known)) {
      forget(space);
      equalAt = Digest.ZERO; // what is equal then is not as it was
    }
    notes.saidLess.remove(space);
    has(space, frontier);
  }

  /** Others say that it has that. */
  void isSaidToHave(String space, VersionVector frontier) {
    VersionVector known = frontiers.getOrDefault(space, VersionVector.EMPTY);
    if (!known.covers(frontier)) {
      notes.saidLess.putIfAbsent(space, known);
      add(space, frontier);
    }
  }

  /** What it has of the space, in its own words. */
  VersionVector ownWord(String space) {
    VersionVector known = frontiers.getOrDefault(space, VersionVector.EMPTY);
    return notes.saidLess.getOrDefault(space, known);
  }

  /** Nothing is known any more of what it has of the space. */
  void forget(String space) {
    frontiers.remove(space);
    notes.saidLess.remove(space);
  }

  /** What is remembered of it there is too much, by whatever way it came. */
  void forgetAll(String space) {
    forget(space);
    offered.remove(space);
    if (notes.relayed != null) {
      notes.relayed.frontiers.remove(space);
    }
    equalAt = Digest.ZERO; // or what is equal would not be told again
  }

  /** It offers that, because it may not hold the space any more. */
  void offers(String space, VersionVector frontier) {
    offered.put(space, frontier);
    weigh(space);
  }

  /** What others say of it from now on, as of another process than the one that was heard here. */
  void relayed(PeerNotes.@Nullable Relayed now) {
    if (notes.relayed != now) {
      notes.relayed = now;
      borders.claims.recount(this);
    }
  }

  /** The space is not here any more. */
  void closed(String space) {
    notes.closed(space);
    if (borders.claims.isCounted(this, space)) {
      weigh(space);
    }
  }

  /** It is known no more. */
  void gone() {
    borders.claims.gone(this);
    borders.contactsOfTheGone = Math.max(borders.contactsOfTheGone, contacts);
  }

  /** Counts what is remembered of it there. */
  void weigh(String space) {
    int here = borders.spaces.frontier(space).size();
    long beyond =
        beyond(frontiers.get(space), here)
            + beyond(notes.saidLess.get(space), here)
            + beyond(offered.get(space), here)
            + (notes.relayed == null ? 0 : beyond(notes.relayed.frontiers.get(space), here));
    borders.claims.count(this, space, beyond);
  }

  private static long beyond(@Nullable VersionVector frontier, int here) {
    return frontier == null ? 0 : Math.max(0, frontier.size() - here);
  }

  /** At least that. */
  void has(String space, VersionVector frontier) {
    notes.saidLess.computeIfPresent(space, (name, before) -> before.join(frontier));
    add(space, frontier);
  }

  private void add(String space, VersionVector frontier) {
    VersionVector known = frontiers.get(space);
    VersionVector more = known == null ? frontier : known.join(frontier);
    if (known != null && more.size() > FRONTIER_REPLICAS_MAX) {
      // What is forgotten of it costs a message too many; what grew for ever, the heap.
      more = frontier;
      borders.claims.forgotten();
    }
    frontiers.put(space, more);
    boolean isLarger = known == null || known.size() != more.size();
    if (isLarger || borders.claims.isCounted(this, space)) {
      weigh(space);
    }
    if (!more.equals(known)) {
      notes.moved(space);
      borders.stir(space);
    }
  }

  /** Equal frontiers must mean equal content; true once for a space where they do not. */
  boolean hasDiverged(Message.Row ours, Message.Row theirs) {
    if (ours.digest().equals(theirs.digest())) {
      diverged.remove(ours.space());
      return false;
    }
    return diverged.add(ours.space());
  }

  PeerView view(long[] lag) {
    return new PeerView(
        name,
        address,
        nodeId,
        incarnation,
        reachable,
        lag[0],
        lag[1],
        diverged.size(),
        windowBytes,
        answers.bytes(),
        needsUpdate);
  }
}
