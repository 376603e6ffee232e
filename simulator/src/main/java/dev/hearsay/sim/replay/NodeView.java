package dev.hearsay.sim.replay;

/**
 * A node as a spectator sees it.
 *
 * @param writes how many of its writes were acknowledged
 * @param holds how many messages it holds, its own and others'
 * @param behind how many acknowledged messages it does not hold yet
 */
public record NodeView(String name, State state, int writes, int holds, int behind) {

  /** What a node is going through. */
  public enum State {
    UP,
    CUT_OFF,
    DOWN
  }
}
