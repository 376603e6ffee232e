package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Book;
import dev.hearsay.mesh.wire.BookPlace;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What nodes that are not in reach have, by asking those that are. Where all reach each other
 * nothing is asked, and nobody is told of a node twice. Not thread-safe.
 */
final class Relays {
  /** What is heard of a node through another is older than through itself, so that it can age. */
  private static final long HOP_MILLIS = 2_000;

  private static final long AGE_MAX = 365L * 24 * 60 * 60 * 1_000;

  private final SpaceBook spaces;
  private final Placements placements;
  private final Map<HostPort, Peer> peers;
  private final long incarnation;
  private final RowLimits limits;
  private BookSettings settings = BookSettings.DEFAULT;
  private long nextMillis = Long.MIN_VALUE;
  private int turn;

  Relays(
      SpaceBook spaces,
      Placements placements,
      Map<HostPort, Peer> peers,
      long incarnation,
      GossipSettings gossip) {
    this.spaces = spaces;
    this.placements = placements;
    this.peers = peers;
    this.incarnation = incarnation;
    this.limits = new RowLimits(gossip.rowsPerMessage());
  }

  void use(BookSettings now) {
    settings = now;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    if (nowMillis < nextMillis) {
      return;
    }
    nextMillis = nowMillis + settings.askMillis();
    List<Peer> inReach = new ArrayList<>();
    List<Peer> away = new ArrayList<>();
    for (Peer peer : peers.values()) {
      (peer.reachable ? inReach : away).add(peer);
      if (peer.reachable && peer.incarnation != 0) {
        peer.relayed(null);
      }
    }
    if (inReach.isEmpty() || away.isEmpty()) {
      return;
    }
    turn++;
    Peer asked = inReach.get(Math.floorMod(turn, inReach.size()));
    List<BookPlace> about = new ArrayList<>();
    int first = away.size() <= Message.BOOKS_MAX ? 0 : Math.floorMod(turn * 31, away.size());
    for (int i = 0; i < away.size() && about.size() < Message.BOOKS_MAX; i++) {
      HostPort address = away.get((first + i) % away.size()).address;
      long since = asked.notes.toldOf.getOrDefault(address, 0L);
      about.add(new BookPlace(address, since));
    }
    asked.send(new Message.BookAsk(asked.incarnation, about), effects);
  }

  /** True if it was about these. */
  boolean onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.BookAsk ask) {
      onAsk(peer, ask, effects, nowMillis);
    } else if (message instanceof Message.BookTell tell) {
      if (tell.incarnation() == peer.incarnation) {
        tell.books().forEach(book -> onBook(peer, book, nowMillis));
      }
    } else {
      return false;
    }
    return true;
  }

  private void onAsk(Peer asker, Message.BookAsk ask, List<Effect> effects, long nowMillis) {
    List<Book> books = new ArrayList<>();
    int rows = 0;
    long bytes = 0;
    for (BookPlace about : ask.places()) {
      Peer peer = peers.get(about.address());
      if (peer == null || peer == asker || !Standings.isNode(peer)) {
        continue;
      }
      long upTo = ask.incarnation() == incarnation ? about.since() : 0;
      List<Message.FrontierRow> told = new ArrayList<>();
      for (String space : peer.notes.movedAfter(upTo)) {
        if (!limits.hasRoom(rows, bytes)) {
          break;
        }
        upTo = peer.notes.moveOf(space);
        if (isSayable(asker, space)) {
          VersionVector frontier = Standings.frontier(peer, space);
          told.add(new Message.FrontierRow(space, frontier));
          rows++;
          bytes += RowLimits.bytes(space, frontier);
        }
      }
      books.add(book(peer, upTo, told, nowMillis));
    }
    if (!books.isEmpty()) {
      asker.send(new Message.BookTell(incarnation, books), effects);
    }
  }

  private boolean isSayable(Peer asker, String space) {
    return spaces.isOpen(space) && placements.mayHold(asker, space) && !asker.avoids(space);
  }

  private static Book book(Peer peer, long upTo, List<Message.FrontierRow> rows, long nowMillis) {
    boolean direct = peer.heardMillis == Standings.heardMillis(peer);
    long age = nowMillis - Standings.heardMillis(peer) + (direct ? 0 : HOP_MILLIS);
    Set<String> roles = Standings.roles(peer);
    return new Book(
        peer.address,
        Standings.nodeId(peer),
        Standings.name(peer),
        Standings.incarnation(peer),
        roles != null,
        roles == null ? List.of() : roles.stream().sorted().toList(),
        Math.max(0, age),
        upTo,
        rows);
  }

  private void onBook(Peer teller, Book book, long nowMillis) {
    Peer peer = peers.get(book.address());
    if (peer == null || peer == teller || peer.reachable) {
      return;
    }
    long heardMillis = nowMillis - Math.min(book.ageMillis(), AGE_MAX);
    PeerNotes.Relayed relayed = peer.notes.relayed;
    if (relayed == null || relayed.incarnation != book.incarnation()) {
      boolean isOther = relayed != null || book.incarnation() != peer.incarnation;
      if (isOther && heardMillis <= Standings.heardMillis(peer)) {
        return; // of a process before the one that is known
      }
      relayed = new PeerNotes.Relayed(book.nodeId(), book.incarnation(), book.name());
      relayed.heardMillis = heardMillis;
      peer.relayed(relayed);
    }
    relayed.name = book.name();
    relayed.heardMillis = Math.max(relayed.heardMillis, heardMillis);
    if (book.rolesKnown()) {
      relayed.roles = new HashSet<>(book.roles());
    }
    for (Message.FrontierRow row : book.rows()) {
      if (!spaces.isOpen(row.space())) {
        continue;
      }
      if (book.incarnation() == peer.incarnation) {
        peer.isSaidToHave(row.space(), row.frontier());
      } else if (relayed.has(row.space(), row.frontier())) {
        peer.weigh(row.space());
        peer.notes.moved(row.space());
        spaces.stir(row.space());
      }
    }
    teller.notes.toldOf.merge(book.address(), book.upTo(), Math::max);
  }
}
