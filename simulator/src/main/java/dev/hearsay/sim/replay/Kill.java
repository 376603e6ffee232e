package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One node is killed with SIGKILL in the middle of a write and comes back from its journal. */
final class Kill implements RunningFault {

  /** The kill comes at a random instant this long after a write was handed over, or sooner. */
  private static final int DELAY_MICROS_MAX = 1_500;

  private enum State {
    WAITING_FOR_A_WRITE,
    DOWN,
    RECOVERED,
    OVER
  }

  private final LabNode node;
  private final Agents agents;
  private final DriverLoop loop;
  private final Spectator spectator;
  private final Figures figures;
  private final Random random;

  private State state = State.WAITING_FOR_A_WRITE;
  private int writesBefore;
  private long spawnedNanos;

  Kill(
      FaultPlan.Fault fault,
      LabNode node,
      Agents agents,
      DriverLoop loop,
      Spectator spectator,
      Figures figures) {
    this.node = node;
    this.agents = agents;
    this.loop = loop;
    this.spectator = spectator;
    this.figures = figures;
    this.random = new Random(fault.atMessage());
  }

  boolean isDown(LabNode other) {
    return other == node && state == State.DOWN;
  }

  @Override
  public void step() throws ReplayFailedException {
    if (state == State.WAITING_FOR_A_WRITE
        && (agents.inFlight(node) > 0 || !agents.hasWork(node))) {
      killAndRestart();
    } else if (state == State.RECOVERED
        && (agents.writes(node) > writesBefore || !agents.hasWork(node))) {
      long restartMillis = millisSinceSpawn();
      figures.restartMillisMax = Math.max(figures.restartMillisMax, restartMillis);
      spectator.event(
          Spectator.Kind.GOOD,
          node.name() + " writes again, " + Durations.of(restartMillis) + " after its restart");
      state = State.OVER;
    }
  }

  @Override
  public boolean isOver() {
    return state == State.OVER;
  }

  @Override
  public int messageLimit() {
    return Integer.MAX_VALUE;
  }

  private void killAndRestart() throws ReplayFailedException {
    long until =
        System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(random.nextInt(DELAY_MICROS_MAX));
    while (System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    int open = agents.inFlight(node);
    long pid = node.pid();
    agents.goneDown(node);
    node.kill();
    figures.kills++;
    state = State.DOWN;
    spectator.event(
        Spectator.Kind.FAULT,
        node.name()
            + " (process "
            + pid
            + ") is killed with SIGKILL while it writes; "
            + open
            + (open == 1 ? " write is" : " writes are")
            + " not acknowledged");
    spawnedNanos = System.nanoTime();
    try {
      loop.on(
          node.start(null),
          (started, failure) -> {
            if (started == null) {
              throw new ReplayFailedException(
                  node.name() + " did not come back" + System.lineSeparator() + node.logTail(),
                  failure);
            }
            recovered(started);
          });
    } catch (IOException e) {
      throw new ReplayFailedException("cannot start " + node.name() + " again", e);
    }
  }

  private void recovered(Reply.Started started) {
    spectator.event(
        Spectator.Kind.GOOD,
        node.name()
            + " is back with "
            + started.messages()
            + " messages in "
            + started.spaces()
            + " spaces, recovered from its journal "
            + Durations.of(millisSinceSpawn())
            + " after its restart");
    writesBefore = agents.writes(node);
    state = State.RECOVERED;
    agents.cameBack(node);
  }

  private long millisSinceSpawn() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - spawnedNanos);
  }
}
