package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.crdt.value.ValueCodecs;
import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.ConfidenceRegister;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.FieldMap;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Flag;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.PnCounter;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import java.util.List;
import java.util.Set;

/**
 * Fields that work as others do and note what is written to them and what is seen in them. An
 * operation is noted once it has not failed. As thread-safe as the notes, which are not.
 */
public class RecordingFields implements Fields {
  private final Fields fields;
  private final Notes notes;
  private final String prefix;

  private RecordingFields(Fields fields, Notes notes, String prefix) {
    this.fields = fields;
    this.notes = notes;
    this.prefix = prefix;
  }

  /** A transaction whose operations are noted. */
  public static Transaction of(Transaction transaction, Notes notes) {
    return new OfTransaction(transaction, notes);
  }

  /** A snapshot of which is noted what is read. */
  public static Snapshot of(Snapshot snapshot, Notes notes) {
    return new OfSnapshot(snapshot, notes);
  }

  private static final class OfTransaction extends RecordingFields implements Transaction {
    OfTransaction(Transaction transaction, Notes notes) {
      super(transaction, notes, "");
    }
  }

  private static final class OfSnapshot extends RecordingFields implements Snapshot {
    private final Snapshot snapshot;

    OfSnapshot(Snapshot snapshot, Notes notes) {
      super(snapshot, notes, "");
      this.snapshot = snapshot;
    }

    @Override
    public Frontier frontier() {
      return snapshot.frontier();
    }

    @Override
    public List<FieldInfo> fields() {
      return snapshot.fields();
    }

    @Override
    public String digest() {
      return snapshot.digest();
    }
  }

  private static final class OfMap extends RecordingFields implements FieldMap {
    private final FieldMap map;

    OfMap(FieldMap map, Notes notes, String prefix) {
      super(map, notes, prefix);
      this.map = map;
    }

    @Override
    public Set<String> keys() {
      return map.keys();
    }

    @Override
    public boolean containsKey(String key) {
      return map.containsKey(key);
    }

    @Override
    public void remove(String key) {
      map.remove(key);
      note("remove", key, "FieldMap");
    }

    @Override
    public void clear() {
      map.clear();
      note("clear", "", "FieldMap");
    }
  }

  @Override
  public <T> OrSet<T> orSet(String name, Class<T> elementType) {
    return new RecordedSet<>(
        fields.orSet(name, elementType), notes, named(name, "OrSet"), codec(elementType));
  }

  @Override
  public PnCounter pnCounter(String name) {
    return new RecordedCounter(fields.pnCounter(name), notes, named(name, "PnCounter"));
  }

  @Override
  public <T> LwwRegister<T> lwwRegister(String name, Class<T> valueType) {
    return new RecordedRegister<>(
        fields.lwwRegister(name, valueType),
        new RecordedWrites<>(notes, named(name, "LwwRegister"), codec(valueType)));
  }

  @Override
  public <V> OrMap<V> orMap(String name, Class<V> valueType) {
    return new RecordedMap<>(
        fields.orMap(name, valueType), notes, named(name, "OrMap"), codec(valueType));
  }

  @Override
  public <T> AppendLog<T> appendLog(String name, Class<T> entryType) {
    return new RecordedLog<>(
        fields.appendLog(name, entryType), notes, named(name, "AppendLog"), codec(entryType));
  }

  @Override
  public <T> MvRegister<T> mvRegister(String name, Class<T> valueType) {
    return new RecordedSiblings<>(
        fields.mvRegister(name, valueType),
        new RecordedWrites<>(notes, named(name, "MvRegister"), codec(valueType)));
  }

  @Override
  public <T> ConfidenceRegister<T> confidenceRegister(String name, Class<T> valueType) {
    return new RecordedClaims<>(
        fields.confidenceRegister(name, valueType),
        notes,
        named(name, "ConfidenceRegister"),
        codec(valueType));
  }

  @Override
  public Flag flag(String name) {
    return new RecordedFlag(fields.flag(name), notes, named(name, "Flag"));
  }

  @Override
  public FieldMap fieldMap(String name) {
    return new OfMap(fields.fieldMap(name), notes, fullName(name) + "/");
  }

  @Override
  public void delete(String name) {
    fields.delete(name);
    note("delete", name, "");
  }

  @Override
  public void deletePrefix(String start) {
    fields.deletePrefix(start);
    note("deletePrefix", start, "");
  }

  /** Notes what is done to a name, whatever stands under it. */
  final void note(String kind, String name, String type) {
    notes.add(kind, named(name, type), Value.Null.NULL);
  }

  private Notes.FieldName named(String name, String type) {
    return new Notes.FieldName(fullName(name), type);
  }

  /** The name in the space of what is called so here, as {@link FieldMap} says. */
  private String fullName(String name) {
    return prefix.isEmpty() ? name : prefix + name.replace("%", "%25").replace("/", "%2F");
  }

  private static <T> ValueCodec<T> codec(Class<T> type) {
    return ValueCodecs.of(type);
  }
}
