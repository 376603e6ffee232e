package dev.hearsay.sim.live;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.lab.Link;
import dev.hearsay.sim.lab.Relays;
import dev.hearsay.sim.world.LinkCuts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The links between processes, at the relays. For the thread of the loop. */
final class LiveLinks {
  /** What the relays do to a link. */
  interface Wires {
    /** Cuts it, or cuts it in another way. */
    void cut(Link link, CutMode mode);

    /** Heals it. */
    void heal(Link link);

    /** Those of real relays. */
    static Wires of(Relays relays) {
      return new Wires() {
        @Override
        public void cut(Link link, CutMode mode) {
          relays.cut(link, mode);
        }

        @Override
        public void heal(Link link) {
          relays.heal(link);
        }
      };
    }
  }

  private final Wires relays;
  private final int nodes;
  private final Map<Link, Integer> cuts = new HashMap<>();

  /**
   * All of them work.
   *
   * @param nodes how many there ever are
   */
  LiveLinks(Wires relays, int nodes) {
    this.relays = relays;
    this.nodes = nodes;
  }

  /** To be cut in that way; a link that is cut already takes the new one. */
  LinkCuts.Links by(CutMode mode) {
    return new LinkCuts.Links() {
      @Override
      public int nodes() {
        return nodes;
      }

      @Override
      public void cut(int from, int to) {
        Link link = new Link(from, to);
        cuts.merge(link, 1, Integer::sum);
        relays.cut(link, mode);
      }

      @Override
      public void restore(int from, int to) {
        Link link = new Link(from, to);
        if (cuts.merge(link, -1, Integer::sum) == 0) {
          cuts.remove(link);
          relays.heal(link);
        }
      }
    };
  }

  /** All links work. */
  void heal() {
    List.copyOf(cuts.keySet()).forEach(relays::heal);
    cuts.clear();
  }
}
