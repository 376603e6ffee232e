package dev.hearsay.sim.differential;

import java.util.List;

/**
 * A random life of a few replicas.
 *
 * @param clocks one a node: the milliseconds that it reads from its clock, always
 * @param steps in order
 */
record History(List<Integer> clocks, List<Step> steps) {
  History {
    int nodes = clocks.size();
    steps = steps.stream().map(step -> step.among(nodes)).toList();
  }

  int nodes() {
    return clocks.size();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("clocks " + clocks);
    for (int i = 0; i < steps.size(); i++) {
      text.append("\n  ").append(i).append(' ').append(steps.get(i));
    }
    return text.toString();
  }
}
