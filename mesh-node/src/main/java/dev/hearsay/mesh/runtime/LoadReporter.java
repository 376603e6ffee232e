package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.runtime.control.ControlPlane;
import dev.hearsay.mesh.runtime.control.NodeLoad;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorSystem;

/** Enters this node's clock offset and load in the directory, now and then. */
final class LoadReporter {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getOperatingSystemMXBean();

  private LoadReporter() {}

  /** Until the system ends. */
  static void start(ActorSystem data, Consumer<GossipInput> gossip, ControlPlane control) {
    data.scheduler()
        .scheduleWithFixedDelay(
            EVERY,
            EVERY,
            () ->
                gossip.accept(
                    new GossipInput.AskClock(
                        clock -> control.report(new NodeLoad(clock.offsetMillis(), load())))),
            data.dispatcher());
  }

  /** Of the processors, as the system has it over the last minute; 0 where it does not tell. */
  static int load() {
    double each = SYSTEM.getSystemLoadAverage() / SYSTEM.getAvailableProcessors();
    return (int) Math.round(1_000 * Math.min(1, Math.max(0, each)));
  }
}
