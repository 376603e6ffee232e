package dev.hearsay.mesh.wire;

/**
 * A number under which a change of voters is proposed; no two attempts share one.
 *
 * @param round from 1; 0 stands for none
 * @param proposer random, drawn for each attempt
 */
public record Ballot(long round, long proposer) implements Comparable<Ballot> {
  public static final Ballot NONE = new Ballot(0, 0);

  public Ballot {
    if (round < 0 || (round == 0 && proposer != 0)) {
      throw new IllegalArgumentException("round " + round);
    }
  }

  @Override
  public int compareTo(Ballot other) {
    int byRound = Long.compare(round, other.round);
    return byRound != 0 ? byRound : Long.compare(proposer, other.proposer);
  }
}
