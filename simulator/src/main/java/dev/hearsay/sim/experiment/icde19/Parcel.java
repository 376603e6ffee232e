package dev.hearsay.sim.experiment.icde19;

import java.util.Map;

/**
 * What a baseline sends to one neighbour.
 *
 * @param elements of the state
 * @param vector the sender's version vector, where the protocol asks by it; else empty
 * @param parts elements by the update they belong to, where the protocol names updates; else empty
 * @param metadata entries of vectors, names of updates and sequence numbers in it
 */
record Parcel(
    Elements elements,
    Map<Integer, Integer> vector,
    Map<UpdateName, Elements> parts,
    int metadata) {
  static Parcel ofState(Elements elements, int metadata) {
    return new Parcel(elements, Map.of(), Map.of(), metadata);
  }

  static Parcel ofVector(Map<Integer, Integer> vector) {
    return new Parcel(new Elements(), Map.copyOf(vector), Map.of(), vector.size());
  }

  static Parcel ofParts(Map<UpdateName, Elements> parts) {
    return new Parcel(new Elements(), Map.of(), Map.copyOf(parts), parts.size());
  }

  /** How many elements cross the link. */
  int elementCount() {
    return elements.size() + parts.values().stream().mapToInt(Elements::size).sum();
  }
}
