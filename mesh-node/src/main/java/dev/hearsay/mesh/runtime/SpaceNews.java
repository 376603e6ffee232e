package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SeenChange;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.Trimming;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what has become durable in a space. Used by the space's own thread. */
final class SpaceNews {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceNews.class);

  /** Changes that watchers are told of at once: each time costs a lock. */
  private static final int TOLD_AT_ONCE = 256;

  private final String space;
  private final Consumer<GossipInput> gossip;

  SpaceNews(String space, Consumer<GossipInput> gossip) {
    this.space = space;
    this.gossip = gossip;
  }

  /**
   * The space is read back.
   *
   * @param skipped journaled changes that follow a hole
   * @param again whether its journal had failed
   */
  void recovered(SpaceCore core, int skipped, Departure.Return comesBack, boolean again) {
    if (comesBack != Departure.Return.AS_IT_STOOD || again) {
      tellWhereItStands(core, skipped, comesBack == Departure.Return.LESS);
    }
    if (Trimming.held(core) > 0) {
      gossip.accept(new GossipInput.Reloaded(space));
    }
  }

  private void tellWhereItStands(SpaceCore core, int skipped, boolean less) {
    if (skipped > 0) {
      LOG.warn(
          "space '{}': {} journaled changes follow a hole and were left out; peers that have them"
              + " bring them back",
          space,
          skipped);
    }
    SpaceState state = core.durable();
    gossip.accept(new GossipInput.Marked(space, core.mark().orElse(null)));
    gossip.accept(new GossipInput.Opened(space, state.frontier(), state.digest()));
    if (skipped > 0 || less) {
      gossip.accept(new GossipInput.Holed(space));
    }
  }

  /** Whether the space goes, before any of it is gone: until it is known nothing is said for it. */
  void answerPurge(SpaceState durable, boolean goes) {
    gossip.accept(
        goes
            ? new GossipInput.Closed(space)
            : new GossipInput.Stays(space, durable.frontier(), durable.digest()));
  }

  /** The gossip sends what is durable to the peers. */
  void tellGossip(Publication publication) {
    List<EncodedChange> minted = new ArrayList<>();
    List<EncodedChange> received = new ArrayList<>();
    for (Publication.Step step : publication.steps()) {
      if (step.part() instanceof SpaceEvent.Applied applied) {
        (step.local() ? minted : received).add(applied.change());
      } else if (step.part() instanceof SpaceEvent.Replaced) {
        SpaceState state = publication.state();
        gossip.accept(new GossipInput.Replaced(space, state.frontier(), state.digest()));
      }
    }
    gossip.accept(
        new GossipInput.Published(
            space, publication.state().frontier(), publication.state().digest(), minted, received));
  }

  /** Watchers see every state between the two, in order. */
  void tell(Watchers.Audience audience, SpaceState before, Publication publication) {
    if (audience.isEmpty()) {
      return;
    }
    SpaceState state = before;
    List<SpaceChange> seen = new ArrayList<>();
    for (Publication.Step step : publication.steps()) {
      // Parts of a transfer are seen when it is joined.
      if (step.part().isSeen()) {
        seen.add(SeenChange.of(space, state, step));
      }
      if (seen.size() == TOLD_AT_ONCE) {
        audience.tell(seen);
        seen.clear();
      }
      state = step.after();
    }
    audience.tell(seen);
  }
}
