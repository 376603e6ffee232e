package dev.hearsay.sim.sessions;

/**
 * Which node plays which role. The three roles of session k take the nodes 3k, 3k+1 and 3k+2,
 * counted round: with three nodes each role has a node of its own, with fewer they share, with more
 * the sessions spread over all of them, and those that do not write in a session observe it.
 */
public record Casting(int nodes) {

  public Casting {
    if (nodes < 1) {
      throw new IllegalArgumentException("a cast needs at least one node, not " + nodes);
    }
  }

  /** The node, counted from 0, that writes the messages of a role in a session. */
  public int nodeOf(int session, Role role) {
    return (int) ((3L * session + role.seat()) % nodes);
  }
}
