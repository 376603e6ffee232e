package dev.hearsay.sim.experiment.live;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.IdleFloor;
import dev.hearsay.sim.experiment.live.Reading.Sent;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks on at one run, of real processes or in virtual time, as checkers do, and finds nothing: it
 * counts what nodes send, phase by phase, and sees when the last change arrives. The load is that
 * of another workload.
 */
final class Meter extends Checker implements Workload {
  /** Of spaces that are no workload's. */
  private static final String OWN = "hearsay/";

  private static final long SETTLE_NANOS =
      IdleFloor.of(GossipSettings.DEFAULT, 1).settle().toNanos();

  private final Workload workload;
  private final SortedMap<String, Sent> load = new TreeMap<>();
  private final SortedMap<String, Sent> heal = new TreeMap<>();
  private final SortedMap<String, Sent> rest = new TreeMap<>();
  private boolean begun;
  private boolean healed;
  private boolean settled;
  private long healedNanos;
  private long arrivedNanos;
  private long restNanos;
  private long endNanos;
  private long changes;

  /** Of one run of that workload. */
  Meter(Workload workload) {
    this.workload = workload;
  }

  @Override
  public String name() {
    return workload.name();
  }

  @Override
  public String description() {
    return workload.description();
  }

  @Override
  public List<Checker> checkers() {
    List<Checker> all = new ArrayList<>(workload.checkers());
    all.add(this);
    return all;
  }

  @Override
  public List<String> restricted() {
    return workload.restricted();
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    Run run = workload.begin(options, history);
    return new Run() {
      @Override
      public void start(MeshClient client) {
        begins();
        run.start(client);
      }

      @Override
      public List<String> spaces() {
        return run.spaces();
      }

      @Override
      public void healed(MeshClient client) {
        run.healed(client);
      }

      @Override
      public boolean isDone() {
        return run.isDone();
      }

      @Override
      public void finish(MeshClient client) {
        run.finish(client);
      }
    };
  }

  /** From now on all counts. */
  void begins() {
    begun = true;
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    if (begun && !space.startsWith(OWN)) {
      changes++;
    }
  }

  @Override
  public void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {
    arrived(nanos, space);
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    arrived(nanos, space);
  }

  private void arrived(long nanos, String space) {
    if (!settled && !space.startsWith(OWN)) {
      arrivedNanos = nanos;
    }
  }

  @Override
  public void healed(long nanos) {
    healed = true;
    healedNanos = nanos;
  }

  @Override
  public void settled(long nanos) {
    settled = true;
    restNanos = nanos + SETTLE_NANOS;
  }

  @Override
  public void sent(long nanos, String from, String to, String kind, int bytes) {
    counted(nanos, from, kind, 1, bytes);
  }

  @Override
  public void counted(long sinceNanos, String node, String kind, long messages, long bytes) {
    SortedMap<String, Sent> phase = settled ? rest : healed ? heal : load;
    if (begun && (!settled || sinceNanos >= restNanos)) {
      phase.merge(kind, new Sent(messages, bytes), Sent::plus);
    }
  }

  @Override
  public void finish(long nanos) {
    endNanos = nanos;
  }

  /** What was measured, once the run is over. */
  Reading reading(Reading.World world, long seed) {
    return new Reading(
        world,
        seed,
        changes,
        Math.max(0, arrivedNanos - healedNanos) / 1e6,
        load,
        heal,
        rest,
        rest.isEmpty() ? 0 : (endNanos - restNanos) / 1e9,
        0);
  }
}
