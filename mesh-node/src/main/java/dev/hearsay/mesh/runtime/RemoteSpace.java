package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.Acknowledgement;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A space that lives elsewhere, in the hands of an agent. Thread-safe. */
final class RemoteSpace extends TypedFields implements Space {
  private static final Duration WAIT_MAX = Duration.ofMillis(500);

  private final RemoteCell cell;
  private final String author;
  private final Places places;

  RemoteSpace(RemoteCell cell, String author, Places places) {
    super(new RemoteFields(cell, author));
    this.cell = cell;
    this.author = author;
    this.places = places;
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
  public Frontier update(WriteOptions options, Consumer<Transaction> body) {
    requireLocal(options);
    return update(body);
  }

  @Override
  public CompletionStage<Frontier> updateAsync(WriteOptions options, Consumer<Transaction> body) {
    try {
      requireLocal(options);
    } catch (HearsayException e) {
      return CompletableFuture.failedFuture(e);
    }
    return updateAsync(body);
  }

  @Override
  public Space with(WriteOptions options) {
    requireLocal(options);
    return this;
  }

  @Override
  public Snapshot read(ReadOptions options) {
    requireLocal(options);
    if (!options.after().versions().isEmpty()) {
      awaitFrontier(options.after(), options.timeout(), ErrorCode.READ_TIMEOUT);
    }
    return snapshot();
  }

  @Override
  public CompletionStage<Snapshot> readAsync(ReadOptions options) {
    return cell.later(() -> read(options));
  }

  private void requireLocal(WriteOptions options) {
    if (options.operationId().isPresent()) {
      throw notHere("repeats writes under an operation id");
    }
    requireLocal(options.acknowledgement());
  }

  private void requireLocal(ReadOptions options) {
    requireLocal(options.acknowledgement());
  }

  private void requireLocal(Acknowledgement acknowledgement) {
    if (acknowledgement.kind() != Acknowledgement.Kind.LOCAL) {
      throw notHere("asks its voters (" + acknowledgement + ")");
    }
  }

  private HearsayException notHere(String what) {
    return new HearsayException(
        ErrorCode.SPACE_NOT_HELD,
        "space '"
            + name()
            + "' is not held here, and only a node that holds it "
            + what
            + ": open it on one; nothing was done");
  }

  @Override
  public Voters voters() {
    return places.voters(name());
  }

  @Override
  public void changeVoters(Set<String> nodes, Duration timeout) {
    throw notHere("changes its voters");
  }

  @Override
  public void replaceLostVoters(Set<String> lost, Set<String> nodes, Duration timeout) {
    throw notHere("changes its voters");
  }

  @Override
  public Frontier frontier() {
    return new Frontier(cell.fresh().frontier());
  }

  @Override
  public void awaitFrontier(Frontier frontier, Duration timeout) {
    awaitFrontier(frontier, timeout, ErrorCode.FRONTIER_TIMEOUT);
  }

  private void awaitFrontier(Frontier frontier, Duration timeout, ErrorCode late) {
    long started = System.nanoTime();
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    SpaceState state = cell.fresh();
    while (!state.frontier().covers(frontier.versions())) {
      long left = nanos - (System.nanoTime() - started);
      if (left <= 0) {
        throw new HearsayException(
            late,
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
    return places.placement(name());
  }

  @Override
  public void place(Placement placement) {
    places.place(name(), placement);
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
      return cell.fresh().otherTypeOf(field);
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
