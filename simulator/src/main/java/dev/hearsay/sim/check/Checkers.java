package dev.hearsay.sim.check;

import dev.hearsay.mesh.gossip.GossipSettings;
import java.util.ArrayList;
import java.util.List;

/** The judges of every run. */
public final class Checkers {
  /**
   * What a run is judged by.
   *
   * @param nodes of the mesh at first
   * @param floor what an idle mesh may send
   */
  public record Bounds(int nodes, IdleFloor floor) {
    /** Those of a mesh with the default settings. */
    public static Bounds of(int nodes) {
      return new Bounds(nodes, IdleFloor.of(GossipSettings.DEFAULT, nodes));
    }
  }

  private Checkers() {}

  /** A new one of each. */
  public static List<Checker> all(Bounds bounds) {
    List<Checker> all = new ArrayList<>();
    all.add(new Convergence());
    all.add(new EqualBytes());
    all.add(new AcknowledgedChanges());
    all.add(new UniqueDots());
    all.add(new CausalOrder());
    all.add(new AtomicChanges());
    all.add(new MonotonicFrontiers());
    all.add(new SessionGuarantees());
    all.add(new QuorumGuarantees());
    all.add(new SetReads());
    all.add(new CounterReads());
    all.add(new RegisterReads());
    all.add(new LogReads());
    all.add(new BoundedMemory());
    all.add(new Quiescence(bounds.floor(), bounds.nodes()));
    return all;
  }
}
