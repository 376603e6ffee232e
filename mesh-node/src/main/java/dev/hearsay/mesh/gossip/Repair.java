package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.Runs;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pairwise repair (Demers et al. 1987): two nodes compare the sums of their spaces' digests, from
 * the whole over groups of buckets down to rows of the buckets that differ, and whoever lacks
 * something asks for it with its frontier. Not thread-safe.
 */
final class Repair {
  /** With so few spaces their rows are hardly longer than sums, and save two round trips. */
  static final int ROWS_AT_ONCE = 16;

  /** Changes of an answer in one message, in bytes; a larger change goes alone. */
  static final int ANSWER_PIECE_BYTES = 32 << 10;

  private final GossipSettings settings;
  private final SpaceBook spaces;
  private final Map<HostPort, Peer> peers;
  private final Rumours rumours;
  private final Handovers handovers;
  private final Placements placements;
  private final Wants wants;
  private final Transfers transfers;
  private final GossipLimits limits;
  private final Traffic traffic;
  private final Undelivered undelivered;
  private final RowLimits rowLimits;

  /** No comparison is opened or answered. */
  boolean paused;

  Repair(
      GossipSettings settings,
      SpaceBook spaces,
      Map<HostPort, Peer> peers,
      Rumours rumours,
      Handovers handovers,
      Placements placements,
      Wants wants,
      Transfers transfers,
      GossipLimits limits,
      Traffic traffic,
      Undelivered undelivered) {
    this.settings = settings;
    this.limits = limits;
    this.traffic = traffic;
    this.undelivered = undelivered;
    this.spaces = spaces;
    this.peers = peers;
    this.rumours = rumours;
    this.handovers = handovers;
    this.placements = placements;
    this.wants = wants;
    this.transfers = transfers;
    this.rowLimits = new RowLimits(settings.rowsPerMessage());
  }

  void onTick(List<Effect> effects, long nowMillis) {
    transfers.onTick(effects, nowMillis);
    wants.expire(nowMillis).forEach(ask -> transfers.in.giveUp(ask.space(), effects));
    askNext(effects, nowMillis);
  }

  /** What was asked of the peer will not be answered. */
  void forget(Peer peer, List<Effect> effects) {
    wants.forget(peer.address);
    transfers.in.forget(peer.address, effects);
    peer.answers.clear();
  }

  /** What was on its way to the space before is not. */
  void opened(String space, List<Effect> effects) {
    wants.closed(space);
    transfers.in.giveUp(space, effects);
  }

  /** The space is not here any more. */
  void closed(String space, List<Effect> effects) {
    wants.closed(space);
    transfers.in.closed(space, effects);
    transfers.out.closed(space);
  }

  /** The space is no longer exchanged with the peer. */
  void avoid(Peer peer, String space, List<Effect> effects) {
    if (wants.isAsked(space, peer.address)) {
      wants.done(space, peer.address);
      transfers.in.giveUp(space, effects);
    }
  }

  /** Opens a comparison. */
  void compare(Peer peer, List<Effect> effects) {
    if (!paused) {
      peer.send(new Message.Summary(spaces.total(peer)), effects);
    }
  }

