package dev.hearsay.mesh.space;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.crdt.value.ValueCodecs;
import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.PnCounter;
import java.util.Optional;

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
    TypedField<T> field = open(name, FieldType.LWW_REGISTER, valueType);
    firstPayload(field).ifPresent(field::decode);
    return new TypedLwwRegister<>(field);
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

  private <T> TypedField<T> open(String name, FieldType type, Class<T> valueType) {
    FieldKey key = new FieldKey(Names.check("field", name), type);
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
