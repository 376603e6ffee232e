package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.value.RejectedException.Reason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ValueCodecsTest {
  enum Mood {
    CALM,
    LOUD {
      @Override
      boolean loud() {
        return true;
      }
    };

    boolean loud() {
      return false;
    }
  }

  record Point(int x, long y, double z, boolean set) {}

  record Message(
      String from,
      @Nullable String to,
      Optional<String> subject,
      List<Point> path,
      Map<String, List<Mood>> moods) {}

  record Older(String from) {}

  record Picky(int positive) {
    Picky {
      if (positive < 1) {
        throw new IllegalArgumentException("not positive");
      }
    }
  }

  record Node(List<Node> children) {}

  record Hen(@Nullable Egg egg) {}

  record Egg(@Nullable Hen hen) {}

  record Holes(List<Optional<String>> list, Map<String, Optional<Long>> map) {}

  record Any(Value value) {}

  @SuppressWarnings("ArrayRecordComponent") // what the test is about
  record Raw(byte[] bytes) {}

  record Unsupported(Set<String> set) {}

  record Narrow(float value) {}

  private static void refused(Reason reason, Executable action) {
    assertEquals(reason, assertThrows(RejectedException.class, action).reason());
  }

  private static <T> void roundTrip(Class<T> type, T value, Value expected) {
    assertEquals(expected, ValueCodecs.of(type).encode(value));
    assertEquals(value, ValueCodecs.of(type).decode(expected));
  }

  @Test
  void simpleClassesMapOntoTheirKinds() {
    roundTrip(String.class, "x", Value.of("x"));
    roundTrip(Long.class, Long.MIN_VALUE, Value.of(Long.MIN_VALUE));
    roundTrip(Integer.class, -7, Value.of(-7));
    roundTrip(Double.class, 0.1, Value.of(0.1));
    roundTrip(Boolean.class, true, Value.of(true));
    roundTrip(Value.class, Value.of(List.of()), Value.of(List.of()));
    roundTrip(Mood.class, Mood.LOUD, Value.of("LOUD"));
    assertArrayEquals(
        new byte[] {1}, ValueCodecs.of(byte[].class).decode(Value.of(new byte[] {1})));
  }

  @Test
  void recordsMapOntoMapsByComponentName() {
    roundTrip(
        Point.class,
        new Point(1, 2, 3, true),
        Value.of(
            Map.of("x", Value.of(1), "y", Value.of(2), "z", Value.of(3.0), "set", Value.of(true))));
    Message full =
        new Message(
            "ada",
            "bob",
            Optional.of("hi"),
            List.of(new Point(1, 2, 3, false)),
            Map.of("then", List.of(Mood.CALM, Mood.LOUD)));
    ValueCodec<Message> codec = ValueCodecs.of(Message.class);
    assertEquals(full, codec.decode(codec.encode(full)));
  }

  @Test
  void whatIsAbsentIsLeftOut() {
    Message bare = new Message("ada", null, Optional.empty(), List.of(), Map.of());
    Value encoded = ValueCodecs.of(Message.class).encode(bare);
    assertEquals(Set.of("from", "path", "moods"), ((Value.Mapping) encoded).entries().keySet());
    assertEquals(bare, ValueCodecs.of(Message.class).decode(encoded));
  }

  @Test
  void recordsMayGainAndLoseComponents() {
    Value older = ValueCodecs.of(Older.class).encode(new Older("ada"));
    assertEquals(
        new Message("ada", null, Optional.empty(), List.of(), Map.of()),
        ValueCodecs.of(Message.class).decode(older));
    Value newer =
        ValueCodecs.of(Message.class)
            .encode(new Message("ada", "bob", Optional.empty(), List.of(), Map.of()));
    assertEquals(new Older("ada"), ValueCodecs.of(Older.class).decode(newer));
  }

  @Test
  void aMissingPrimitiveIsAMismatch() {
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Point.class).decode(Value.of(Map.of())));
  }

  @Test
  void valuesOfAnotherKindAreAMismatch() {
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(String.class).decode(Value.of(1)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Long.class).decode(Value.of(1.0)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Double.class).decode(Value.of(1)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Boolean.class).decode(Value.Null.NULL));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Integer.class).decode(Value.of(1L << 31)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Mood.class).decode(Value.of("ANGRY")));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Point.class).decode(Value.of("x")));
    refused(
        Reason.VALUE_TYPE,
        () -> ValueCodecs.of(Older.class).decode(Value.of(Map.of("from", Value.of(1)))));
  }

  @Test
  void aConstructorsRefusalIsAMismatch() {
    refused(
        Reason.VALUE_TYPE,
        () -> ValueCodecs.of(Picky.class).decode(Value.of(Map.of("positive", Value.of(0)))));
  }

  @Test
  void otherClassesAreRefusedByName() {
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Object.class));
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Unsupported.class));
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Narrow.class));
  }

  @Test
  void recordsThatHoldThemselvesAreRefused() {
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Node.class));
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Hen.class));
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Egg.class));
  }

  @Test
  void emptyOptionalsComeBackFromListsAndMaps() {
    Holes holes =
        new Holes(
            List.of(Optional.of("a"), Optional.empty()),
            Map.of("x", Optional.empty(), "y", Optional.of(1L)));
    ValueCodec<Holes> codec = ValueCodecs.of(Holes.class);
    assertEquals(holes, codec.decode(codec.encode(holes)));
  }

  @Test
  void nullValuesComeBackAsSuch() {
    ValueCodec<Any> codec = ValueCodecs.of(Any.class);
    for (Value value : List.of(Value.Null.NULL, Value.of(1), Value.of(List.of()))) {
      assertEquals(new Any(value), codec.decode(codec.encode(new Any(value))));
    }
  }

  @Test
  void javaNullIsRefused() {
    Map<String, List<Mood>> withNull = new HashMap<>();
    withNull.put(null, List.of());
    refused(
        Reason.UNSUPPORTED,
        () ->
            ValueCodecs.of(Message.class)
                .encode(new Message("a", null, Optional.empty(), List.of(), withNull)));
    refused(
        Reason.UNSUPPORTED,
        () ->
            ValueCodecs.of(Message.class)
                .encode(
                    new Message(
                        "a", null, Optional.empty(), Arrays.asList((Point) null), Map.of())));
  }

  @Test
  void bytesInRecordsAreCopied() {
    byte[] bytes = {1};
    Value encoded = ValueCodecs.of(Raw.class).encode(new Raw(bytes));
    bytes[0] = 2;
    assertArrayEquals(new byte[] {1}, ValueCodecs.of(Raw.class).decode(encoded).bytes());
  }
}
