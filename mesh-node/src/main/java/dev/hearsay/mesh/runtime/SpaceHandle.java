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
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.Voters;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.FieldAccess;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.mesh.space.TypedFields;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A space in the hands of an agent. Thread-safe. */
final class SpaceHandle extends TypedFields implements Space {
  private final SpaceCell cell;
  private final AcknowledgedWrites writes;
  private final WriteOptions options;
  private final Places places;

  SpaceHandle(SpaceCell cell, Writes writes, Voting voting, Places places) {
    this(cell, new AcknowledgedWrites(writes, voting), WriteOptions.local(), places);
  }

  private SpaceHandle(
      SpaceCell cell, AcknowledgedWrites writes, WriteOptions options, Places places) {
    super(new LiveAccess(cell, writes, options));
    this.cell = cell;
    this.writes = writes;
    this.options = options;
    this.places = places;
  }

  @Override
  public String name() {
    return cell.name();
  }

  @Override
  public Frontier update(Consumer<Transaction> body) {
    return update(options, body);
  }

  @Override
  public Frontier update(WriteOptions how, Consumer<Transaction> body) {
    writes.writes().requireOutsideTransaction();
    return Writes.await(writes.write(how, draft -> body.accept(new DraftTransaction(draft))));
  }

  @Override
  public CompletionStage<Frontier> updateAsync(Consumer<Transaction> body) {
    return updateAsync(options, body);
  }

  @Override
  public CompletionStage<Frontier> updateAsync(WriteOptions how, Consumer<Transaction> body) {
    return onCallback(writes.write(how, draft -> body.accept(new DraftTransaction(draft))));
  }

  private <T> CompletionStage<T> onCallback(CompletableFuture<T> done) {
    return done.thenApplyAsync(result -> result, writes.writes().callbacks());
  }

  @Override
  public Space with(WriteOptions how) {
    if (how.operationId().isPresent()) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION,
          "an operation id names one write: give it to update(options, body)");
    }
    return new SpaceHandle(cell, writes, how, places);
  }

  @Override
  public Snapshot read(ReadOptions how) {
    writes.writes().requireOutsideTransaction();
    return new StateSnapshot(Writes.await(writes.read(how)));
  }

  @Override
  public CompletionStage<Snapshot> readAsync(ReadOptions how) {
    return onCallback(writes.read(how).thenApply(StateSnapshot::new));
  }

  @Override
  public Voters voters() {
    return places.voters(name());
  }

  @Override
  public void changeVoters(Set<String> nodes, Duration timeout) {
    writes.writes().requireOutsideTransaction();
    Writes.await(writes.changeVoters(Voting.checked(nodes), timeout));
  }

  @Override
  public void replaceLostVoters(Set<String> lost, Set<String> nodes, Duration timeout) {
    writes.writes().requireOutsideTransaction();
    Set<String> gone = new TreeSet<>(Voting.checked(lost));
    Writes.await(writes.replaceLostVoters(gone, Voting.checked(nodes), timeout));
  }

  @Override
  public Frontier frontier() {
    return new Frontier(cell.root().state().frontier());
  }

  @Override
  public void awaitFrontier(Frontier frontier, Duration timeout) {
    writes.writes().requireOutsideTransaction();
    CompletableFuture<SpaceState> reached = cell.root().await(frontier.versions());
    try {
      // Saturates where toNanos() would overflow: a wait of centuries is a wait for ever.
      reached.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new HearsayException(
          ErrorCode.FRONTIER_TIMEOUT,
          "space '"
              + name()
              + "' has not reached the frontier within "
              + TimeUnit.MILLISECONDS.convert(timeout)
              + " ms; "
              + frontier.versions().missingFrom(cell.root().state().frontier())
              + " dots are missing here; waiting again is harmless: MeshNode.nodes() says who is"
              + " ahead of this node, and who is out of reach",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.FRONTIER_TIMEOUT, "interrupted while waiting", e);
    } catch (ExecutionException e) {
      throw Writes.unwrapped(e);
    } finally {
      cell.root().stopWaiting(reached);
    }
  }

  @Override
  public Snapshot snapshot() {
    return new StateSnapshot(cell.root().state());
  }

  @Override
  public Watch watch(Consumer<SpaceChange> watcher) {
    var unused = cell.root().state(); // so that it is in memory, where it stays while watched
    return cell.watch(watcher);
  }

  @Override
  public List<FieldInfo> fields() {
    return StateSnapshot.infos(cell.root().state());
  }

  @Override
  public List<String> conflicts() {
    return cell.root().state().conflicts();
  }

  @Override
  public String digest() {
    return cell.root().state().digest().toString();
  }

  @Override
  public Placement placement() {
    return places.placement(name());
  }

  @Override
  public void place(Placement placement) {
    writes.writes().requireOutsideTransaction();
    places.place(name(), placement);
  }

  @Override
  public String toString() {
    return "space '" + name() + "'";
  }

  private record LiveAccess(SpaceCell cell, AcknowledgedWrites writes, WriteOptions options)
      implements FieldAccess {
    @Override
    public FieldView view(FieldKey field) {
      return cell.root().state().field(field);
    }

    @Override
    public @Nullable FieldType otherTypeOf(FieldKey field) {
      return cell.root().state().otherTypeOf(field);
    }

    @Override
    public Collection<FieldKey> fieldKeys() {
      return StateSnapshot.inUse(cell.root().state());
    }

    @Override
    public void edit(Consumer<Draft> change) {
      writes.writes().requireOutsideTransaction();
      Writes.await(writes.write(options, change));
    }
  }
}
