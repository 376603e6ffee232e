package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.space.SpaceCore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writers of one space that wait for the journal, in the order of their writes. */
final class WaitingWriters {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingWriters.class);

  private record Writer(long position, VersionVector own, CompletableFuture<Minted> done) {}

  private final String space;
  private final Deque<Writer> writers = new ArrayDeque<>();

  WaitingWriters(String space) {
    this.space = space;
  }

  void add(long position, VersionVector own, CompletableFuture<Minted> done) {
    writers.add(new Writer(position, own, done));
  }

  /** Everything up to that position is durable. */
  void durable(long written, Frontier frontier) {
    while (!writers.isEmpty() && writers.peekFirst().position() <= written) {
      Writer writer = writers.removeFirst();
      writer.done().complete(new Minted(frontier, writer.own()));
    }
  }

  /** The journal failed: tells each whether its write may be there. */
  void fail(SpaceCore core, Throwable cause) {
    boolean refused = JournalFault.isRefusal(cause);
    LOG.error(
        "space '{}': the journal did not write {} waiting change(s): {}",
        space,
        writers.size(),
        cause.getMessage(),
        refused ? null : cause);
    while (!writers.isEmpty()) {
      Writer writer = writers.removeFirst();
      boolean mayBeThere = !refused && writer.position() <= core.writtenSoon();
      writer.done().completeExceptionally(JournalFault.toWriter(cause, mayBeThere));
    }
  }
}
