package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.sessions.Ledger;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/** One node is cut off from all others while all keep writing; then the cut heals. */
final class Cut implements RunningFault {

  private final Lab lab;
  private final LabNode node;
  private final Agents agents;
  private final Ledger ledger;
  private final DriverLoop loop;
  private final Spectator spectator;
  private final Figures figures;
  private final ReplayOptions options;
  private final int messageLimit;
  private final long begunNanos = System.nanoTime();

  private boolean healed;
  private int level;

  Cut(
      FaultPlan.Fault fault,
      Lab lab,
      Agents agents,
      Ledger ledger,
      DriverLoop loop,
      Spectator spectator,
      Figures figures,
      ReplayOptions options) {
    this.lab = lab;
    this.node = lab.nodes().get(fault.node());
    this.agents = agents;
    this.ledger = ledger;
    this.loop = loop;
    this.spectator = spectator;
    this.figures = figures;
    this.options = options;
    int span = Math.max(1, fault.untilMessage() - fault.atMessage());
    this.messageLimit = agents.handedOver() + span;
    lab.cutOff(node, fault.mode());
    // All keep writing through the whole cut: its share of the messages is spread over its time.
    agents.pace(span * 1000.0 / options.cutMillis());
    spectator.event(
        Spectator.Kind.FAULT,
        node.name()
            + " is cut off from all others ("
            + (fault.mode() == CutMode.CLOSE ? "connections are closed" : "bytes no longer pass")
            + "); all keep writing");
  }

  boolean isCutOff(LabNode other) {
    return other == node && !healed;
  }

  @Override
  public void step() {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
    if (!healed && millis >= options.cutMillis()) {
      heal(millis);
    }
  }

  @Override
  public boolean isOver() {
    return healed && level == lab.nodes().size();
  }

  @Override
  public int messageLimit() {
    return healed ? Integer.MAX_VALUE : messageLimit;
  }

  private void heal(long millis) {
    lab.heal(node);
    healed = true;
    figures.cutMillis += millis;
    agents.paceNormally();
    spectator.event(
        Spectator.Kind.GOOD, "the cut heals after " + Durations.of(millis) + "; catching up");
    long healedNanos = System.nanoTime();
    SortedMap<String, List<Integer>> by = ledger.allAcknowledged();
    for (LabNode each : lab.nodes()) {
      loop.on(
          each.ask(new Request.Await(by, options.settleMillis()), Reply.Awaited.class),
          (awaited, failure) -> {
            if (awaited == null) {
              throw new ReplayFailedException("waiting for " + each.name() + " failed", failure);
            }
            if (awaited.missing() > 0) {
              spectator.event(
                  Spectator.Kind.FAULT,
                  each.name() + " still lacks " + awaited.missing() + " messages from before");
            }
            level++;
            if (isOver()) {
              long healMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healedNanos);
              figures.healMillisMax = Math.max(figures.healMillisMax, healMillis);
              spectator.event(
                  Spectator.Kind.GOOD,
                  "every node holds all that was written before the heal, "
                      + Durations.of(healMillis)
                      + " after it");
            }
          });
    }
  }
}
