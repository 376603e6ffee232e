package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.Shortfall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One who has the voters of a space changed. */
interface NewVoters {
  void inForce();

  /** Why not; null if the node crashed before it was decided. */
  void failed(@Nullable Shortfall shortfall);

  /** An operator of whom the timeline tells. */
  static NewVoters noted(VirtualNode node, String space, List<String> voters) {
    return new NewVoters() {
      @Override
      public void inForce() {
        node.note("has new voters for '" + space + "': " + voters);
      }

      @Override
      public void failed(@Nullable Shortfall shortfall) {
        node.note("has no new voters for '" + space + "': " + shortfall);
      }
    };
  }
}
