package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.AppendLog;
import dev.hearsay.crdt.ConfidenceRegister;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldState;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.Flag;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.LogKey;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.MvRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.SpaceState.Admission;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The store that ships. */
class DottedStore implements Algebra<SpaceState, EncodedChange, StateDiff> {
  @Override
  public SpaceState empty() {
    return SpaceState.EMPTY;
  }

  @Override
  public @Nullable EncodedChange mint(
      SpaceState state, ReplicaId replica, HybridTime time, List<Op> ops) {
    Draft draft = draft(state, replica, time, ops);
    return draft.isEmpty() ? null : ChangeFormat.encode(draft.toChange());
  }

  static Draft draft(SpaceState state, ReplicaId replica, HybridTime time, List<Op> ops) {
    Draft draft = new Draft(state, replica, time, "agent-" + replica);
    for (Op op : ops) {
      try {
        perform(op, draft);
      } catch (RejectedException e) {
        boolean expected =
            e.reason() == Reason.TYPE_CONFLICT
                || (e.reason() == Reason.OUTWEIGHED && op instanceof Op.Claim);
        if (!expected) {
          throw e;
        }
      }
    }
    return draft;
  }

  private static void perform(Op op, Draft draft) {
    if (op instanceof Op.Delete delete) {
      draft.delete(delete.name());
    } else if (op instanceof Op.DeletePrefix delete) {
      draft.deletePrefix(delete.prefix());
    } else if (op instanceof Op.OnField onField) {
      perform(onField, draft.field(onField.field()));
    }
  }

  private static void perform(Op.OnField op, FieldDraft field) {
    if (op instanceof Op.Add add) {
      OrSet.add(field, Value.of(add.element()));
    } else if (op instanceof Op.Remove remove) {
      OrSet.remove(field, Value.of(remove.element()));
    } else if (op instanceof Op.Increment increment) {
      PnCounter.increment(field, increment.amount());
    } else if (op instanceof Op.Reset) {
      PnCounter.reset(field);
    } else if (op instanceof Op.Assign assign) {
      LwwRegister.set(field, Value.of(assign.value()));
    } else if (op instanceof Op.Suggest suggest) {
      MvRegister.set(field, Value.of(suggest.value()));
    } else if (op instanceof Op.Claim claim) {
      ConfidenceRegister.set(field, Value.of(claim.value()), claim.confidence());
    } else if (op instanceof Op.Enable) {
      Flag.enable(field);
    } else if (op instanceof Op.Disable) {
      Flag.disable(field);
    } else if (op instanceof Op.Put put) {
      OrMap.put(field, put.key(), Value.of(put.value()));
    } else if (op instanceof Op.RemoveKey remove) {
      OrMap.remove(field, remove.key());
    } else if (op instanceof Op.RemoveRange range) {
      if (field.field().type() == FieldType.OR_MAP) {
        OrMap.removeRange(field, range.from(), range.to());
      } else {
        OrSet.removeRange(field, element(range.from()), element(range.to()));
      }
    } else if (op instanceof Op.Append append) {
      AppendLog.append(field, Value.of(append.entry()));
    } else if (op instanceof Op.RemoveEntry remove) {
      List<LogKey> keys = keys(field);
      if (!keys.isEmpty()) {
        AppendLog.remove(field, keys.get(remove.index() % keys.size()));
      }
    } else if (op instanceof Op.TrimBefore trim) {
      List<LogKey> keys = keys(field);
      if (!keys.isEmpty()) {
        long time = keys.get(keys.size() - 1 - trim.index() % keys.size()).time();
        AppendLog.trimBefore(field, new HybridTime(time));
      }
    } else if (op instanceof Op.RemoveEntries remove) {
      List<LogKey> keys = keys(field);
      int from = remove.from() % Math.max(1, keys.size());
      int to = remove.to() % Math.max(1, keys.size());
      if (from != to) {
        field.drop(new KeyRange(keys.get(Math.min(from, to)), keys.get(Math.max(from, to))));
      }
    } else if (op instanceof Op.KeepLast keep) {
      AppendLog.keepLast(field, keep.count());
    } else if (op instanceof Op.Clear) {
      field.clear();
    }
  }

  private static List<LogKey> keys(FieldView log) {
    List<LogKey> keys = new ArrayList<>();
    AppendLog.forEachEntry(log, (key, atom) -> keys.add(key));
    return keys;
  }

  private static @Nullable Value element(@Nullable String element) {
    return element == null ? null : Value.of(element);
  }

  @Override
  public Admission admission(SpaceState state, EncodedChange change) {
    return state.admission(change);
  }

  @Override
  public SpaceState apply(SpaceState state, EncodedChange change) {
    return state.apply(change);
  }

  @Override
  public StateDiff diff(SpaceState state, VersionVector base) {
    return state.diff(base);
  }

  @Override
  public SpaceState join(SpaceState state, StateDiff diff) {
    return state.join(diff);
  }

  @Override
  public SpaceState joinStates(SpaceState state, SpaceState other) {
    return state.join(other);
  }

  @Override
  public VersionVector frontier(SpaceState state) {
    return state.frontier();
  }

  @Override
  public HybridTime latest(SpaceState state) {
    return state.latest();
  }

  @Override
  public String digest(SpaceState state) {
    return state.digest().toString();
  }

  @Override
  public Map<String, Object> content(SpaceState state) {
    Map<String, Object> content = new HashMap<>();
    for (FieldKey key : state.fieldKeys()) {
      Object read = read(state.field(key));
      if (!read.equals(BigInteger.ZERO)) {
        content.put(key.toString(), read);
      }
    }
    if (!state.conflicts().isEmpty()) {
      content.put(CONFLICTS, state.conflicts());
    }
    return content;
  }

  static Object read(FieldView field) {
    return switch (field.field().type()) {
      case OR_SET -> {
        Set<String> elements = new HashSet<>();
        OrSet.forEach(field, element -> elements.add(text(element)));
        yield elements;
      }
      case PN_COUNTER -> PnCounter.value(field);
      case LWW_REGISTER ->
          LwwRegister.siblings(field).stream().map(atom -> text(atom.payload())).toList();
      case OR_MAP -> {
        Map<String, String> entries = new HashMap<>();
        OrMap.forEach(field, (key, value) -> entries.put(key, text(value)));
        yield entries;
      }
      case MV_REGISTER ->
          MvRegister.siblings(field).stream().map(atom -> text(atom.payload())).toList();
      case CONFIDENCE_REGISTER ->
          ConfidenceRegister.siblings(field).stream()
              .map(claim -> text(claim.value()) + " of " + claim.confidence())
              .toList();
      case FLAG -> Flag.isOn(field);
      case APPEND_LOG -> {
        List<String> log = new ArrayList<>();
        AppendLog.forEach(field, atom -> log.add(text(atom.payload())));
        yield log;
      }
    };
  }

  private static String text(Value value) {
    return ((Value.Text) value).value();
  }

  @Override
  public Map<AtomName, String> atoms(SpaceState state) {
    Map<AtomName, String> all = new HashMap<>();
    for (FieldKey field : state.fieldKeys()) {
      FieldState fieldState = state.field(field);
      fieldState.forEach(
          (key, atoms) ->
              atoms.forEach(
                  atom ->
                      all.put(
                          new AtomName(field.toString(), key.toString(), atom.dot()),
                          atom.payload() + " by " + atom.author() + " at " + atom.time())));
    }
    return all;
  }
}
