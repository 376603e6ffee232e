package dev.hearsay.sim.junit;

/**
 * What an agent does, written as it would be in production: straight on, waiting where it must.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AgentCode {
  /**
   * Runs the agent. Begins again from the start when its node has crashed and runs again, as its
   * process would, and is over when its node has left. Ends by itself, at the latest 100 s after
   * all has healed: see {@link VirtualAgent#isOpen}.
   *
   * @throws Exception fails the run
   */
  void run(VirtualAgent agent) throws Exception;
}
