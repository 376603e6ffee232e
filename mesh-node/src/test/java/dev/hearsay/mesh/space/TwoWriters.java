package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.mesh.Fields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Typed fields on two replicas of one space that exchange their changes when a test says so. */
final class TwoWriters {
  final Replica left = new Replica(1, "left");
  final Replica right = new Replica(2, "right");

  /** Each applies what the other has written. */
  void exchange() {
    List<EncodedChange> lefts = List.copyOf(left.changes);
    right.changes.forEach(left::receive);
    lefts.forEach(right::receive);
  }

  /** One replica; every edit is a change. */
  static final class Replica implements FieldAccess {
    final Fields fields = new TypedFields(this);
    final List<EncodedChange> changes = new ArrayList<>();
    SpaceState state = SpaceState.EMPTY;

    private final ReplicaId id;
    private final String author;
    private long millis = 1;

    Replica(long id, String author) {
      this.id = new ReplicaId(id);
      this.author = author;
    }

    private void receive(EncodedChange change) {
      if (state.admission(change) == SpaceState.Admission.APPLICABLE) {
        state = state.apply(change);
      }
    }

    @Override
    public FieldView view(FieldKey field) {
      return state.field(field);
    }

    @Override
    public @Nullable FieldType otherTypeOf(FieldKey field) {
      return state.otherTypeOf(field);
    }

    @Override
    public Collection<FieldKey> fieldKeys() {
      return StateSnapshot.inUse(state);
    }

    @Override
    public void edit(Consumer<Draft> change) {
      millis = Math.max(millis, state.latest().millis()) + 1;
      Draft draft = new Draft(state, id, HybridTime.ofMillis(millis), author);
      change.accept(draft);
      if (!draft.isEmpty()) {
        EncodedChange encoded = ChangeFormat.encode(draft.toChange());
        changes.add(encoded);
        state = state.apply(encoded);
      }
    }

    /** One change of several edits. */
    void transaction(Consumer<Fields> body) {
      edit(draft -> body.accept(new DraftTransaction(draft)));
    }
  }
}
