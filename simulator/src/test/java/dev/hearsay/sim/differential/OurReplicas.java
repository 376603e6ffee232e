package dev.hearsay.sim.differential;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Hearsay's own: changes applied one by one, states joined whole or by their diff. */
final class OurReplicas implements Replicas {
  private final FieldKey field;
  private final SpaceState[] states;
  private final Map<Integer, EncodedChange> changes = new HashMap<>();

  OurReplicas(FieldType type, int nodes) {
    field = new FieldKey("field", type);
    states = new SpaceState[nodes];
    Arrays.fill(states, SpaceState.EMPTY);
  }

  /** Ascending with the node, as unsigned numbers. */
  private static ReplicaId replica(int node) {
    return new ReplicaId(0x3333_3333_3333_3333L * (node + 1));
  }

  @Override
  public void write(Written transaction) {
    int node = transaction.node();
    Draft draft =
        new Draft(states[node], replica(node), transaction.time(), "agent-" + transaction.node());
    transaction.ops().forEach(op -> perform(op, draft.field(field)));
    if (!draft.isEmpty()) {
      EncodedChange change = ChangeFormat.encode(draft.toChange());
      changes.put(transaction.id(), change);
      states[node] = states[node].apply(change);
    }
  }

  private static void perform(Op op, FieldDraft field) {
    if (op instanceof Op.Add add) {
      OrSet.add(field, Value.of(add.element()));
    } else if (op instanceof Op.Remove remove) {
      OrSet.remove(field, Value.of(remove.element()));
    } else if (op instanceof Op.Increment increment) {
      PnCounter.increment(field, increment.amount());
    } else if (op instanceof Op.Assign assign) {
      LwwRegister.set(field, Value.of(assign.value()));
    } else {
      field.clear();
    }
  }

  @Override
  public void receive(int node, Written transaction) {
    EncodedChange change = changes.get(transaction.id());
    if (change != null) {
      states[node] = states[node].apply(ChangeFormat.decode(change.toByteArray()));
    }
  }

  @Override
  public void merge(int to, int from, boolean diff) {
    states[to] =
        diff
            ? states[to].join(states[from].diff(states[to].frontier()))
            : states[to].join(states[from]);
  }

  @Override
  public Object read(int node) {
    FieldView view = states[node].field(field);
    return switch (field.type()) {
      case OR_SET -> {
        Set<String> elements = new TreeSet<>();
        OrSet.forEach(view, element -> elements.add(text(element)));
        yield elements;
      }
      case PN_COUNTER -> PnCounter.value(view);
      default -> LwwRegister.get(view).map(OurReplicas::text);
    };
  }

  private static String text(Value value) {
    return ((Value.Text) value).value();
  }
}
