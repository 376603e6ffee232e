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
   * process would.
   *
   * @throws Exception fails the run
   */
  void run(VirtualAgent agent) throws Exception;
}
