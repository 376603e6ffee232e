package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ValueOrderTest {
  @Provide
  Arbitrary<Value> values() {
    return new ValueTest().values();
  }

  @Provide
  Arbitrary<String> texts() {
    return new ValueTest().texts();
  }

  private static int order(Value a, Value b) {
    return Integer.signum(ValueOrder.INSTANCE.compare(a, b));
  }

  @Property
  void theOrderIsTotalAndConsistentWithEquality(
      @ForAll("values") Value a, @ForAll("values") Value b, @ForAll("values") Value c) {
    assertEquals(-order(b, a), order(a, b));
    assertEquals(a.equals(b), order(a, b) == 0);
    assertEquals(0, order(a, a));
    List<Value> sorted = Arrays.asList(a, b, c);
    sorted.sort(ValueOrder.INSTANCE);
    assertTrue(order(sorted.get(0), sorted.get(2)) <= 0);
  }

  @Property
  void textsAreOrderedAsTheirBytes(@ForAll("texts") String a, @ForAll("texts") String b) {
    int byBytes =
        Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    assertEquals(Integer.signum(byBytes), order(Value.of(a), Value.of(b)));
  }

  @Test
  void theOrderIsTheOneOfTheFormat() {
    BigInteger beyond = BigInteger.ONE.shiftLeft(64);
    List<Value> ascending =
        List.of(
            Value.Null.NULL,
            Value.of(false),
            Value.of(true),
            Value.of(beyond.negate()),
            Value.of(Long.MIN_VALUE),
            Value.of(0),
            Value.of(Long.MAX_VALUE),
            Value.of(beyond),
            Value.of(Double.NEGATIVE_INFINITY),
            Value.of(-0.0),
            Value.of(0.0),
            Value.of(Double.POSITIVE_INFINITY),
            Value.of(Double.NaN),
            Value.of(""),
            Value.of("a"),
            Value.of("aa"),
            Value.of("\uffff"),
            Value.of("🎉"),
            Value.of(new byte[0]),
            Value.of(new byte[] {127}),
            Value.of(new byte[] {-128}),
            Value.of(List.of()),
            Value.of(List.of(Value.of(1))),
            Value.of(List.of(Value.of(1), Value.Null.NULL)),
            Value.of(Map.of()),
            Value.of(Map.of("a", Value.of(2))),
            Value.of(Map.of("a", Value.of(2), "b", Value.of(0))),
            Value.of(Map.of("b", Value.of(1))));
    for (int i = 0; i < ascending.size(); i++) {
      for (int j = 0; j < ascending.size(); j++) {
        assertEquals(Integer.compare(i, j), order(ascending.get(i), ascending.get(j)));
      }
    }
  }
}
