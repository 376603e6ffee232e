package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.ForkChoice;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.ForkGuard;
import dev.hearsay.mesh.space.Reception;
import dev.hearsay.mesh.space.Refusal;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.StagingReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Interprets the {@link ForkGuard} of one space, on the space's own thread: hands what it says to
 * the gossip, and tells the operator.
 */
final class SpaceForks {
  private final String space;
  private final SpaceCore core;
  private final NodeContext node;
  private final ForkGuard guard;
  private final ForkNotices notices;

  /** Whether the disk had nothing: the space was never here, or was removed from this node. */
  private final boolean wasEmpty;

  private final Consumer<CompletableFuture<Minted>> whenDurable;
  private final List<CompletableFuture<Frontier>> resolving = new ArrayList<>();
  private final Set<ReplicaId> returned = new HashSet<>();

  /**
   * Guards a space that is recovered.
   *
   * @param whenDurable completes a future when all that waits for the journal is durable
   */
  SpaceForks(
      String space,
      SpaceCore core,
      NodeContext node,
      Consumer<CompletableFuture<Minted>> whenDurable) {
    this.space = space;
    this.core = core;
    this.node = node;
    this.guard = new ForkGuard(core, node.incarnations()::contains);
    this.notices = new ForkNotices(space, node.notices());
    this.whenDurable = whenDurable;
    this.wasEmpty = core.durable().frontier().isEmpty();
  }

  /**
   * What became of a delivery.
   *
   * @param before what the space held before it
   */
  void report(Reception reception, HostPort from, VersionVector before) {
    if (reception.applied() > 0 && !wasEmpty) {
      noticeReturned(before);
    }
    if (reception.duplicates() > 0) {
      node.gossip().accept(new GossipInput.Duplicates(from, reception.duplicates()));
    }
    reportDropped(reception.droppedOf());
    reportRefused(reception.refusals());
  }

  /** Each under who had brought it, which need not be who brought what it had waited for. */
  private void reportRefused(List<Refusal> refusals) {
    Map<HostPort, List<Refusal>> byPeer = new TreeMap<>();
    refusals.forEach(
        refusal -> byPeer.computeIfAbsent(refusal.from(), p -> new ArrayList<>()).add(refusal));
    byPeer.forEach(
        (from, of) -> {
          String first = of.get(0).why();
          node.gossip().accept(new GossipInput.Refused(space, from, of.size(), first));
          if (of.stream().anyMatch(Refusal::forked)) {
            run(guard.refused(from, first));
          }
        });
  }

  /** What became of a transfer so far. */
  void report(StagingReport report, HostPort from) {
    if (report.state() == StagingReport.State.REFUSED && core.sawFork()) {
      run(guard.refused(from, String.valueOf(report.why())));
    }
    reportRefused(core.takeRefusals());
  }

  /**
   * Whether what the peer has brought, so many bytes, may be taken now; else {@code then} is told
   * later.
   */
  boolean isMet(HostPort peer, long bytes, Consumer<Boolean> then) {
    List<ForkAction> actions = new ArrayList<>();
    int contact = node.contacts().getOrDefault(peer, 0);
    boolean met = guard.isMet(peer, contact, bytes, then, actions);
    run(actions);
    reportDropped(guard.takeDropped());
    return met;
  }

  private void reportDropped(Map<HostPort, Integer> changes) {
    changes.forEach(
        (from, count) -> node.gossip().accept(new GossipInput.HeldDropped(from, count)));
  }

  /** What is told about branches, by the gossip or by an operator. */
  void handle(SpaceCommand command) {
    if (command instanceof SpaceCommand.ForkHeard told) {
      Effect.ForkHeard heard = told.heard();
      run(guard.heard(heard.from(), heard.talk(), heard.others(), this::fresh));
      reportDropped(guard.takeDropped());
      node.gossip().accept(new GossipInput.TalkHeard(heard));
    } else if (command instanceof SpaceCommand.ForkSuspected suspected) {
      run(guard.suspected(suspected.peer()));
    } else if (command instanceof SpaceCommand.ResolveFork resolve) {
      resolve(resolve.choice(), resolve.done());
    } else if (command instanceof SpaceCommand.WithdrawFork withdraw) {
      withdraw(withdraw.done());
    } else if (command instanceof SpaceCommand.PeersForgotten forgotten) {
      forgotten.peers().forEach(guard::forget);
      reportDropped(guard.takeDropped());
      refuseIfAllAreMet();
    }
  }

