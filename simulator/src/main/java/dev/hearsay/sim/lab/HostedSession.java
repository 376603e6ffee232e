package dev.hearsay.sim.lab;

import dev.hearsay.mesh.Agent;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.Watch;
import dev.hearsay.sim.sessions.Finding;
import dev.hearsay.sim.sessions.SessionSpace;
import dev.hearsay.sim.sessions.Witness;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One session's space inside a node process: who waits for which message, and what a witness saw.
 */
final class HostedSession implements AutoCloseable {

  private record Waiter(Set<Integer> missing, CompletableFuture<Void> done) {}

  private final Space space;
  private final Witness witness;
  private final Watch watch;
  private final Set<Integer> visible = new HashSet<>();
  private final List<Waiter> waiters = new ArrayList<>();

  HostedSession(MeshNode node, Agent observer, String name) {
    space = observer.space(name);
    witness = new Witness(node.name(), name);
    // Watch first, look second: what arrives in between is seen twice rather than never.
    watch = space.watch(change -> look(change.snapshot()));
    look(space.snapshot());
  }

  Space space() {
    return space;
  }

  synchronized int messages() {
    return visible.size();
  }

  synchronized List<Finding> findings() {
    return witness.findings();
  }

  /** Completes when all of the messages have become visible here. */
  synchronized CompletableFuture<Void> await(Collection<Integer> indexes) {
    Waiter waiter = new Waiter(new HashSet<>(indexes), new CompletableFuture<>());
    waiter.missing().removeAll(visible);
    if (waiter.missing().isEmpty()) {
      waiter.done().complete(null);
    } else {
      waiters.add(waiter);
    }
    return waiter.done();
  }

  /** Those of the messages that are not visible yet. */
  synchronized int missing(Collection<Integer> indexes) {
    Set<Integer> missing = new HashSet<>(indexes);
    missing.removeAll(visible);
    return missing.size();
  }

  @Override
  public void close() {
    watch.close();
  }

  private void look(Snapshot snapshot) {
    List<CompletableFuture<Void>> fulfilled = new ArrayList<>();
    synchronized (this) {
      witness.see(snapshot);
      visible.addAll(SessionSpace.indexes(snapshot));
      for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
        Waiter waiter = each.next();
        waiter.missing().removeAll(visible);
        if (waiter.missing().isEmpty() || waiter.done().isDone()) {
          each.remove();
          fulfilled.add(waiter.done());
        }
      }
    }
    fulfilled.forEach(done -> done.complete(null));
  }
}
