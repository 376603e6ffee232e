package dev.hearsay.mesh.space;

import java.util.List;

/**
 * What became of received changes.
 *
 * @param applied entered the state, held-back ones that became ready among them
 * @param duplicates were here already
 * @param held wait for what they depend on
 * @param dropped could not even wait, for lack of room
 * @param refused contradict what is here, each with the reason
 * @param forked whether one of them was of another branch under its replica
 */
public record Reception(
    int applied, int duplicates, int held, int dropped, List<String> refused, boolean forked) {
  public Reception {
    refused = List.copyOf(refused);
  }
}