  /** Whatever is not of rumours or of life. */
  void onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.Summary summary) {
      onSummary(peer, summary, effects);
    } else if (message instanceof Message.GroupSums sums) {
      onGroupSums(peer, sums, effects);
    } else if (message instanceof Message.BucketSums sums) {
      onBucketSums(peer, sums, effects);
    } else if (message instanceof Message.BucketRows rows) {
      onBucketRows(peer, rows, effects, nowMillis);
    } else if (message instanceof Message.Rows rows) {
      onRows(peer, rows, effects, nowMillis);
    } else if (message instanceof Message.Want want) {
      onWant(peer, want, effects, nowMillis);
    } else if (message instanceof Message.Answer answer) {
      onAnswer(peer, answer, effects, nowMillis);
    } else if (message instanceof Message.Transfer transfer) {
      onTransfer(peer, transfer, effects, nowMillis);
    }
  }

  private void onSummary(Peer peer, Message.Summary summary, List<Effect> effects) {
    Digest total = spaces.total(peer);
    if (!summary.total().equals(total)) {
      if (spaces.size(peer) <= ROWS_AT_ONCE) {
        sendRows(peer, spaces.rows(peer), /* answer= */ false, effects);
      } else {
        peer.send(new Message.GroupSums(spaces.groupSums(peer)), effects);
      }
    } else if (!total.equals(peer.equalAt)) {
      spaces.rows(peer).forEach(row -> peer.has(row.space(), row.frontier()));
      peer.equalAt = total;
    }
  }

  private void onGroupSums(Peer peer, Message.GroupSums theirs, List<Effect> effects) {
    if (spaces.size(peer) <= ROWS_AT_ONCE) {
      sendRows(peer, spaces.rows(peer), /* answer= */ false, effects);
      return;
    }
    List<Digest> ours = spaces.groupSums(peer);
    for (int group = 0; group < ours.size(); group++) {
      if (!ours.get(group).equals(theirs.sums().get(group))) {
        peer.send(new Message.BucketSums(group, spaces.bucketSums(peer, group)), effects);
      }
    }
  }

  private void onBucketSums(Peer peer, Message.BucketSums theirs, List<Effect> effects) {
    List<Digest> ours = spaces.bucketSums(peer, theirs.group());
    List<Integer> complete = new ArrayList<>();
    List<Message.Row> rows = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < ours.size(); i++) {
      if (ours.get(i).equals(theirs.sums().get(i))) {
        continue;
      }
      int bucket = theirs.group() * Message.GROUPS + i;
      List<Message.Row> more = spaces.rowsIn(peer, bucket);
      long moreBytes = more.stream().mapToLong(RowLimits::bytes).sum();
      if (!complete.isEmpty() && !rowLimits.hasRoom(rows.size() + more.size(), bytes + moreBytes)) {
        peer.send(new Message.BucketRows(complete, rows), effects);
        complete = new ArrayList<>();
        rows = new ArrayList<>();
        bytes = 0;
      }
      if (rowLimits.isFull(more)) {
        // It says nothing of what it leaves out, so it is not called complete.
        for (List<Message.Row> part : rowLimits.split(more)) {
          peer.send(new Message.BucketRows(List.of(), part), effects);
        }
      } else {
        complete.add(bucket);
        rows.addAll(more);
        bytes += moreBytes;
      }
    }
    if (!complete.isEmpty()) {
      peer.send(new Message.BucketRows(complete, rows), effects);
    }
  }

  private void onBucketRows(
      Peer peer, Message.BucketRows message, List<Effect> effects, long nowMillis) {
    List<Message.Row> theyLack = new ArrayList<>();
    takeRows(peer, message.rows(), theyLack, effects, nowMillis);
    Set<String> named = names(message.rows());
    for (int bucket : message.buckets()) {
      addUnnamed(spaces.rowsIn(peer, bucket), named, theyLack);
    }
    sendRows(peer, theyLack, /* answer= */ true, effects);
  }

  private void onRows(Peer peer, Message.Rows message, List<Effect> effects, long nowMillis) {
    List<Message.Row> theyLack = new ArrayList<>();
    takeRows(peer, message.rows(), theyLack, effects, nowMillis);
    if (!message.answer()) {
      // A message without all of a large node's rows says nothing of those it leaves out.
      if (!rowLimits.isFull(message.rows())) {
        addUnnamed(spaces.rows(peer), names(message.rows()), theyLack);
      }
      sendRows(peer, theyLack, /* answer= */ true, effects);
    }
  }

  private void takeRows(
      Peer peer,
      List<Message.Row> rows,
      List<Message.Row> theyLack,
      List<Effect> effects,
      long nowMillis) {
    for (Message.Row theirs : rows) {
      Message.Row ours = spaces.row(theirs.space());
      if (ours == null || !spaces.isOpen(theirs.space())) {
        spaces.mention(theirs.space(), peer.address);
        continue;
      }
      if (ours.frontier().equals(theirs.frontier())) {
        peer.says(theirs.space(), ours.frontier()); // the same object, of which there may be many
        if (peer.hasDiverged(ours, theirs)) {
          effects.add(new Effect.ForkSuspected(ours.space(), peer.address));
          String detail = "space '" + ours.space() + "' at " + ours.frontier();
          effects.add(new Effect.Report(peer.address, Effect.Event.DIVERGED, detail));
        }
        continue;
      }
      peer.says(theirs.space(), theirs.frontier());
      if (!ours.frontier().covers(theirs.frontier())) {
        if (isOverdue(theirs.space(), peer, nowMillis)) {
          want(theirs.space(), peer.address, effects, nowMillis);
        } else {
          rumours.announced(peer, theirs.space(), theirs.frontier(), nowMillis);
        }
      }
      if (!theirs.frontier().covers(ours.frontier())) {
        theyLack.add(ours);
      }
    }
  }

  /**
   * Whether what the peer has and we lack is asked for at once: in a tree it is probably on its way
   * by another link, unless the two have not spoken for a while.
   */
  private boolean isOverdue(String space, Peer peer, long nowMillis) {
    return rumours.isDirect(space) || nowMillis - peer.backMillis <= settings.suspectMillis();
  }

  private static Set<String> names(List<Message.Row> rows) {
    return rows.stream().map(Message.Row::space).collect(Collectors.toSet());
  }

  private static void addUnnamed(
      List<Message.Row> ours, Set<String> named, List<Message.Row> theyLack) {
    ours.stream().filter(row -> !named.contains(row.space())).forEach(theyLack::add);
  }

  private void sendRows(Peer peer, List<Message.Row> rows, boolean answer, List<Effect> effects) {
    for (List<Message.Row> part : rowLimits.split(rows)) {
      peer.send(new Message.Rows(part, answer), effects);
    }
    if (rows.isEmpty() && !answer) {
      peer.send(new Message.Rows(List.of(), /* answer= */ false), effects);
    }
  }

  private void onWant(Peer peer, Message.Want want, List<Effect> effects, long nowMillis) {
    if (!isToBeAnswered(peer, want.space(), want.frontier(), nowMillis)) {
      return;
    }
    Optional<Message> shared =
        transfers.out.share(peer.address, want.space(), want.frontier(), nowMillis);
    if (shared.isPresent()) {
      peer.send(shared.get(), effects);
    } else {
      peer.answers.asks(want.space(), nowMillis);
      effects.add(
          new Effect.Serve(want.space(), peer.address, want.frontier(), settings.answerBytes()));
    }
  }

  private boolean isToBeAnswered(Peer peer, String space, VersionVector frontier, long nowMillis) {
    // Also what may not be here any more, to one who may hold it.
    if (!spaces.isHere(space) || !placements.mayHold(peer, space)) {
      return false;
    }
    peer.has(space, frontier);
    boolean admitted =
        peer.answers.admits(space, frontier, peer.frontiers, settings, limits, nowMillis);
    if (!admitted) {
      traffic.answersPutOff++;
    }
    return admitted;
  }

  void served(
      Peer peer,
      String space,
      List<EncodedChange> changes,
      boolean more,
      List<Effect> effects,
      long nowMillis) {
    peer.answers.served(space);
    if (!placements.mayHold(peer, space)) {
      return; // it might when it asked
    }
    if (!changes.isEmpty()) {
      VersionVector upTo = Runs.after(VersionVector.EMPTY, changes);
      peer.answers.sent(space, upTo, ChangeBatches.bytes(changes), nowMillis);
    }
    List<List<EncodedChange>> pieces = ChangeBatches.of(changes, ANSWER_PIECE_BYTES);
    List<EncodedChange> last = pieces.remove(pieces.size() - 1);
    for (List<EncodedChange> piece : pieces) {
      peer.send(new Message.Answer(space, piece, Message.Then.WAIT), effects);
    }
    Message.Then then = more ? Message.Then.ASK_AGAIN : Message.Then.DONE;
    peer.send(new Message.Answer(space, last, then), effects);
  }

  void served(
      Peer peer,
      String space,
      OutgoingState state,
      boolean resumes,
      List<Effect> effects,
      long nowMillis) {
    peer.answers.served(space);
    if (placements.mayHold(peer, space)) {
      transfers.served(peer, space, state, resumes, effects, nowMillis);
    }
  }

  private void onAnswer(Peer peer, Message.Answer answer, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(answer.space())) {
      return;
    }
    if (undelivered.admits(peer.address, answer.changes(), effects)) {
      rumours.onAnswer(peer, answer, nowMillis);
      wants.answered(answer.space(), nowMillis);
      effects.add(undelivered.answer(answer, peer.address));
    }
  }

  /** What an answer brought is durable, or it brought nothing. */
  void delivered(Peer peer, String space, Message.Then then, List<Effect> effects, long nowMillis) {
    switch (then) {
      case WAIT -> {}
      case ASK_AGAIN -> {
        Message.Row row = spaces.row(space);
        if (row != null && wants.goOn(space, peer.address, row.frontier(), nowMillis)) {
          VersionVector sayable = handovers.sayable(peer, space, row.frontier());
          if (sayable != null) {
            peer.send(new Message.Want(space, sayable), effects);
          }
        }
      }
      case DONE -> {
        // Of an earlier request, where a state is on its way for this one.
        if (!transfers.in.isComing(space, peer.address)) {
          wants.done(space, peer.address);
        }
        askNext(effects, nowMillis);
      }
    }
  }

  void want(String space, HostPort from, List<Effect> effects, long nowMillis) {
    Peer peer = peers.get(from);
    boolean avoided = peer != null && peer.avoids(space);
    if (!avoided && !transfers.in.isShunned(space, from, nowMillis)) {
      wants.want(space, from);
    }
    askNext(effects, nowMillis);
  }

  private void askNext(List<Effect> effects, long nowMillis) {
    for (Wants.Ask ask : wants.next(nowMillis)) {
      Peer peer = peers.get(ask.from());
      Message.Row row = spaces.row(ask.space());
      VersionVector sayable =
          peer == null || row == null ? null : handovers.sayable(peer, ask.space(), row.frontier());
      if (peer == null
          || row == null
          || sayable == null
          || !peer.reachable
          || peer.avoids(ask.space())) {
        wants.done(ask.space(), ask.from());
      } else {
        wants.sent(ask.space(), row.frontier());
        peer.send(wanting(peer, ask.space(), sayable), effects);
      }
    }
  }

  /** The request for what is beyond that frontier: for the rest, if something is staged already. */
  private Message wanting(Peer peer, String space, VersionVector sayable) {
    StagingReport.Mark mark = transfers.in.mark(space);
    boolean resumes =
        mark != null
            && handovers.maySay(peer, space, mark.position())
            && handovers.maySay(peer, space, mark.snapshot());
    return mark == null || !resumes
        ? new Message.Want(space, sayable)
        : new Message.StateResume(space, sayable, mark.position(), mark.snapshot());
  }

  private void onTransfer(
      Peer peer, Message.Transfer message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.StateAsk ask) {
      if (placements.mayHold(peer, ask.space())) {
        transfers.out.asked(peer, ask, effects, nowMillis);
      }
    } else if (message instanceof Message.StateResume resume) {
      if (isToBeAnswered(peer, resume.space(), resume.frontier(), nowMillis)) {
        peer.answers.asks(resume.space(), nowMillis);
        effects.add(Transfers.serve(peer, resume, settings.answerBytes()));
      }
    } else if (spaces.isOpen(message.space())) {
      Transfers.Next next = transfers.onMessage(peer, message, effects, nowMillis);
      goOn(next, message.space(), peer, effects, nowMillis);
    }
  }

  /** The space tells how far a transfer is. */
  void staged(Peer peer, String space, StagingReport report, List<Effect> effects, long nowMillis) {
    Transfers.Next next = transfers.staged(peer, space, report, effects, nowMillis);
    goOn(next, space, peer, effects, nowMillis);
  }

  private void goOn(
      Transfers.Next next, String space, Peer peer, List<Effect> effects, long nowMillis) {
    switch (next) {
      case WAIT -> {}
      case ASK_OTHERS -> askNext(effects, nowMillis);
      case ASK_AGAIN -> want(space, peer.address, effects, nowMillis);
    }
  }
}
