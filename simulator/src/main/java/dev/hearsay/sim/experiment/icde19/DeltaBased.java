package dev.hearsay.sim.experiment.icde19;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Delta-based synchronization (algorithm 1 of the paper): what changed since the last interval goes
 * to every neighbour. With both optimizations, nothing goes back where it came from (BP), and of
 * what comes only the new part is kept for the next interval (RR).
 */
final class DeltaBased implements Baseline {
  private static final int SELF = -1;

  private record Buffered(Elements delta, int from) {}

  private final boolean optimized;
  private final Elements state = new Elements();
  private final List<Buffered> buffer = new ArrayList<>();

  DeltaBased(boolean optimized) {
    this.optimized = optimized;
  }

  @Override
  public Elements state() {
    return state;
  }

  @Override
  public void update(Elements delta) {
    keep(delta, SELF);
  }

  private void keep(Elements delta, int from) {
    state.join(delta);
    buffer.add(new Buffered(delta, from));
  }

  @Override
  public Optional<Parcel> parcelFor(int neighbour) {
    Elements group = new Elements();
    for (Buffered buffered : buffer) {
      if (!optimized || buffered.from() != neighbour) {
        group.join(buffered.delta());
      }
    }
    // The sequence number that the neighbour acknowledges, and its acknowledgement.
    return group.isEmpty() ? Optional.empty() : Optional.of(Parcel.ofState(group, 2));
  }

  @Override
  public void told() {
    buffer.clear();
  }

  @Override
  public Optional<Parcel> receive(int from, Parcel parcel) {
    if (optimized) {
      Elements fresh = parcel.elements().beyond(state);
      if (!fresh.isEmpty()) {
        keep(fresh, from);
      }
    } else if (!state.covers(parcel.elements())) {
      keep(parcel.elements(), from);
    }
    return Optional.empty();
  }
}
