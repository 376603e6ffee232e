package dev.hearsay.sim.experiment.icde19;

import java.util.Optional;

/** A protocol of the paper at one node. Channels lose and reorder nothing, as in the paper. */
interface Baseline {
  /** The protocols. */
  enum Protocol {
    STATE("state"),
    CLASSIC_DELTA("classicDelta"),
    DELTA_BP_RR("deltaBpRr"),
    SCUTTLEBUTT("scuttlebutt");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    /** Its name in reports. */
    String label() {
      return label;
    }

    Baseline start(int self) {
      return switch (this) {
        case STATE -> new StateBased();
        case CLASSIC_DELTA -> new DeltaBased(/* optimized= */ false);
        case DELTA_BP_RR -> new DeltaBased(/* optimized= */ true);
        case SCUTTLEBUTT -> new Scuttlebutt(self);
      };
    }
  }

  /** What it has. */
  Elements state();

  /** The node changes these. */
  void update(Elements delta);

  /** The interval is over; empty if there is nothing to tell that neighbour. */
  Optional<Parcel> parcelFor(int neighbour);

  /** All neighbours have been told. */
  void told();

  /** A parcel has come; the answer goes back at once. */
  Optional<Parcel> receive(int from, Parcel parcel);
}
