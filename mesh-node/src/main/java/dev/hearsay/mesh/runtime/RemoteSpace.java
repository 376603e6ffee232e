package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.FieldAccess;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.mesh.space.TypedFields;
import dev.hearsay.mesh.space.VersionedPlacement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A space that lives elsewhere, in the hands of an agent. Thread-safe. */
final class RemoteSpace extends TypedFields implements Space {
  private static final Duration WAIT_MAX = Duration.ofMillis(500);

  private final RemoteCell cell;
  private final String author;
  private final Catalogue catalogue;

  RemoteSpace(RemoteCell cell, String author, Catalogue catalogue) {
    super(new RemoteFields(cell, author));
    this.cell = cell;
    this.author = author;
    this.catalogue = catalogue;
  }

  @Override
  public String name() {
    return cell.name();
  }

  @Override
  public Frontier update(Consumer<Transaction> body) {
    return cell.update(author, draft -> body.accept(new DraftTransaction(draft)));
  }

  @Override
  public CompletionStage<Frontier> updateAsync(Consumer<Transaction> body) {
    return cell.updateAsync(author, draft -> body.accept(new DraftTransaction(draft)));
  }

  @Override
  public Frontier frontier() {
    return new Frontier(cell.fresh().frontier());
  }

  @Override
  public void awaitFrontier(Frontier frontier, Duration timeout) {
    long started = System.nanoTime();
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    SpaceState state = cell.fresh();
    while (!state.frontier().covers(frontier.versions())) {
      long left = nanos - (System.nanoTime() - started);
      if (left <= 0) {
        throw new HearsayException(
            ErrorCode.FRONTIER_TIMEOUT,
            "space '"
                + name()
                + "', which is not held here, has not reached the frontier within "
                + TimeUnit.MILLISECONDS.convert(timeout)
                + " ms; "
                + frontier.versions().missingFrom(state.frontier())
                + " dots are missing");
      }
      Duration wait = Duration.ofNanos(Math.min(left, WAIT_MAX.toNanos())).plusMillis(1);
      state = cell.fresh(frontier.versions(), wait);
    }
  }

  @Override
  public Snapshot snapshot() {
    return new StateSnapshot(cell.fresh());
  }

  @Override
  public Watch watch(Consumer<SpaceChange> watcher) {
    return cell.watch(watcher);
  }

  @Override
  public List<FieldInfo> fields() {
    return StateSnapshot.infos(cell.fresh());
  }

  @Override
  public List<String> conflicts() {
    return cell.fresh().conflicts();
  }

  @Override
  public String digest() {
    return cell.fresh().digest().toString();
  }

  @Override
  public Placement placement() {
    return catalogue
        .placement(name())
        .map(VersionedPlacement::placement)
        .orElse(Placement.everywhere());
  }

  @Override
  public void place(Placement placement) {
    catalogue.place(name(), placement);
  }

  @Override
  public String toString() {
    return "space '" + name() + "', which is not held here";
  }

  private record RemoteFields(RemoteCell cell, String author) implements FieldAccess {
    @Override
    public FieldView view(FieldKey field) {
      return cell.fresh().field(field);
    }

    @Override
    public @Nullable FieldType otherTypeOf(FieldKey field) {
      return cell.fresh().otherTypeOf(field.name(), field.type());
    }

    @Override
    public Collection<FieldKey> fieldKeys() {
      return StateSnapshot.inUse(cell.fresh());
    }

    @Override
    public void edit(Consumer<Draft> change) {
      cell.update(author, change);
    }
  }
}
