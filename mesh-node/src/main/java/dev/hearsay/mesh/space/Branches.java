package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a space keeps beside its state to tell branches apart, and to take one out of the state: the
 * chains of its replicas, its last changes one by one, and what this node's own replicas had
 * counted before them. Not thread-safe.
 */
final class Branches {
  private final Chains chains = new Chains();
  private final OwnCounts counts = new OwnCounts();
  private final ChangeTail tail;
  private final JournalCut cut = new JournalCut();

  Branches(SpaceLimits limits) {
    tail = new ChangeTail(limits.tailChangesMax(), limits.tailBytesMax(), counts::dropped);
  }

  Chains chains() {
    return chains;
  }

  ChangeTail tail() {
    return tail;
  }

  JournalCut cut() {
    return cut;
  }

  OwnCounts counts() {
    return counts;
  }

  /** Everything begins with this state. */
  void begin(SpaceState state) {
    tail.clear();
    tail.raiseFloor(state.frontier());
    chains.clear();
    state.heads().forEach(chains::add);
    counts.take(state);
  }

  void applied(EncodedChange change) {
    tail.add(change);
    chains.add(change);
  }

  /** As {@link SpaceState#admission}; also of changes that are here already. */
  SpaceState.Admission admission(SpaceState head, EncodedChange change) {
    SpaceState.Admission admission = head.admission(change);
    return admission == SpaceState.Admission.DUPLICATE
            && chains.contradicts(change.change().replica(), change.last(), change.hash())
        ? SpaceState.Admission.FORKED
        : admission;
  }

  /**
   * A state was joined.
   *
   * @param sender its frontier
   * @param after what that led to
   */
  void joined(VersionVector sender, SpaceState after) {
    tail.raiseFloor(sender);
    after.heads().forEach(chains::add);
    counts.takeNew(after);
  }

  /** The replica's last changes, without gaps, as far as they are held one by one. */
  List<EncodedChange> changesOf(ReplicaId replica, SpaceState head) {
    List<EncodedChange> held = tail.of(replica);
    boolean complete =
        !held.isEmpty() && held.get(held.size() - 1).last() == head.head(replica).counter();
    return complete ? held : List.of();
  }

  /**
   * Takes what a replica did beyond {@code common} out of its history and puts it back as that of
   * {@code fresh}, which mints there from now on.
   *
   * @return how many changes were moved
   * @throws RejectedException {@code NOT_APPLICABLE}, {@code LIMIT_EXCEEDED} with the reason if it
   *     cannot be done; nothing has changed then
   */
  int move(SpaceCore core, ReplicaId replica, long common, ReplicaId fresh) {
    SpaceState head = core.head();
    BranchMove.Moved moved = BranchMove.of(head, changesOf(replica, head), common, fresh, counts);
    tail.replace(replica, common, moved.changes());
    chains.cut(replica, common);
    moved.changes().forEach(chains::add);
    core.replace(moved.whole(), fresh);
    return moved.changes().size();
  }

  /**
   * Forgets the whole content, to be filled again by peers. The changes that are held one by one,
   * and do not depend on the branches, are taken up again when what they depend on is back.
   *
   * @param gone the replicas whose branches go, and up to which counter others share them
   */
  void discard(SpaceCore core, Map<ReplicaId, Long> gone, ReplicaId fresh) {
    List<EncodedChange> others = besides(gone, core.head());
    core.replace(SpaceState.EMPTY.diff(VersionVector.EMPTY), fresh);
    begin(core.head());
    core.receive(others);
  }

  /**
   * The changes that are held one by one and do not depend on these branches.
   *
   * @param branches the replicas, and up to which counter others share them
   */
  private List<EncodedChange> besides(Map<ReplicaId, Long> branches, SpaceState head) {
    Set<ReplicaId> gone = new HashSet<>(branches.keySet());
    head.heads()
        .forEach(
            (replica, known) ->
                branches.forEach(
                    (branch, shared) -> {
                      if (known.past().counter(branch) > shared) {
                        gone.add(replica);
                      }
                    }));
    return tail.without(gone);
  }

  /** The whole state that takes the place of another, of a lineage of its own. */
  static SpaceState inPlaceOf(SpaceState before, StateDiff whole) {
    SpaceState state = SpaceState.EMPTY.join(whole);
    long lineage = before.lineage() * 31 + state.digest().low() + 1;
    return state.withLineage(lineage == 0 ? 1 : lineage);
  }
}
