package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Only what is durable at a node may leave it: changes, states, and whatever says what it has, with
 * what the closed vectors in it stand for. Every kind of {@link Message} has its look, or is said
 * here to tell nothing of the kind: where one had neither, no world would begin.
 */
final class DurabilityCheck {
  private static final String NAME = "durable before sent";

  /** At a message of one kind. */
  interface Look<M extends Message> {
    void at(DurabilityCheck check, VirtualNode from, M message);
  }

  /** What is to be looked at in each kind. */
  static final class Looks {
    private final Map<Class<?>, Look<Message>> looks = new HashMap<>();

    <M extends Message> Looks on(Class<M> kind, Look<M> look) {
      looks.put(kind, (check, from, message) -> look.at(check, from, kind.cast(message)));
      return this;
    }

    /** Messages that say nothing of what their sender has. */
    @SafeVarargs
    final Looks silent(Class<? extends Message>... kinds) {
      for (Class<? extends Message> kind : kinds) {
        looks.put(kind, (check, from, message) -> {});
      }
      return this;
    }

    /** Messages that virtual nodes do not send. */
    Looks never(Class<?> sealed) {
      for (Class<?> kind : Interpreter.kinds(sealed)) {
        looks.put(
            kind,
            (check, from, message) -> {
              throw new IllegalStateException("virtual nodes do not say " + message);
            });
      }
      return this;
    }

    /**
     * These, if they forget no kind of message.
     *
     * @throws IllegalStateException saying which they forget
     */
    Looks complete() {
      List<String> forgotten = new ArrayList<>();
      for (Class<?> kind : Interpreter.kinds(Message.class)) {
        if (!looks.containsKey(kind)) {
          forgotten.add(kind.getSimpleName());
        }
      }
      if (!forgotten.isEmpty()) {
        throw new IllegalStateException("nobody says what must be durable of " + forgotten);
      }
      return this;
    }

    Look<Message> of(Message message) {
      Look<Message> look = looks.get(message.getClass());
      if (look == null) {
        throw new IllegalStateException("nobody says what must be durable of " + message);
      }
      return look;
    }
  }

  private static final Looks LOOKS = states(votes(repairs(changes(new Looks())))).complete();

  private static Looks changes(Looks looks) {
    return looks
        .silent(Message.Hello.class, Message.Roles.class, Message.Twin.class, Message.Former.class)
        .on(
            Message.Push.class,
            (check, from, push) -> check.requireChanges(from, push.space(), push.changes()))
        .on(
            Message.Answer.class,
            (check, from, answer) -> check.requireChanges(from, answer.space(), answer.changes()))
        .on(
            Message.Want.class,
            (check, from, want) -> check.require(from, want.space(), want.frontier()))
        // Which links changes take, and which have come.
        .silent(
            Message.PushAck.class,
            Message.Prune.class,
            Message.PruneIn.class,
            Message.Graft.class,
            Message.GraftIn.class)
        .on(
            Message.Handover.class,
            (check, from, over) -> check.require(from, over.space(), over.frontier()))
        .on(
            Message.Covered.class,
            (check, from, covered) -> check.require(from, covered.space(), covered.frontier()))
        .silent(Message.Leaves.class)
        .never(Message.Remote.class);
  }

  private static Looks repairs(Looks looks) {
    return looks
        // Sums of contents; rows say at which frontiers those are.
        .silent(Message.Summary.class, Message.GroupSums.class, Message.BucketSums.class)
        .on(Message.Rows.class, (check, from, rows) -> check.requireRows(from, rows.rows()))
        .on(Message.BucketRows.class, (check, from, rows) -> check.requireRows(from, rows.rows()))
        .on(
            Message.Frontiers.class,
            (check, from, frontiers) ->
                frontiers.rows().forEach(row -> check.require(from, row.space(), row.frontier())))
        // What others have, as they told it: that was looked at then.
        .silent(Message.BookAsk.class, Message.BookTell.class)
        .silent(Message.ClockAsk.class, Message.ClockTell.class)
        .on(Message.Closed.class, DurabilityCheck::requireWhole)
        // What a hash stands for, and not who has that.
        .silent(Message.Closing.class, Message.ClosedUnknown.class)
        .on(Message.Fork.class, DurabilityCheck::requireChains);
  }

  private static Looks votes(Looks looks) {
    return looks
        // Of what others are to have, or have told.
        .silent(Message.AckAsk.class, ChainAsk.class, StandAsk.class)
        .silent(Message.VoteAsk.class, Message.Doubt.class)
        // Of an older version, and from this one to such; no such one is in the world.
        .on(
            Message.AckTell.class,
            (check, from, tell) -> {
              check.require(from, tell.space(), tell.frontier());
              check.require(from, VirtualNode.CATALOGUE, tell.books());
            })
        .on(
            ChainTell.class,
            (check, from, tell) -> check.requireEnds(from, tell.space(), tell.heads()))
        .on(
            StandTell.class,
            (check, from, tell) -> check.require(from, tell.space(), tell.frontier()))
        .on(
            Message.VoteTell.class,
            (check, from, tell) -> check.require(from, tell.space(), tell.frontier()));
  }

