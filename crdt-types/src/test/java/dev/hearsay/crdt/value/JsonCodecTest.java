package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.RejectedException.Reason;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
  private static final BigInteger TWO_63 = BigInteger.ONE.shiftLeft(63);
  private static final BigInteger TWO_127 = BigInteger.ONE.shiftLeft(127);

  private static void golden(String json, Value value) {
    assertEquals(json, JsonCodec.toJson(value));
    assertEquals(value, JsonCodec.fromJson(json));
  }

  private static Value map(String key, Value value) {
    return Value.of(Map.of(key, value));
  }

  @Test
  void theTextOfEachKindNeverChanges() {
    golden("null", Value.Null.NULL);
    golden("false", Value.of(false));
    golden("true", Value.of(true));
    golden("0", Value.of(0));
    golden("-9223372036854775808", Value.of(Long.MIN_VALUE));
    golden("9223372036854775808", Value.of(TWO_63));
    golden("170141183460469231731687303715884105727", Value.of(TWO_127.subtract(BigInteger.ONE)));
    golden("-170141183460469231731687303715884105728", Value.of(TWO_127.negate()));
    golden("\"\"", Value.of(""));
    golden(
        "\"α🎉 / \\\" \\\\ \\n\\t\\u0000\\u001F\u007f\u2028\"",
        Value.of("α🎉 / \" \\ \n\t\0\u001f\u007f\u2028"));
    golden("{\"$bytes\":\"\"}", Value.of(new byte[0]));
    golden("{\"$bytes\":\"AP8=\"}", Value.of(new byte[] {0, -1}));
    golden("[]", Value.of(List.of()));
    golden(
        "[1,[null],1.0]",
        Value.of(List.of(Value.of(1), Value.of(List.of(Value.Null.NULL)), Value.of(1.0))));
    golden("{}", Value.of(Map.of()));
    golden(
        "{\"z\":3,\"\uffff\":2,\"🎉\":{\"a\":null}}",
        Value.of(Map.of("🎉", map("a", Value.Null.NULL), "\uffff", Value.of(2), "z", Value.of(3))));
  }

  /** Some of them differ between the JDKs' own texts of doubles. */
  @Test
  void theTextOfRealsNeverChanges() {
    golden("1.0", Value.of(1.0));
    golden("-0.0", Value.of(-0.0));
    golden("0.001", Value.of(0.001));
    golden("1.0E-5", Value.of(1e-5));
    golden("1.0E7", Value.of(1e7));
    golden("2.0E23", Value.of(Double.parseDouble("2e23")));
    golden("8.64E23", Value.of(Double.parseDouble("864e21")));
    golden("0.30000000000000004", Value.of(0.1 + 0.2));
    golden("4.9E-324", Value.of(Double.MIN_VALUE));
    golden("1.7976931348623157E308", Value.of(Double.MAX_VALUE));
    golden("{\"$real\":\"NaN\"}", Value.of(Double.NaN));
    golden("{\"$real\":\"Infinity\"}", Value.of(Double.POSITIVE_INFINITY));
    golden("{\"$real\":\"-Infinity\"}", Value.of(Double.NEGATIVE_INFINITY));
  }

  @Test
  void mapsThatLookLikeEscapesAreEscaped() {
    golden("{\"$$real\":\"NaN\"}", map("$real", Value.of("NaN")));
    golden("{\"$$$real\":1}", map("$$real", Value.of(1)));
    golden("{\"$$bytes\":{\"$bytes\":\"\"}}", map("$bytes", Value.of(new byte[0])));
    golden(
        "{\"$bytes\":\"\",\"$real\":\"NaN\"}",
        Value.of(Map.of("$bytes", Value.of(""), "$real", Value.of("NaN"))));
    golden("{\"$$bytes\":1,\"a\":2}", Value.of(Map.of("$$bytes", Value.of(1), "a", Value.of(2))));
  }

  @Test
  void objectsOfOthersThatBeginWithADollarStayAsTheyAre() {
    golden("{\"$ref\":\"#/a\"}", map("$ref", Value.of("#/a")));
    golden("{\"$\":1}", map("$", Value.of(1)));
    golden("{\"$reals\":1}", map("$reals", Value.of(1)));
    golden("{\"real\":\"NaN\"}", map("real", Value.of("NaN")));
  }

  @Test
  void whatOthersWriteMapsOntoOneValue() {
    assertEquals(Value.of(0), JsonCodec.fromJson("-0"));
    assertEquals(Value.of(1.0), JsonCodec.fromJson("1e0"));
    assertEquals(Value.of(1e5), JsonCodec.fromJson("1E+05"));
    assertEquals(Value.of(0.0), JsonCodec.fromJson("1e-400"));
    assertEquals(Value.of(-0.0), JsonCodec.fromJson("-0.000"));
    assertEquals(Value.of("é/🎉"), JsonCodec.fromJson("\"\\u00e9\\/\\ud83c\\uDF89\""));
    assertEquals(
        Value.of(Map.of("a", Value.of(2), "b", Value.of(1))),
        JsonCodec.fromJson(" {\t\"b\" : 1 ,\r\n\"a\":2 } "));
    assertEquals(Value.of(Double.NaN), JsonCodec.fromJson("{ \"\\u0024real\" : \"NaN\" }"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[1",
        "{\"a\"",
        "{\"a\":",
        "\"a",
        "tru",
        "[1,]",
        "{,}",
        "{a:1}",
        "'a'",
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "0x1",
        "NaN",
        "Infinity",
        "1 2",
        "{} x",
        "[]]",
        "// c\n1",
        "/* c */ 1",
        "# c\n1",
        "\"\n\"",
        "\"\\x\"",
        "\"\\ud83c\"",
        "\"a\\ude89\"",
        "{\"\\ud83c\":1}",
        "\u00a01",
        "\ufeff1",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "{\"$real\":\"1.0\"}",
        "{\"$real\":\"nan\"}",
        "{\"$real\":1}",
        "{\"$bytes\":null}",
        "{\"$bytes\":\"A\"}",
        "{\"$bytes\":\"AP8\"}",
        "{\"$bytes\":\"AP9=\"}",
        "{\"$bytes\":\"AP-_\"}",
        "{\"$bytes\":\"AP8=\\n\"}",
        "{\"$bytes\":\"\",\"$bytes\":\"\"}"
      })
  void whatIsNotOneJsonTextIsRefusedWithItsPlace(String json) {
    RejectedException refused =
        assertThrows(RejectedException.class, () -> JsonCodec.fromJson(json), json);
    assertEquals(Reason.MALFORMED, refused.reason(), refused::getMessage);
    assertHasPlace(refused);
  }

  private static void assertHasPlace(RejectedException refused) {
    assertTrue(
        refused.getMessage().matches("(?s).* at line \\d+, column \\d+.*"), refused::getMessage);
  }

  @Test
  void thePlaceIsThatOfTheFault() {
    assertEquals(
        "a key that was there before at line 2, column 2",
        assertThrows(RejectedException.class, () -> JsonCodec.fromJson("{\"a\":1,\n \"a\":[true]}"))
            .getMessage());
    assertEquals(
        "text with half a surrogate pair at index 1 of the string at line 1, column 5",
        assertThrows(RejectedException.class, () -> JsonCodec.fromJson("[1, \"x\\ud83c\"]"))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "[-1e309]",
        "170141183460469231731687303715884105728",
        "-170141183460469231731687303715884105729"
      })
  void numbersBeyondTheirKindAreRefused(String json) {
    assertBeyondALimit(json);
  }

  private static void assertBeyondALimit(String json) {
    RejectedException refused =
        assertThrows(RejectedException.class, () -> JsonCodec.fromJson(json));
    assertEquals(Reason.LIMIT_EXCEEDED, refused.reason(), refused::getMessage);
    assertHasPlace(refused);
  }

  @Test
  void lengthsAreBounded() {
    String digits = "7".repeat(JsonCodec.NUMBER_CHARS_MAX - 2);
    assertEquals(Value.of(7.0 / 9), JsonCodec.fromJson("0." + digits));
    assertBeyondALimit("0." + digits + "777");
    assertBeyondALimit(digits);
    assertBeyondALimit(digits + "777");
    String longest = "x".repeat(JsonCodec.STRING_CHARS_MAX);
    golden('"' + longest + '"', Value.of(longest));
    golden("{\"" + longest + "\":1}", map(longest, Value.of(1)));
    assertBeyondALimit("\"" + longest + "x\"");
    assertBeyondALimit("{\"" + longest + "x\":1}");
    assertEquals(
        Reason.LIMIT_EXCEEDED,
        assertThrows(
                RejectedException.class,
                () -> JsonCodec.fromJson(" ".repeat(JsonCodec.TEXT_CHARS_MAX) + "1"))
            .reason());
  }

  /** The worst of each kind fits: control characters, bytes, and empty bytes many times over. */
  @Test
  void everyValueOfAMebibyteHasATextThatIsRead() {
    int mebibyte = 1 << 20;
    for (Value value :
        List.of(
            Value.of("\0".repeat(mebibyte - 4)),
            Value.of(new byte[mebibyte - 4]),
            Value.of(Collections.nCopies(mebibyte / 2 - 2, Value.of(new byte[0]))),
            Value.of(Collections.nCopies(mebibyte / 9, Value.of(-Double.MIN_NORMAL))))) {
      assertTrue(ValueTest.bytesOf(value).length <= mebibyte);
      assertEquals(value, JsonCodec.fromJson(JsonCodec.toJson(value)));
    }
  }

  @Test
  void nestingIsBoundedBothWays() {
    for (Value innermost :
        List.of(
            Value.of(1),
            Value.of(List.of()),
            Value.of(Map.of()),
            Value.of(new byte[] {1}),
            Value.of(Double.NaN))) {
      Value deepest = innermost;
      for (int i = 0; i < ValueFormat.DEPTH_MAX; i++) {
        deepest = i % 2 == 0 ? Value.of(List.of(deepest)) : map("$bytes", deepest);
      }
      String json = JsonCodec.toJson(deepest);
      golden(json, deepest);
      Value tooDeep = Value.of(List.of(deepest));
      assertEquals(
          Reason.LIMIT_EXCEEDED,
          assertThrows(RejectedException.class, () -> JsonCodec.toJson(tooDeep)).reason());
      assertBeyondALimit("[" + json + "]");
    }
    assertBeyondALimit("[".repeat(1_000_000));
    assertBeyondALimit("{\"a\":".repeat(1_000_000));
    String lists = "[".repeat(ValueFormat.DEPTH_MAX);
    assertBeyondALimit(lists + "{\"$bytes\":\"\",\"a\":1}");
    assertBeyondALimit(lists + "{\"$bytes\":1}");
  }

  @Provide
  Arbitrary<Value> values() {
    Arbitrary<Value> plain = new ValueTest().values();
    Arbitrary<Value> texts =
        Arbitraries.strings().ofMaxLength(5).filter(JsonCodecTest::isUnicode).map(Value::of);
    Arbitrary<String> keys =
        Arbitraries.of("$", "$$", "$real", "$$real", "$bytes", "$$$bytes", "$ref", "\"", "\n");
    return Arbitraries.oneOf(
        plain,
        texts,
        Arbitraries.maps(keys, Arbitraries.oneOf(plain, texts)).ofMaxSize(2).map(Value::of));
  }

  private static boolean isUnicode(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
  }

  @Property
  void everyValueComesBackFromItsText(@ForAll("values") Value value) {
    golden(JsonCodec.toJson(value), value);
  }

  @Property
  void valuesAreEqualExactlyIfTheirTextsAre(@ForAll("values") Value a, @ForAll("values") Value b) {
    assertEquals(a.equals(b), JsonCodec.toJson(a).equals(JsonCodec.toJson(b)));
  }

  @Property
  void everyTextIsAValueOrAnError(@ForAll("texts") String json) {
    try {
      Value value = JsonCodec.fromJson(json);
      golden(JsonCodec.toJson(value), value);
    } catch (RejectedException e) {
      assertHasPlace(e);
    }
  }

  /** Near JSON: its tokens in any order, and the text of a value with one character changed. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> tokens =
        Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"a\"",
                "\"$real\"",
                "\"NaN\"",
                "\"$bytes\"",
                "\"AA==\"",
                "1",
                "-",
                ".5",
                "e9",
                "true",
                "null",
                "\"",
                "\\",
                "\\u",
                "d83c",
                " ",
                "/",
                "\0",
                "\ud83c",
                "🎉")
            .list()
            .ofMaxSize(12)
            .map(parts -> String.join("", parts));
    Arbitrary<String> mutated =
        Arbitraries.of(0, 1, 2, 3, 5, 8, 13, 21)
            .flatMap(
                at ->
                    Arbitraries.of('{', '}', '[', '"', ',', ':', '\\', '0', 'e', '.', '$', '\ud83c')
                        .flatMap(c -> values().map(value -> mutate(value, at, c))));
    return Arbitraries.oneOf(tokens, mutated);
  }

  private static String mutate(Value value, int at, char c) {
    StringBuilder text = new StringBuilder(JsonCodec.toJson(value));
    text.setCharAt(at % text.length(), c);
    return text.toString();
  }

  @Property
  void everyPrefixOfAListIsRefused(@ForAll("values") Value value) {
    String json = JsonCodec.toJson(Value.of(List.of(value)));
    for (int length = 0; length < json.length(); length++) {
      String prefix = json.substring(0, length);
      assertHasPlace(
          assertThrows(RejectedException.class, () -> JsonCodec.fromJson(prefix), prefix));
    }
  }

  @Test
  void documentsAreStoredAsTheValuesThatTheyStandFor() {
    ValueCodec<String> json = ValueCodecs.json();
    Value stored = json.encode("{ \"b\": [1.50, 2], \"a\": null }");
    assertEquals(json.encode("{\"a\":null,\"b\":[15e-1,2]}"), stored);
    assertEquals("{\"a\":null,\"b\":[1.5,2]}", json.decode(stored));
    assertThrows(RejectedException.class, () -> json.encode("{"));
  }
}
