package dev.hearsay.sim.cli;

/** What the process tells its caller. */
final class ExitStatus {

  static final int OK = 0;

  /** Something was lost, duplicated or did not converge, or the run could not be finished. */
  static final int FAILED = 1;

  /** The command cannot be carried out as given; nothing was done. */
  static final int BAD_INPUT = 2;

  private ExitStatus() {}
}
