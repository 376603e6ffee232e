package dev.hearsay.crdt;

import dev.hearsay.crdt.format.ChangeFormat;
import java.util.function.Consumer;

/** A writer of a space, for tests: its state, and its time one step after all it has seen. */
final class Replica {
  static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);
  static final FieldKey COUNTER = new FieldKey("counter", FieldType.PN_COUNTER);
  static final FieldKey REGISTER = new FieldKey("register", FieldType.LWW_REGISTER);
  static final FieldKey MAP = new FieldKey("map", FieldType.OR_MAP);
  static final FieldKey LOG = new FieldKey("log", FieldType.APPEND_LOG);

  final ReplicaId id;
  SpaceState state = SpaceState.EMPTY;

  Replica(long id) {
    this.id = new ReplicaId(id);
  }

  Draft draft() {
    return new Draft(state, id, state.latest().next(), "agent-" + id);
  }

  EncodedChange write(Consumer<Draft> action) {
    return writeAt(state.latest().next(), action);
  }

  EncodedChange writeAt(HybridTime time, Consumer<Draft> action) {
    Draft draft = new Draft(state, id, time, "agent-" + id);
    action.accept(draft);
    EncodedChange change = ChangeFormat.encode(draft.toChange());
    state = state.apply(change);
    return change;
  }

  void receive(EncodedChange change) {
    state = state.apply(change);
  }

  FieldState field(FieldKey key) {
    return state.field(key);
  }
}
