package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.crdt.value.ValueCodecs;
import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.ConfidenceRegister;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.FieldMap;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Flag;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.PnCounter;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Opens typed fields over a {@link FieldAccess}. As thread-safe as that is. */
public class TypedFields implements Fields {
  private final FieldAccess access;

  public TypedFields(FieldAccess access) {
    this.access = access;
  }

  @Override
  public <T> OrSet<T> orSet(String name, Class<T> elementType) {
    TypedField<T> field = open(name, FieldType.OR_SET, elementType);
    firstKey(field).ifPresent(field::decode);
    return new TypedOrSet<>(field);
  }

  @Override
  public PnCounter pnCounter(String name) {
    return new TypedPnCounter(open(name, FieldType.PN_COUNTER, Value.class));
  }

  @Override
  public <T> LwwRegister<T> lwwRegister(String name, Class<T> valueType) {
    TypedLwwRegister<T> register =
        new TypedLwwRegister<>(open(name, FieldType.LWW_REGISTER, valueType));
    register.get();
    return register;
  }

  @Override
  public <V> OrMap<V> orMap(String name, Class<V> valueType) {
    TypedField<V> field = open(name, FieldType.OR_MAP, valueType);
    firstPayload(field).ifPresent(field::decode);
    return new TypedOrMap<>(field);
  }

  @Override
  public <T> AppendLog<T> appendLog(String name, Class<T> entryType) {
    TypedField<T> field = open(name, FieldType.APPEND_LOG, entryType);
    firstPayload(field).ifPresent(field::decode);
    return new TypedAppendLog<>(field);
  }

  @Override
  public <T> MvRegister<T> mvRegister(String name, Class<T> valueType) {
    TypedField<T> field = open(name, FieldType.MV_REGISTER, valueType);
    firstPayload(field).ifPresent(field::decode);
    return new TypedMvRegister<>(field);
  }

  @Override
  public <T> ConfidenceRegister<T> confidenceRegister(String name, Class<T> valueType) {
    TypedField<T> field = open(name, FieldType.CONFIDENCE_REGISTER, valueType);
    TypedConfidenceRegister<T> register = new TypedConfidenceRegister<>(field);
    register.claims();
    return register;
  }

  @Override
  public Flag flag(String name) {
    return new TypedFlag(open(name, FieldType.FLAG, Value.class));
  }

  @Override
  public FieldMap fieldMap(String name) {
    return new TypedFieldMap(access, Names.check("field", fullName(name)));
  }

  @Override
  public void delete(String name) {
    String full = Names.check("field", fullName(name));
    access.edit(draft -> draft.delete(full));
  }

  @Override
  public void deletePrefix(String prefix) {
    String full = fullName(prefix);
    access.edit(draft -> deletePrefix(draft, full));
  }

  private static void deletePrefix(Draft draft, String prefix) {
    Set<String> names = new TreeSet<>();
    draft.fieldKeys().forEach(key -> names.add(key.name()));
    names.removeIf(name -> !name.startsWith(prefix));
    // A range drop knows no exceptions, and Hearsay's own fields are one.
    if (names.removeIf(name -> name.startsWith(Names.RESERVED_PREFIX))) {
      names.forEach(draft::delete);
    } else {
      draft.deletePrefix(prefix);
    }
  }

  /** The name in the space of what is called so here. */
  String fullName(String name) {
    return name;
  }

  FieldAccess access() {
    return access;
  }

  private <T> TypedField<T> open(String localName, FieldType type, Class<T> valueType) {
    String name = Names.check("field", fullName(localName));
    FieldKey key = new FieldKey(name, type);
    FieldType other = access.otherTypeOf(key);
    if (other != null) {
      throw new HearsayException(
          ErrorCode.TYPE_CONFLICT,
          "field '" + name + "' is of type " + other.title() + ", not " + type.title());
    }
    ValueCodec<T> codec;
    try {
      codec = ValueCodecs.of(valueType);
    } catch (RejectedException e) {
      throw Failures.of(e);
    }
    return new TypedField<>(access, key, codec);
  }

  private static Optional<Value> firstKey(TypedField<?> field) {
    return field.view().first().map(key -> (Value) key.key());
  }

  private static Optional<Value> firstPayload(TypedField<?> field) {
    return field.view().first().map(first -> first.atoms().get(0).payload());
  }
}