  private static Looks states(Looks looks) {
    return looks
        .on(Message.StateOffer.class, DurabilityCheck::expectHead)
        .on(Message.StateHead.class, DurabilityCheck::requireHead)
        // Elements of what the head says.
        .silent(Message.StatePiece.class, Message.StateAsk.class)
        .on(
            Message.StateResume.class,
            (check, from, resume) -> check.require(from, resume.space(), resume.frontier()))
        .on(
            Message.StateGone.class,
            (check, from, gone) -> check.heads.remove(new Transfer(from.index(), gone.transfer())));
  }

  /** A state that a node has offered. */
  private record Transfer(int from, long number) {}

  /** The head of one, as far as it was sent. */
  private record Head(int size, ByteArrayOutputStream bytes) {}

  private final World world;
  private final Map<Transfer, Head> heads = new HashMap<>();
  private @Nullable Message last;
  private @Nullable VirtualNode sender;
  private long sentNanos;

  DurabilityCheck(World world) {
    this.world = world;
  }

  @SuppressWarnings("ReferenceEquality") // the same object, to several at once
  void sends(VirtualNode from, Message message) {
    if (message == last && from == sender && world.nowNanos() == sentNanos) {
      return;
    }
    last = message;
    sender = from;
    sentNanos = world.nowNanos();
    look(from, message);
  }

  private void look(VirtualNode from, Message message) {
    LOOKS.of(message).at(this, from, message);
  }

  private void requireWhole(VirtualNode from, Message.Closed closed) {
    Optional<Message> whole = ClosedMessages.whole(from, closed);
    if (whole.isPresent()) {
      look(from, whole.get());
    } else {
      world.violated(NAME, from.name(), "names a closed vector that it does not know: " + closed);
    }
  }

  private void requireChains(VirtualNode from, Message.Fork fork) {
    String space = fork.space();
    if (fork.talk() instanceof ForkTalk.Heads told) {
      requireEnds(from, space, told.heads());
    } else if (fork.talk() instanceof ForkTalk.Links links) {
      require(from, space, links.frontier());
      links.links().forEach(link -> require(from, space, links.replica(), link.last()));
    } else if (!(fork.talk() instanceof ForkTalk.WantLinks)) {
      throw new IllegalStateException("this is never on the wire: " + fork);
    }
  }

  private void expectHead(VirtualNode from, Message.StateOffer offer) {
    Head expected = new Head(offer.headBytes(), new ByteArrayOutputStream());
    heads.put(new Transfer(from.index(), offer.transfer()), expected);
  }

  private void requireHead(VirtualNode from, Message.StateHead head) {
    Transfer transfer = new Transfer(from.index(), head.transfer());
    Head sent = heads.get(transfer);
    if (sent == null || head.offset() > sent.bytes().size()) {
      return; // of what was seen, or is asked for again
    }
    if (head.offset() == 0) {
      sent.bytes().reset();
    } else if (head.offset() < sent.bytes().size()) {
      return;
    }
    sent.bytes().writeBytes(head.piece().unsafe());
    if (sent.bytes().size() >= sent.size()) {
      heads.remove(transfer);
      // Where branches are written anew a state may be on its way that has been replaced since.
      if (!world.expectsForks()) {
        require(from, head.space(), DiffFormat.decode(sent.bytes().toByteArray()).frontier());
      }
    }
  }

  private void requireRows(VirtualNode from, List<Message.Row> rows) {
    rows.forEach(row -> require(from, row.space(), row.frontier()));
  }

  private void requireEnds(VirtualNode from, String space, List<ForkTalk.Head> ends) {
    ends.forEach(end -> require(from, space, end.replica(), end.counter()));
  }

  private void requireChanges(VirtualNode from, String space, List<EncodedChange> changes) {
    changes.forEach(change -> require(from, space, change));
  }

  private void require(VirtualNode from, String space, EncodedChange change) {
    SpaceState state = from.state(space);
    if (state != null
        && !state.frontier().covers(change.change().replica(), change.change().last())) {
      world.violated(NAME, from.name(), "sends " + change + ", which is not in its journal");
    }
  }

  private void require(VirtualNode from, String space, ReplicaId replica, long counter) {
    SpaceState state = from.state(space);
    if (state != null && !state.frontier().covers(replica, counter)) {
      told(from, space, replica + ":" + counter);
    }
  }

  private void require(VirtualNode from, String space, VersionVector frontier) {
    SpaceState state = from.state(space);
    if (state != null && !state.frontier().covers(frontier)) {
      told(from, space, frontier);
    }
  }

  private void told(VirtualNode from, String space, Object what) {
    world.violated(
        NAME, from.name(), "tells of " + what + " in '" + space + "', which is not durable");
  }
}
