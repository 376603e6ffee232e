package dev.hearsay.sim.experiment.virtual;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.mesh.wire.Book;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.sim.world.World;
import java.util.List;

/**
 * Counts what crosses links for one space, in the units of the ICDE'19 paper: elements, and entries
 * of vectors, names and sequence numbers; what the books of nodes hold of the space, and clocks,
 * are among them. Signs of life and who knows whom are not counted: the paper's nodes are told
 * beforehand.
 */
final class WireCount implements World.MessageListener {
  private final String space;
  private long elements;
  private long metadata;
  private long bytes;

  WireCount(String space) {
    this.space = space;
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

  private void count(Message message) {
    if (message instanceof Message.Closed closed) {
      metadata += closed.refs().size();
      count(closed.inner());
    } else if (message instanceof Message.Push push && push.space().equals(space)) {
      metadata++;
      changes(push.changes());
    } else if (message instanceof Message.PushAck) {
      metadata++;
    } else if (message instanceof Message.Answer answer && answer.space().equals(space)) {
      changes(answer.changes());
    } else if (message instanceof Message.Want want && want.space().equals(space)) {
      metadata += want.frontier().size();
    } else if (message instanceof Message.Frontiers told) {
      frontiers(told.rows());
    } else if (message instanceof Message.Prune prune) {
      metadata += prune.origins().size();
    } else if (message instanceof Message.Graft graft) {
      metadata += graft.origins().size();
    } else if (message instanceof Message.Summary) {
      metadata++;
    } else if (message instanceof Message.GroupSums sums) {
      metadata += sums.sums().size();
    } else if (message instanceof Message.BucketSums sums) {
      metadata += sums.sums().size();
    } else if (message instanceof Message.Rows rows) {
      rows(rows.rows());
    } else if (message instanceof Message.BucketRows rows) {
      rows(rows.rows());
    } else if (message instanceof Message.BookAsk ask) {
      metadata += ask.places().size();
    } else if (message instanceof Message.BookTell tell) {
      for (Book book : tell.books()) {
        // Whose it is and up to where, and what it says of the space.
        metadata += 2;
        frontiers(book.rows());
      }
    } else if (message instanceof Message.ClockAsk) {
      metadata++;
    } else if (message instanceof Message.ClockTell) {
      metadata += 2;
    }
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
}
