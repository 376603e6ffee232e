package dev.hearsay.sim.experiment.virtual;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Book;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.ClosingTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import dev.hearsay.sim.world.World;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what crosses links for one space, in the units of the ICDE'19 paper: elements, and entries
 * of vectors, names and sequence numbers; what the books of nodes hold of the space, and clocks,
 * are among them. Signs of life and who knows whom are not counted: the paper's nodes are told
 * beforehand. Every kind of {@link Message} is counted, or is said here not to be: where one had
 * been forgotten, none would be made.
 */
final class WireCount implements World.MessageListener {
  private final String space;
  private final Map<Class<?>, Consumer<Message>> counts = new HashMap<>();

  /** Heads of states that were offered, by transfer, as far as they have been sent. */
  private final Map<Long, Coming> heads = new HashMap<>();

  private long elements;
  private long metadata;
  private long bytes;

  WireCount(String space) {
    this.space = space;
    metWith();
    changes();
    repairs();
    states();
    votes();
    elsewhere();
    List<String> forgotten = new ArrayList<>();
    for (Class<?> kind : kinds(Message.class)) {
      if (!counts.containsKey(kind)) {
        forgotten.add(kind.getSimpleName());
      }
    }
    if (!forgotten.isEmpty()) {
      throw new IllegalStateException("nobody says what to count of " + forgotten);
    }
  }

  private static final class Coming {
    final int size;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Coming(int size) {
      this.size = size;
    }
  }

