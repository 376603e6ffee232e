package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.value.RejectedException.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
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

  record Unsupported(SortedSet<String> set) {}

  record Letter(char value) {}

  record Everyday(
      float f, short s, byte b, BigInteger big, UUID id, Instant at, LocalDate on, Duration took) {}

  record Tags(Set<Point> set) {}

  record TagList(List<Point> set) {}

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
  void numbersOfFewerBitsAreReadOnlyIfTheyFit() {
    roundTrip(Short.class, Short.MIN_VALUE, Value.of(Short.MIN_VALUE));
    roundTrip(Byte.class, Byte.MAX_VALUE, Value.of(Byte.MAX_VALUE));
    roundTrip(Float.class, 0.1f, Value.of((double) 0.1f));
    roundTrip(Float.class, Float.NaN, Value.of(Double.NaN));
    roundTrip(Float.class, -0.0f, Value.of(-0.0));
    roundTrip(Float.class, Float.NEGATIVE_INFINITY, Value.of(Double.NEGATIVE_INFINITY));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Short.class).decode(Value.of(1L << 15)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Byte.class).decode(Value.of(-129)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Float.class).decode(Value.of(0.1)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Float.class).decode(Value.of(1e300)));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(Float.class).decode(Value.of(1)));
  }

  @Test
  void bigIntegersAreIntegersOfAnySize() {
    BigInteger big = BigInteger.ONE.shiftLeft(100);
    roundTrip(BigInteger.class, BigInteger.TEN, Value.of(10));
    roundTrip(BigInteger.class, big, Value.of(big));
    refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(BigInteger.class).decode(Value.of(1.0)));
    refused(
        Reason.LIMIT_EXCEEDED,
        () -> ValueCodecs.of(BigInteger.class).encode(BigInteger.ONE.shiftLeft(127)));
  }

  @Test
  void timesAndIdentifiersMapOntoTheirText() {
    Instant instant = Instant.ofEpochSecond(1_700_000_000L, 120_000_000);
    roundTrip(Instant.class, instant, Value.of("2023-11-14T22:13:20.120Z"));
    roundTrip(LocalDate.class, LocalDate.of(2024, 2, 29), Value.of("2024-02-29"));
    roundTrip(Duration.class, Duration.ofMillis(90_001), Value.of("PT1M30.001S"));
    roundTrip(UUID.class, new UUID(1, -1), Value.of("00000000-0000-0001-ffff-ffffffffffff"));
    for (Instant extreme : List.of(Instant.MIN, Instant.EPOCH, Instant.MAX)) {
      roundTrip(Instant.class, extreme, Value.of(extreme.toString()));
    }
    for (LocalDate extreme : List.of(LocalDate.MIN, LocalDate.EPOCH, LocalDate.MAX)) {
      roundTrip(LocalDate.class, extreme, Value.of(extreme.toString()));
    }
  }

  @Property
  void everyDurationComesBack(
      @ForAll long seconds, @ForAll @IntRange(max = 999_999_999) int nanos) {
    Duration duration = Duration.ofSeconds(seconds, nanos);
    roundTrip(Duration.class, duration, Value.of(duration.toString()));
  }

  /** Otherwise equal elements could stand in a set twice. */
  @Test
  void otherTextOfTheSameTimeOrIdentifierIsAMismatch() {
    otherText(Instant.class, "2023-11-14T22:13:20.12Z", "2023-11-14T23:13:20.120+01:00", "soon");
    otherText(LocalDate.class, "+2024-02-29", "2023-02-29", "");
    otherText(Duration.class, "PT90S", "P1D", "pt1m", "90");
    otherText(UUID.class, "0-0-1-ffff-ffffffffffff", "0", "");
    otherText(
        UUID.class, "00000000-0000-0001-FFFF-FFFFFFFFFFFF", "x0000000-0000-0001-ffff-ffffffffffff");
  }

  private static void otherText(Class<?> type, String... texts) {
    for (String text : texts) {
      refused(Reason.VALUE_TYPE, () -> ValueCodecs.of(type).decode(Value.of(text)));
    }
  }

  @Test
  void recordsHoldEverydayClasses() {
    Everyday everyday =
        new Everyday(
            1.5f,
            (short) 2,
            (byte) 3,
            BigInteger.valueOf(4),
            new UUID(5, 6),
            Instant.EPOCH,
            LocalDate.EPOCH,
            Duration.ZERO);
    ValueCodec<Everyday> codec = ValueCodecs.of(Everyday.class);
    assertEquals(everyday, codec.decode(codec.encode(everyday)));
  }

  @Test
  void equalSetsAreEqualValues() {
    ValueCodec<Tags> codec = ValueCodecs.of(Tags.class);
    List<Point> points = new ArrayList<>();
    for (int x = 0; x < 20; x++) {
      points.add(new Point(x, 2, 3, true));
    }
    Tags tags = new Tags(new LinkedHashSet<>(points));
    Value encoded = codec.encode(tags);
    assertEquals(tags, codec.decode(encoded));
    Collections.reverse(points);
    assertEquals(encoded, codec.encode(new Tags(new LinkedHashSet<>(points))));
  }

  @Test
  void aSetReadsAListThatHoldsNothingTwice() {
    ValueCodec<Tags> codec = ValueCodecs.of(Tags.class);
    Point one = new Point(1, 2, 3, true);
    Point two = new Point(2, 2, 3, true);
    ValueCodec<TagList> before = ValueCodecs.of(TagList.class);
    assertEquals(
        new Tags(Set.of(one, two)), codec.decode(before.encode(new TagList(List.of(two, one)))));
    assertEquals(new Tags(Set.of()), codec.decode(Value.of(Map.of())));
    refused(
        Reason.VALUE_TYPE, () -> codec.decode(before.encode(new TagList(List.of(one, two, one)))));
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
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(BigDecimal.class));
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Unsupported.class));
    refused(Reason.UNSUPPORTED, () -> ValueCodecs.of(Letter.class));
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
