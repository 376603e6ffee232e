package dev.hearsay.sim.bench.types;

/** Plain values in the map. */
final class JavaFields {

  private JavaFields() {}

  static final class Counters extends NamedFields<Long> {
    Counters(int size) {
      super(size, () -> 1L);
    }

    @Override
    Long written(Long count, int write) {
      return count + 1;
    }

    @Override
    String text(Long count) {
      return count.toString();
    }
  }

  static final class Registers extends NamedFields<String> {
    Registers(int size) {
      super(size, () -> INITIAL);
    }

    @Override
    String written(String register, int write) {
      return FieldsSubject.value(write);
    }

    @Override
    String text(String register) {
      return register;
    }
  }
}
