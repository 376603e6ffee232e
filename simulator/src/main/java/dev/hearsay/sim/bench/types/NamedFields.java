package dev.hearsay.sim.bench.types;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** N fields in a {@link HashMap} by name, for systems whose types stand by themselves. */
abstract class NamedFields<F> implements FieldsSubject {

  private final String[] names;
  private final Map<String, F> fields;
  private int next;

  NamedFields(int size, Supplier<F> initial) {
    this.names = Elements.probes(size);
    this.fields = new HashMap<>();
    Elements.forEach(0, size, number -> fields.put(Elements.element(number), initial.get()));
  }

  /** The field after a write, which may be the same object. */
  abstract F written(F field, int write);

  abstract String text(F field);

  @Override
  public Object write() {
    next++;
    String name = names[next % names.length];
    F field = fields.get(name);
    if (field == null) {
      throw new IllegalStateException("no field " + name);
    }
    F written = written(field, next);
    fields.put(name, written);
    return written;
  }

  @Override
  @SuppressWarnings("unchecked")
  public String read(Object written) {
    return text((F) written);
  }
}
