package dev.hearsay.sim.experiment.icde19;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Scuttlebutt (van Renesse et al. 2008) as the paper compares it: every interval each neighbour is
 * sent the version vector, and answers with the updates that it covers and the vector does not.
 */
final class Scuttlebutt implements Baseline {
  private final int self;
  private final Elements state = new Elements();
  private final Map<UpdateName, Elements> updates = new TreeMap<>(UpdateName.ORDER);
  private final Map<Integer, Integer> vector = new HashMap<>();

  Scuttlebutt(int self) {
    this.self = self;
  }

  @Override
  public Elements state() {
    return state;
  }

  @Override
  public void update(Elements delta) {
    add(new UpdateName(self, vector.getOrDefault(self, 0) + 1), delta);
  }

  private void add(UpdateName name, Elements delta) {
    if (name.number() == vector.getOrDefault(name.node(), 0) + 1) {
      vector.put(name.node(), name.number());
      updates.put(name, delta);
      state.join(delta);
    }
  }

  @Override
  public Optional<Parcel> parcelFor(int neighbour) {
    return Optional.of(Parcel.ofVector(vector));
  }

  @Override
  public void told() {}

  @Override
  public Optional<Parcel> receive(int from, Parcel parcel) {
    if (!parcel.parts().isEmpty()) {
      parcel.parts().entrySet().stream()
          .sorted(Map.Entry.comparingByKey(UpdateName.ORDER))
          .forEach(part -> add(part.getKey(), part.getValue()));
      return Optional.empty();
    }
    Map<UpdateName, Elements> missing = new HashMap<>();
    updates.forEach(
        (name, delta) -> {
          if (name.number() > parcel.vector().getOrDefault(name.node(), 0)) {
            missing.put(name, delta);
          }
        });
    return missing.isEmpty() ? Optional.empty() : Optional.of(Parcel.ofParts(missing));
  }
}