  /** Changes have come from a peer: says so if they are this node's own, which its disk had not. */
  private void noticeReturned(VersionVector before) {
    VersionVector after = core.head().frontier();
    for (int i = 0; i < after.size(); i++) {
      ReplicaId replica = after.replicaAt(i);
      if (node.incarnations().contains(replica)
          && !before.covers(replica, after.counterAt(i))
          && returned.add(replica)) {
        notices.returned(replica, after.counterAt(i));
      }
    }
  }

  private ReplicaId fresh() {
    return node.incarnations().drawFor(space);
  }

  /** The replica that mints must be one that has minted nowhere else. */
  void requireOwn() {
    if (core.ownIsTaken()) {
      core.renew(fresh());
    }
  }

  private void resolve(ForkChoice choice, CompletableFuture<Frontier> done) {
    if (choice == ForkChoice.WRITE_ANEW && !guard.avoided().isEmpty()) {
      resolving.add(done);
      run(guard.writeAnew());
    } else if (choice == ForkChoice.GIVE_UP && guard.giveUp(this::fresh)) {
      notices.givenUp();
      completeWhenDurable(done);
    } else {
      done.completeExceptionally(unresolved(noFork()));
    }
  }

  private void withdraw(CompletableFuture<Frontier> done) {
    if (!resolving.removeIf(each -> each == done)) {
      return; // it is answered, or being written
    }
    if (resolving.isEmpty()) {
      guard.withdraw();
    }
    done.completeExceptionally(
        unresolved(
            "the peers with another branch of space '"
                + space
                + "', "
                + new TreeSet<>(guard.avoided().keySet())
                + ", did not answer; nothing has changed. See forks(): try again when one of them"
                + " is in reach, or GIVE_UP this node's branch"));
  }

  /** What was to be written anew is not in question any more. */
  private void refuseIfAllAreMet() {
    if (!resolving.isEmpty() && guard.avoided().isEmpty()) {
      resolving.forEach(done -> done.completeExceptionally(unresolved(noFork())));
      resolving.clear();
    }
  }

  private String noFork() {
    return "no peer in reach holds another branch of space '" + space + "'";
  }

  /** Whether something is under way, or known of peers, that nobody would know after a recovery. */
  boolean isBusy() {
    return !resolving.isEmpty() || guard.isBusy();
  }

  private void completeWhenDurable(CompletableFuture<Frontier> done) {
    CompletableFuture<Minted> minted = new CompletableFuture<>();
    var unused =
        minted.whenComplete(
            (outcome, failure) -> {
              if (failure == null) {
                done.complete(outcome.frontier());
              } else {
                done.completeExceptionally(failure);
              }
            });
    whenDurable.accept(minted);
  }

  private static HearsayException unresolved(String why) {
    return new HearsayException(ErrorCode.FORK_UNRESOLVED, why);
  }

  private void run(List<ForkAction> actions) {
    for (ForkAction action : actions) {
      notices.tell(action);
      if (action instanceof ForkAction.Moved) {
        resolving.forEach(this::completeWhenDurable);
        resolving.clear();
      } else if (action instanceof ForkAction.Ask ask) {
        resolving.forEach(done -> done.completeExceptionally(unresolved(ask.why())));
        resolving.clear();
      }
    }
    if (!actions.isEmpty()) {
      node.gossip().accept(new GossipInput.Forked(space, actions));
    }
    for (ForkAction action : actions) {
      if (action instanceof ForkAction.Meet meet) {
        guard.release(meet.peer(), /* take= */ true);
      } else if (action instanceof ForkAction.Avoid avoid) {
        guard.release(avoid.peer(), /* take= */ false);
      }
    }
    refuseIfAllAreMet();
  }
}
