package dev.hearsay.sim.world;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does what the gossip of a virtual node wants done. Every kind of {@link Effect} has its action:
 * where one had none, no world would begin.
 */
final class Interpreter {
  /** What is done about an effect of one kind. */
  interface Action<E extends Effect> {
    void run(VirtualNode node, E effect);
  }

  private static final Action<Effect.Send> SEND =
      (node, send) -> {
        Message message = PlantedFaults.sent(node, send.to(), send.message());
        node.world().sends(node, send.to(), message);
        node.world().network().send(node.index(), send.to(), message);
      };

  private static final Interpreter ALL =
      new Interpreter()
          .on(Effect.Send.class, SEND)
          .on(
              Effect.Deliver.class,
              (node, deliver) -> {
                node.meet(deliver.from());
                node.toSpace(deliver.space(), space -> space.receive(deliver));
              })
          .on(
              Effect.DeliverHead.class,
              (node, deliver) -> {
                node.meet(deliver.from());
                node.toSpace(deliver.space(), space -> space.receiveHead(deliver));
              })
          .on(
              Effect.DeliverPiece.class,
              (node, deliver) -> {
                node.meet(deliver.from());
                node.toSpace(deliver.space(), space -> space.receivePiece(deliver));
              })
          .on(
              Effect.ReadState.class,
              (node, read) ->
                  node.later(10 * VirtualNode.ACTOR_NANOS, () -> Transfers.read(node, read)))
          .on(
              Effect.Serve.class,
              (node, serve) -> node.toSpace(serve.space(), space -> space.serve(serve)))
          .on(
              Effect.ServeRest.class,
              (node, rest) -> node.toSpace(rest.space(), space -> space.serveRest(rest)))
          .on(
              Effect.ForkHeard.class,
              (node, heard) -> node.toSpace(heard.space(), space -> space.forkHeard(heard)))
          .on(
              Effect.ForkSuspected.class,
              (node, fork) -> node.toSpace(fork.space(), space -> space.forkSuspected(fork)))
          .on(
              Effect.WasIncarnation.class,
              (node, was) -> node.disk().incarnations.add(new ReplicaId(was.incarnation())))
          .on(Effect.GiveUpIdentity.class, (node, giveUp) -> node.becomeAnother(giveUp.to()))
          .on(
              Effect.Purge.class,
              (node, purge) -> {
                if (purge.by() != null) {
                  node.meet(purge.by());
                }
                node.toSpace(purge.space(), space -> space.purge(purge));
              })
          .on(
              Effect.Stable.class,
              (node, stable) ->
                  node.toSpace(stable.space(), space -> space.trim(stable.frontier())))
          .on(Effect.ClockJudged.class, (node, judged) -> node.desk().clockJudged(judged.verdict()))
          .on(
              Effect.Probe.class,
              (node, probe) -> node.world().network().probe(node, probe.address()))
          .on(Effect.Report.class, Reports::of)
          .on(Effect.Outside.class, (node, outside) -> {})
          .on(Effect.Acknowledged.class, (node, done) -> node.desk().acknowledged(done))
          .on(Effect.NotAcknowledged.class, (node, not) -> node.desk().notAcknowledged(not))
          .on(Effect.Vote.class, (node, vote) -> node.desk().vote(vote))
          .on(Effect.Settle.class, (node, settle) -> node.desk().settle(settle))
          .on(Effect.Doubted.class, (node, doubted) -> node.disk().doubts.add(doubted.space()))
          .on(Effect.Left.class, (node, left) -> node.disk().doubts.add(left.stood().space()))
          .on(Effect.Trusted.class, (node, trusted) -> node.disk().doubts.remove(trusted.space()))
          .complete();

  private final Map<Class<?>, Action<Effect>> actions = new HashMap<>();

  /** One that does nothing yet. */
  Interpreter() {}

  /** Effects of that kind are dealt with like this. */
  <E extends Effect> Interpreter on(Class<E> kind, Action<E> action) {
    actions.put(kind, (node, effect) -> action.run(node, kind.cast(effect)));
    return this;
  }

  /**
   * This one, if it forgets no kind of effect.
   *
   * @throws IllegalStateException saying which it forgets
   */
  Interpreter complete() {
    List<String> forgotten = new ArrayList<>();
    for (Class<?> kind : kinds(Effect.class)) {
      if (!actions.containsKey(kind)) {
        forgotten.add(kind.getSimpleName());
      }
    }
    if (!forgotten.isEmpty()) {
      throw new IllegalStateException("virtual nodes do nothing about " + forgotten);
    }
    return this;
  }

  /** All kinds below a sealed one. */
  static List<Class<?>> kinds(Class<?> sealed) {
    List<Class<?>> kinds = new ArrayList<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      if (kind.isSealed()) {
        kinds.addAll(kinds(kind));
      } else {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /** Does what the node's gossip wants done. */
  static void run(VirtualNode node, List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        SEND.run(node, send); // nearly all of them are
        continue;
      }
      Action<Effect> action = ALL.actions.get(effect.getClass());
      if (action == null) {
        throw new IllegalStateException("virtual nodes do nothing about " + effect);
      }
      action.run(node, effect);
    }
  }
}
