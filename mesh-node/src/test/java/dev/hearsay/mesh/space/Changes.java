package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A writer for tests: mints a chain of changes on a state of its own. */
public final class Changes {
  public static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);
  public static final FieldKey COUNTER = new FieldKey("counter", FieldType.PN_COUNTER);

  private final ReplicaId replica;
  private SpaceState state = SpaceState.EMPTY;

  public Changes(long replica) {
    this.replica = new ReplicaId(replica);
  }

  public SpaceState state() {
    return state;
  }

  public EncodedChange mint(Consumer<Draft> body) {
    Draft draft = new Draft(state, replica, state.latest().next(), "author");
    body.accept(draft);
    EncodedChange change = ChangeFormat.encode(draft.toChange());
    state = state.apply(change);
    return change;
  }

  public EncodedChange add(String element) {
    return mint(draft -> OrSet.add(draft.field(SET), Value.of(element)));
  }

  public EncodedChange increment() {
    return mint(draft -> PnCounter.increment(draft.field(COUNTER), 1));
  }

  public List<EncodedChange> adds(String prefix, int count) {
    List<EncodedChange> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(add(prefix + i));
    }
    return changes;
  }

  /** Applies a change of another writer, so that later ones depend on it. */
  public void see(EncodedChange change) {
    state = state.apply(change);
  }

  /** The elements of the set, in order of their text. */
  public static List<String> elements(SpaceState state) {
    List<String> elements = new ArrayList<>();
    OrSet.forEach(state.field(SET), value -> elements.add(((Value.Text) value).value()));
    elements.sort(null);
    return elements;
  }

  public static Consumer<Draft> adding(String element) {
    return draft -> OrSet.add(draft.field(SET), Value.of(element));
  }

  public static Consumer<Draft> removing(String element) {
    return draft -> {
      FieldDraft set = draft.field(SET);
      OrSet.remove(set, Value.of(element));
    };
  }

  public static HybridTime after(SpaceCore core) {
    return core.head().latest().next();
  }
}
