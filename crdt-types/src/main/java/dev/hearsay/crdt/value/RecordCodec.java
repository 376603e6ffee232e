package dev.hearsay.crdt.value;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A record as a map from component name to value. A null component is left out; a component that
 * the map does not hold reads as null, an empty {@code Optional}, {@code List}, {@code Set} or
 * {@code Map}, and entries that are no component are ignored: so records may gain and lose
 * components.
 */
final class RecordCodec implements ValueCodec<Object> {
  /** Records whose codecs this thread is making: one that comes up again holds itself. */
  private static final ThreadLocal<Set<Class<?>>> MAKING = ThreadLocal.withInitial(HashSet::new);

  private final Class<?> type;
  private final List<Component> components;
  private final Constructor<?> constructor;

  private record Component(String name, Method accessor, Class<?> raw, ValueCodec<Object> codec) {}

  private RecordCodec(Class<?> type, List<Component> components, Constructor<?> constructor) {
    this.type = type;
    this.components = components;
    this.constructor = constructor;
  }

  static RecordCodec of(Class<?> type) {
    if (!MAKING.get().add(type)) {
      throw new RejectedException(
          RejectedException.Reason.UNSUPPORTED,
          "record " + type.getName() + " holds itself, which canonical values cannot");
    }
    try {
      return make(type);
    } finally {
      MAKING.get().remove(type);
    }
  }

  private static RecordCodec make(Class<?> type) {
    RecordComponent[] parts = type.getRecordComponents();
    List<Component> components = new ArrayList<>(parts.length);
    try {
      for (RecordComponent part : parts) {
        Method accessor = part.getAccessor();
        accessor.setAccessible(true);
        components.add(
            new Component(
                part.getName(), accessor, part.getType(), codecOf(part.getGenericType(), type)));
      }
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return new RecordCodec(type, components, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has a canonical constructor", e);
    } catch (java.lang.reflect.InaccessibleObjectException e) {
      throw new RejectedException(
          RejectedException.Reason.UNSUPPORTED,
          "record " + type.getName() + " is not open to reflection: " + e.getMessage(),
          e);
    }
  }

  private static ValueCodec<Object> codecOf(Type generic, Class<?> owner) {
    if (generic instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      if (parameterized.getRawType() == List.class) {
        return new ListCodec(codecOf(arguments[0], owner));
      }
      if (parameterized.getRawType() == Set.class) {
        return new SetCodec(codecOf(arguments[0], owner));
      }
      if (parameterized.getRawType() == Optional.class) {
        return new OptionalCodec(codecOf(arguments[0], owner));
      }
      if (parameterized.getRawType() == Map.class && arguments[0] == String.class) {
        return new MapCodec(codecOf(arguments[1], owner));
      }
    }
    if (generic instanceof Class<?> raw) {
      @SuppressWarnings("unchecked") // used only with values of that component
      ValueCodec<Object> codec = (ValueCodec<Object>) ValueCodecs.of(boxed(raw));
      return codec;
    }
    throw new RejectedException(
        RejectedException.Reason.UNSUPPORTED,
        "component of type " + generic.getTypeName() + " in record " + owner.getName());
  }

  private static Class<?> boxed(Class<?> type) {
    return MethodType.methodType(type).wrap().returnType();
  }

  @Override
  public Value encode(Object value) {
    ValueCodecs.present(value, type);
    Map<String, Value> entries = new LinkedHashMap<>();
    for (Component component : components) {
      Object part = read(component, value);
      if (part != null) {
        Value encoded = component.codec().encode(part);
        if (encoded != Value.Null.NULL) {
          entries.put(component.name(), encoded);
        }
      }
    }
    return Value.of(entries);
  }

  private @Nullable Object read(Component component, Object value) {
    try {
      return component.accessor().invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw unusable("component " + component.name() + " cannot be read", e);
    }
  }

  @Override
  public Object decode(Value value) {
    if (!(value instanceof Value.Mapping map)) {
      throw ValueCodecs.mismatch(type, value);
    }
    @Nullable Object[] arguments = new @Nullable Object[components.size()];
    for (int i = 0; i < arguments.length; i++) {
      Component component = components.get(i);
      Value part = map.entries().get(component.name());
      arguments[i] =
          part == null || part == Value.Null.NULL
              ? absent(component, value)
              : component.codec().decode(part);
    }
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw unusable("its constructor refused the stored value", e.getCause());
    } catch (InstantiationException | IllegalAccessException e) {
      throw unusable("it cannot be constructed", e);
    }
  }

  private @Nullable Object absent(Component component, Value value) {
    if (component.raw().isPrimitive()) {
      throw ValueCodecs.mismatch(type, value);
    }
    return component.raw() == Value.class
        ? Value.Null.NULL
        : component.raw() == Optional.class
            ? Optional.empty()
            : component.raw() == List.class
                ? List.of()
                : component.raw() == Set.class
                    ? Set.of()
                    : component.raw() == Map.class ? Map.of() : null;
  }

  private RejectedException unusable(String why, Throwable cause) {
    return new RejectedException(
        RejectedException.Reason.VALUE_TYPE, "record " + type.getName() + ": " + why, cause);
  }

  private record ListCodec(ValueCodec<Object> element) implements ValueCodec<Object> {
    @Override
    public Value encode(Object value) {
      return Value.of(((List<?>) value).stream().map(element::encode).toList());
    }

    @Override
    public Object decode(Value value) {
      if (!(value instanceof Value.Sequence list)) {
        throw ValueCodecs.mismatch(List.class, value);
      }
      return list.values().stream().map(element::decode).toList();
    }
  }

  /** A list in {@link ValueOrder}, so that equal sets are equal values. */
  private record SetCodec(ValueCodec<Object> element) implements ValueCodec<Object> {
    @Override
    public Value encode(Object value) {
      SortedSet<Value> sorted = new TreeSet<>(ValueOrder.INSTANCE);
      ((Set<?>) value).forEach(part -> sorted.add(element.encode(part)));
      return Value.of(sorted);
    }

    /** In any order: the component may have been a list. */
    @Override
    public Object decode(Value value) {
      if (!(value instanceof Value.Sequence list)
          || Set.copyOf(list.values()).size() < list.values().size()) {
        throw ValueCodecs.mismatch(Set.class, value);
      }
      return list.values().stream().map(element::decode).collect(Collectors.toUnmodifiableSet());
    }
  }

  private record OptionalCodec(ValueCodec<Object> element) implements ValueCodec<Object> {
    @Override
    public Value encode(Object value) {
      Optional<?> optional = (Optional<?>) value;
      return optional.isPresent() ? element.encode(optional.get()) : Value.Null.NULL;
    }

    @Override
    public Object decode(Value value) {
      return value == Value.Null.NULL ? Optional.empty() : Optional.of(element.decode(value));
    }
  }

  private record MapCodec(ValueCodec<Object> element) implements ValueCodec<Object> {
    @Override
    public Value encode(Object value) {
      Map<String, Value> entries = new LinkedHashMap<>();
      ((Map<?, ?>) value)
          .forEach(
              (key, part) ->
                  entries.put(
                      (String) ValueCodecs.present(key, String.class), element.encode(part)));
      return Value.of(entries);
    }

    @Override
    public Object decode(Value value) {
      if (!(value instanceof Value.Mapping map)) {
        throw ValueCodecs.mismatch(Map.class, value);
      }
      Map<String, Object> entries = new LinkedHashMap<>();
      map.entries().forEach((key, part) -> entries.put(key, element.decode(part)));
      return Map.copyOf(entries);
    }
  }
}
