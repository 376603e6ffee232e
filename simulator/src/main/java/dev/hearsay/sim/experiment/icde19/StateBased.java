package dev.hearsay.sim.experiment.icde19;

import java.util.Optional;

/** State-based synchronization: the whole state to every neighbour, every interval. */
final class StateBased implements Baseline {
  private final Elements state = new Elements();

  @Override
  public Elements state() {
    return state;
  }

  @Override
  public void update(Elements delta) {
    state.join(delta);
  }

  @Override
  public Optional<Parcel> parcelFor(int neighbour) {
    return state.isEmpty() ? Optional.empty() : Optional.of(Parcel.ofState(state.copy(), 0));
  }

  @Override
  public void told() {}

  @Override
  public Optional<Parcel> receive(int from, Parcel parcel) {
    state.join(parcel.elements());
    return Optional.empty();
  }
}