  /** All kinds below a sealed one. */
  static List<Class<?>> kinds(Class<?> sealed) {
    List<Class<?>> kinds = new ArrayList<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      kinds.addAll(kind.isSealed() ? kinds(kind) : List.of(kind));
    }
    return kinds;
  }

  long elements() {
    return elements;
  }

  long metadata() {
    return metadata;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public void sent(int from, int to, Message message, int size) {
    bytes += message instanceof Message.Hello ? 0 : size;
    count(message);
  }

  /**
   * Counts a message.
   *
   * @throws IllegalStateException if nodes that all hold the space do not say such a thing
   */
  void count(Message message) {
    boolean isOfAnother =
        message instanceof Message.About about && !about.space().equals(this.space);
    Consumer<Message> count = counts.get(message.getClass());
    if (count == null) {
      throw new IllegalStateException("nobody says what to count of " + message);
    }
    if (!isOfAnother) {
      count.accept(message);
    }
  }

  private <M extends Message> void on(Class<M> kind, Consumer<M> count) {
    counts.put(kind, message -> count.accept(kind.cast(message)));
  }

  /** Signs of life, and who knows whom. */
  private void metWith() {
    on(Message.Hello.class, hello -> {});
    on(Message.Roles.class, roles -> {});
    on(Message.Twin.class, twin -> {});
    on(Message.Former.class, former -> {});
  }

  private void changes() {
    on(
        Message.Push.class,
        push -> {
          metadata++;
          changes(push.changes());
        });
    on(Message.PushAck.class, acknowledged -> metadata++);
    on(Message.Answer.class, answer -> changes(answer.changes()));
    on(Message.Want.class, want -> metadata += want.frontier().size());
    on(Message.Prune.class, prune -> metadata += prune.origins().size());
    on(Message.PruneIn.class, prune -> metadata += prune.origins().size());
    on(Message.Graft.class, graft -> metadata += graft.origins().size());
    on(Message.GraftIn.class, graft -> metadata += graft.origins().size());
    on(Message.Frontiers.class, told -> frontiers(told.rows()));
  }

  private void repairs() {
    on(Message.Summary.class, summary -> metadata++);
    on(Message.GroupSums.class, sums -> metadata += sums.sums().size());
    on(Message.BucketSums.class, sums -> metadata += sums.sums().size());
    on(Message.Rows.class, rows -> rows(rows.rows()));
    on(Message.BucketRows.class, rows -> rows(rows.rows()));
    on(Message.BookAsk.class, ask -> metadata += ask.places().size());
    on(
        Message.BookTell.class,
        tell -> {
          for (Book book : tell.books()) {
            // Whose it is and up to where, and what it says of the space.
            metadata += 2;
            frontiers(book.rows());
          }
        });
    on(Message.ClockAsk.class, ask -> metadata++);
    on(Message.ClockTell.class, tell -> metadata += 2);
    on(
        Message.Closed.class,
        closed -> {
          metadata += closed.refs().size();
          count(closed.inner());
        });
    on(Message.ClosedUnknown.class, unknown -> metadata += unknown.hashes().size());
    on(Message.Closing.class, closing -> closing(closing.talk()));
    on(Message.Fork.class, fork -> fork(fork.talk()));
  }

  /** A state in pieces: its elements, and what says of which changes it is the state. */
  private void states() {
    on(
        Message.StateOffer.class,
        offer -> {
          metadata++;
          heads.put(offer.transfer(), new Coming(offer.headBytes()));
        });
    on(Message.StateHead.class, this::head);
    on(
        Message.StatePiece.class,
        piece -> {
          elements += piece.elements();
          metadata++;
        });
    on(Message.StateAsk.class, ask -> metadata++);
    on(
        Message.StateResume.class,
        resume ->
            metadata +=
                resume.frontier().size() + resume.position().size() + resume.snapshot().size());
    on(
        Message.StateGone.class,
        gone -> {
          metadata++;
          heads.remove(gone.transfer());
        });
  }

  private void votes() {
    on(Message.AckAsk.class, ask -> metadata += 1 + ask.target().size());
    on(
        Message.AckTell.class,
        tell -> metadata += 1 + tell.frontier().size() + tell.books().size() + names(tell.view()));
    on(ChainAsk.class, ask -> metadata += 1 + ask.target().size());
    on(ChainTell.class, tell -> metadata += 1 + 2L * tell.heads().size() + names(tell.view()));
    on(StandAsk.class, ask -> metadata++);
    on(StandTell.class, tell -> metadata += 2 + tell.frontier().size() + names(tell.view()));
    on(Message.VoteAsk.class, ask -> metadata += 1 + ask.voters().size());
    on(
        Message.VoteTell.class,
        tell -> metadata += 1 + tell.voters().size() + tell.frontier().size() + names(tell.view()));
    on(Message.Doubt.class, doubt -> metadata += doubt.known().size());
  }

  /** Where not all nodes hold the space, which are not the meshes that are counted. */
  private void elsewhere() {
    on(Message.Handover.class, WireCount::refuse);
    on(Message.Covered.class, WireCount::refuse);
    on(Message.Leaves.class, WireCount::refuse);
    for (Class<?> kind : kinds(Message.Remote.class)) {
      counts.put(kind, WireCount::refuse);
    }
  }

  private static void refuse(Message message) {
    throw new IllegalStateException("nodes that all hold the space do not say " + message);
  }

  private void changes(List<EncodedChange> changes) {
    for (EncodedChange change : changes) {
      elements += change.last() - change.change().first() + 1;
      metadata += 1 + change.change().advances().size();
    }
  }

  private void frontiers(List<Message.FrontierRow> rows) {
    for (Message.FrontierRow row : rows) {
      metadata += row.space().equals(space) ? row.frontier().size() : 0;
    }
  }

  private void rows(List<Message.Row> rows) {
    for (Message.Row row : rows) {
      metadata += row.space().equals(space) ? 1 + row.frontier().size() : 0;
    }
  }

  private void head(Message.StateHead head) {
    metadata++;
    Coming coming = heads.get(head.transfer());
    if (coming == null) {
      throw new IllegalStateException("the head of a state came that was not offered: " + head);
    }
    if (head.offset() == 0) {
      coming.bytes.reset();
    }
    if (head.offset() != coming.bytes.size()) {
      return; // of what was asked for twice
    }
    coming.bytes.writeBytes(head.piece().unsafe());
    if (coming.bytes.size() < coming.size) {
      return;
    }
    // Only a whole one can be read.
    StateDiff diff = DiffFormat.decode(coming.bytes.toByteArray());
    coming.bytes.reset();
    metadata += diff.base().size() + diff.baseHashes().size();
    for (ReplicaHead replica : diff.heads().values()) {
      metadata += 1 + replica.past().size();
    }
  }

  private void closing(ClosingTalk talk) {
    metadata += talk instanceof ClosingTalk.Tell tell ? 2 + tell.entries().size() : 1;
  }

  private void fork(ForkTalk talk) {
    if (talk instanceof ForkTalk.Heads heads) {
      metadata += 2L * heads.heads().size() + heads.forked().size();
    } else if (talk instanceof ForkTalk.Links links) {
      metadata += 2L * links.links().size() + links.frontier().size();
    } else {
      metadata++;
    }
  }

  private static int names(@Nullable VoterView view) {
    return view == null ? 0 : view.everybody().size();
  }
}
