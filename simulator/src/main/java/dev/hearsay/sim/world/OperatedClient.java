package dev.hearsay.sim.world;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Voters;
import dev.hearsay.mesh.gossip.Shortfall;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SeenChange;
import dev.hearsay.mesh.wire.VoterView;
import dev.hearsay.sim.workload.OperatedSpace;
import dev.hearsay.sim.workload.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What operators and watchers beside a virtual node ask of a space. */
abstract class OperatedClient implements OperatedSpace {
  private final World world;
  private final VirtualNode node;
  private final String name;

  OperatedClient(World world, VirtualNode node, String name) {
    this.world = world;
    this.node = node;
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<String> conflicts() {
    SpaceState state = node.state(name);
    return state == null ? List.of() : state.conflicts();
  }

  @Override
  public final Voters voters() {
    VoterView view = node.desk().view(name);
    return new Voters(
        view.version(),
        Collections.unmodifiableSortedSet(view.voters()),
        !view.pending().isEmpty());
  }

  @Override
  public final void changeVoters(
      Set<String> nodes, Duration timeout, Consumer<Outcome<Boolean>> done) {
    node.desk().changeVoters(name, VoterView.list(nodes), millis(timeout), asked(done));
  }

  @Override
  public final void replaceLostVoters(
      Set<String> lost, Set<String> nodes, Duration timeout, Consumer<Outcome<Boolean>> done) {
    node.desk().replaceLost(name, lost, VoterView.list(nodes), millis(timeout), asked(done));
  }

  private static long millis(Duration timeout) {
    return Math.max(1, TimeUnit.MILLISECONDS.convert(timeout));
  }

  private NewVoters asked(Consumer<Outcome<Boolean>> done) {
    world.callBegun();
    return new NewVoters() {
      @Override
      public void inForce() {
        world.callEnded();
        done.accept(new Outcome.Ok<>(true));
      }

      @Override
      public void failed(@Nullable Shortfall shortfall) {
        world.callEnded();
        Shortfall.Reason reason = shortfall == null ? null : shortfall.reason();
        boolean isOpen = reason == null || reason == Shortfall.Reason.UNDECIDED;
        String why = "the voters of '" + name + "': " + shortfall;
        if (isOpen) {
          done.accept(new Outcome.Unknown<>(ErrorCode.VOTERS_UNDECIDED + ": " + why));
        } else {
          ErrorCode code =
              reason == Shortfall.Reason.TOO_FEW_VOTERS
                  ? ErrorCode.TOO_FEW_VOTERS
                  : ErrorCode.VOTERS_UNCHANGED;
          done.accept(new Outcome.Failed<>(code + ": " + why));
        }
      }
    };
  }

  @Override
  public final Placement placement() {
    Placement known = world.places().isRestricted(name) ? node.placed().known(name) : null;
    return known == null ? Placement.everywhere() : known;
  }

  @Override
  public final void place(Placement placement, Consumer<Outcome<Boolean>> done) {
    if (!world.places().isRestricted(name)) {
      done.accept(
          new Outcome.Failed<>(
              ErrorCode.PLACEMENT_CONFLICT
                  + ": '"
                  + name
                  + "' lives everywhere and has voters; have the mesh place it from the"
                  + " beginning"));
      return;
    }
    world.callBegun();
    node.desk()
        .write(
            books -> Places.move(books, name, placement),
            () -> {
              world.callEnded();
              done.accept(new Outcome.Ok<>(true));
            },
            failure -> {
              world.callEnded();
              done.accept(Outcome.of(failure));
            });
  }

  @Override
  public final Runnable watch(Consumer<SpaceChange> watcher) {
    int life = node.life();
    SpaceState shown = node.state(name);
    SpaceState[] before = {shown == null ? SpaceState.EMPTY : shown};
    Audience.PublicationListener listener =
        (where, space, publication) -> {
          if (where == node && node.life() == life && space.equals(name)) {
            for (Publication.Step step : publication.steps()) {
              if (step.part().isSeen()) {
                watcher.accept(SeenChange.of(name, before[0], step));
              }
              before[0] = step.after();
            }
          }
        };
    return world.audience().add(listener);
  }
}
