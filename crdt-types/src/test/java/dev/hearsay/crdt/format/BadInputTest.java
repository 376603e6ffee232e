package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.AtomRules;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What no honest writer sends is refused with the reason, and nothing of it is applied. */
class BadInputTest {
  private static final int SET = 1;
  private static final int COUNTER = 2;
  private static final int REGISTER = 3;
  private static final int MAP = 4;
  private static final int LOG = 5;
  private static final int CLAIM = 7;
  private static final int FLAG = 8;
  private static final int PUT = 1;
  private static final int DROP = 2;

  /** Of A: the element x as A:1, a count as A:2. */
  private final EncodedChange ofA = first(true);

  /** Of B, which A has not seen: the element y as B:1, a count as B:2. */
  private final EncodedChange ofB = first(false);

  private final SpaceState state = SpaceState.EMPTY.apply(ofA).apply(ofB);
  private final List<DynamicTest> cases = new ArrayList<>();

  private static EncodedChange first(boolean a) {
    Draft draft =
        new Draft(
            SpaceState.EMPTY, a ? Sample.A : Sample.B, HybridTime.ofMillis(1), a ? "ada" : "bob");
    OrSet.add(draft.field(new FieldKey("set", FieldType.OR_SET)), Value.of(a ? "x" : "y"));
    PnCounter.increment(draft.field(new FieldKey("count", FieldType.PN_COUNTER)), 5);
    return ChangeFormat.encode(draft.toChange());
  }

  /** A's next change up to its fields; B is replica 1 of the dictionary. */
  private ByteWriter head(long first, String author, long time) {
    return new ByteWriter()
        .fixed64(Sample.A.value())
        .varint(first)
        .fixed64(time)
        .text(author)
        .fixed64(ofA.hash())
        .varint(1)
        .fixed64(Sample.B.value())
        .varint(0);
  }

  private void body(String what, Reason reason, ByteWriter body) {
    bytes(what, reason, Damage.framed(ChangeFormat.KIND, ChangeFormat.VERSION, body.toByteArray()));
  }

  private void bytes(String what, Reason reason, byte[] bytes) {
    cases.add(DynamicTest.dynamicTest(what, () -> requireRefused(reason, bytes)));
  }

  /** One field; {@code content} is what follows its name. */
  private void field(
      String what, Reason reason, int type, int flags, Consumer<ByteWriter> content) {
    ByteWriter out = head(3, "ada", HybridTime.ofMillis(2).packed()).varint(1);
    out.u8(type).u8(flags).text(type == COUNTER ? "count" : "set");
    content.accept(out);
    body(what, reason, out);
  }

  /** No field; {@code content} is what follows them. */
  private void parts(String what, Reason reason, Consumer<ByteWriter> content) {
    ByteWriter out = head(3, "ada", HybridTime.ofMillis(2).packed()).varint(0);
    content.accept(out);
    body(what, reason, out);
  }

  private void claim(String what, Value payload) {
    field(
        what, Reason.MALFORMED, CLAIM, 0, out -> ValueFormat.write(out.varint(1).u8(PUT), payload));
  }

  private static ByteWriter value(ByteWriter out, String text) {
    ValueFormat.write(out, Value.of(text));
    return out;
  }

  private void requireRefused(Reason reason, byte[] bytes) {
    Digest digest = state.digest();
    Consumer<byte[]> use = input -> state.apply(ChangeFormat.decode(input));
    assertFalse(Damage.rejectedOrUsable(bytes, use), () -> HexFormat.of().formatHex(bytes));
    RejectedException refused = assertThrows(RejectedException.class, () -> use.accept(bytes));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertEquals(digest, state.digest());
  }

  @TestFactory
  Stream<DynamicTest> isRefusedWithTheReason() {
    limits();
    unknown();
    duplicates();
    dots();
    ranges();
    claim("a confidence that is not a number", pair(Value.of(Double.NaN)));
    claim("a confidence of minus zero", pair(Value.of(-0.0)));
    claim("a confidence of 2", pair(Value.of(2.0)));
    claim("a confidence below 0", pair(Value.of(-0.5)));
    claim("an integer as a confidence", pair(Value.of(1)));
    claim("a value without a confidence", Value.of("yes"));
    return cases.stream();
  }

  private static Value pair(Value confidence) {
    return Value.of(List.of(confidence, Value.of("yes")));
  }

  private void limits() {
    long time = HybridTime.ofMillis(2).packed();
    String tooLong = "é".repeat(128) + "x";
    for (String name : List.of("", tooLong)) {
      body(
          "a name of " + name.length() + " characters",
          Reason.LIMIT_EXCEEDED,
          head(3, "ada", time).varint(1).u8(SET).u8(0).text(name).varint(0));
    }
    body("a long author", Reason.LIMIT_EXCEEDED, head(3, tooLong, time).varint(0));
    body("a time of no clock", Reason.MALFORMED, head(3, "ada", Long.MAX_VALUE).varint(0));
    body("a time below zero", Reason.MALFORMED, head(3, "ada", -1).varint(0));
    body("a first counter of 0", Reason.MALFORMED, head(0, "ada", time).varint(0));
    body("a first counter beyond 63 bits", Reason.MALFORMED, head(-1, "ada", time).varint(0));
    ByteWriter last = head(Long.MAX_VALUE, "ada", time).varint(1).u8(SET).u8(0).text("set");
    value(value(last.varint(2).u8(PUT), "x").u8(PUT), "y");
    body("dots beyond 63 bits", Reason.MALFORMED, last);
    parts(
        "a long prefix",
        Reason.LIMIT_EXCEEDED,
        out -> out.varint(1).part(new ByteWriter().varint(1).text(tooLong)));
    bytes("a large change", Reason.LIMIT_EXCEEDED, new byte[ChangeFormat.CHANGE_BYTES_MAX + 1]);
    field(
        "a count of 129 bits",
        Reason.MALFORMED,
        COUNTER,
        0,
        out -> out.varint(1).u8(PUT).u8(0).varint(0).u8(9).bytes(new byte[17]));
    field(
        "a count that is no number",
        Reason.MALFORMED,
        COUNTER,
        0,
        out -> value(out.varint(1).u8(PUT).u8(0).varint(0), "5"));
    field(
        "a value nested too deep",
        Reason.MALFORMED,
        REGISTER,
        0,
        out -> {
          out.varint(1).u8(PUT);
          for (int i = 0; i < 100_000; i++) {
            out.u8(7).varint(1);
          }
        });
    for (long count : new long[] {Integer.MAX_VALUE, 1L << 40, -1}) {
      field(count + " entries", Reason.MALFORMED, SET, 0, out -> out.varint(count));
      field(count + " ranges", Reason.MALFORMED, SET, 2, out -> out.varint(count));
      parts(
          count + " prefixes",
          Reason.MALFORMED,
          out -> out.varint(1).part(new ByteWriter().varint(count)));
      parts(count + " bytes of a part", Reason.MALFORMED, out -> out.varint(2).varint(count));
    }
  }

  private void unknown() {
    for (int type : new int[] {0, 9, 255}) {
      field("field type " + type, Reason.UNKNOWN_VERSION, type, 0, out -> out.varint(0));
    }
    for (int flags : new int[] {3, 4, 128}) {
      field("field flags " + flags, Reason.UNKNOWN_VERSION, SET, flags, out -> out.varint(0));
    }
    for (int flags : new int[] {0, 4, 5, 255}) {
      field(
          "entry flags " + flags,
          Reason.UNKNOWN_VERSION,
          SET,
          0,
          out -> value(out.varint(1).u8(flags), "x"));
      field(
          "range flags " + flags,
          Reason.UNKNOWN_VERSION,
          SET,
          2,
          out -> value(out.varint(1).u8(flags), "x").varint(0));
    }
    parts("an unknown odd part", Reason.UNKNOWN_VERSION, out -> out.varint(3).varint(0));
    byte[] version = ofA.toByteArray();
    version[1]++;
    bytes("another version", Reason.UNKNOWN_VERSION, Damage.resealed(version));
    byte[] kind = ofA.toByteArray();
    kind[0]++;
    bytes("another kind", Reason.MALFORMED, Damage.resealed(kind));
    field(
        "a counter key of kind 2",
        Reason.MALFORMED,
        COUNTER,
        0,
        out -> out.varint(1).u8(PUT).u8(2).varint(0).u8(3).u8(2));
    field(
        "a replica that is not in the dictionary",
        Reason.MALFORMED,
        COUNTER,
        0,
        out -> out.varint(1).u8(PUT).u8(0).varint(2).u8(3).u8(2));
    field(
        "a flag with a payload",
        Reason.UNKNOWN_VERSION,
        FLAG,
        0,
        out -> out.varint(1).u8(PUT).u8(5).varint(0));
  }

  private void duplicates() {
    field(
        "a key twice",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(value(out.varint(2).u8(PUT), "x").u8(PUT), "x"));
    ByteWriter twice = head(3, "ada", HybridTime.ofMillis(2).packed()).varint(2);
    for (int i = 0; i < 2; i++) {
      twice.u8(SET).u8(1).text("set").varint(0);
    }
    body("a field twice", Reason.MALFORMED, twice);
    ByteWriter same = new ByteWriter().varint(2).text("s").text("s");
    parts("a prefix twice", Reason.MALFORMED, out -> out.varint(1).part(same));
    ByteWriter one = new ByteWriter().varint(1).text("s");
    parts(
        "the prefixes twice", Reason.MALFORMED, out -> out.varint(1).part(one).varint(1).part(one));
    parts("no prefix", Reason.MALFORMED, out -> out.varint(1).part(new ByteWriter().varint(0)));
    field(
        "a dot dropped twice",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(out.varint(1).u8(DROP), "x").varint(2).varint(0).u8(2).varint(0).u8(2));
    bytes("a change twice", Reason.NOT_APPLICABLE, ofA.toByteArray());
  }

  private void dots() {
    ByteWriter gap = head(4, "ada", HybridTime.ofMillis(2).packed()).varint(1);
    body("a gap", Reason.NOT_APPLICABLE, gap.u8(SET).u8(1).text("set").varint(0));
    ByteWriter branch = head(2, "ada", HybridTime.ofMillis(2).packed()).varint(1);
    value(value(branch.u8(SET).u8(0).text("set").varint(2).u8(PUT), "x").u8(PUT), "y");
    body("another branch", Reason.FORKED, branch);
    field(
        "drops announced and none given",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(out.varint(1).u8(DROP), "x").varint(0));
    field(
        "a drop of its own first dot",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(out.varint(1).u8(DROP), "x").varint(1).varint(0).varint(0));
    field(
        "a drop of its own future",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(out.varint(1).u8(DROP), "x").varint(1).varint(0).varint(-5));
    field(
        "a drop of a dot below 1",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(out.varint(1).u8(DROP), "x").varint(1).varint(0).varint(3));
    field(
        "a drop of what is here and its author had not seen",
        Reason.MALFORMED,
        SET,
        0,
        out -> value(out.varint(1).u8(DROP), "y").varint(1).varint(1).varint(1));
    for (long seen : new long[] {3, 4, Long.MAX_VALUE}) {
      field("a reset of its own count at " + seen, Reason.MALFORMED, COUNTER, 0, base(0, seen));
    }
    field("a reset of a count not seen", Reason.MALFORMED, COUNTER, 0, base(1, 2));
    field("a reset of a count at 0", Reason.MALFORMED, COUNTER, 0, base(0, 0));
    field(
        "a count of another replica",
        Reason.MALFORMED,
        COUNTER,
        0,
        out -> out.varint(1).u8(PUT).u8(0).varint(1).u8(3).u8(2));
    for (int kind : new int[] {0, 1}) {
      field(
          "an atom of a counter of kind " + kind + " that goes and none in its place",
          Reason.MALFORMED,
          COUNTER,
          0,
          out -> out.varint(1).u8(DROP).u8(kind).varint(0).varint(1).varint(0).varint(1));
    }
    field(
        "an entry of a log that puts and drops",
        Reason.MALFORMED,
        LOG,
        0,
        out -> value(out.varint(1).u8(PUT | DROP), "x").varint(1).varint(0).u8(2));
    field(
        "an entry of a log that drops another",
        Reason.MALFORMED,
        LOG,
        0,
        out -> out.varint(1).u8(DROP).fixed64(9).varint(0).varint(2).varint(1).varint(0).u8(2));
  }

  private static Consumer<ByteWriter> base(int replica, long seen) {
    return out ->
        ValueFormat.write(
            out.varint(1).u8(PUT).u8(1).varint(replica),
            Value.of(List.of(Value.of(seen), Value.of(5))));
  }

  private void ranges() {
    for (int type : new int[] {COUNTER, REGISTER, 6, CLAIM, FLAG}) {
      field(
          "ranges in a field of type " + type,
          Reason.UNKNOWN_VERSION,
          type,
          2,
          out -> value(out.varint(1).u8(1), "x").varint(0));
    }
    field("a counter cleared", Reason.UNKNOWN_VERSION, COUNTER, 1, out -> out.varint(0));
    field("no range", Reason.MALFORMED, SET, 2, out -> out.varint(0).varint(0));
    for (String to : List.of("x", "w")) {
      for (int type : new int[] {SET, MAP}) {
        field(
            "a range of type " + type + " from x to " + to,
            Reason.MALFORMED,
            type,
            2,
            out -> value(value(out.varint(1).u8(3), "x"), to).varint(0));
      }
    }
    field(
        "a range of a log that ends where it begins",
        Reason.MALFORMED,
        LOG,
        2,
        out -> out.varint(1).u8(3).fixed64(9).u8(0).u8(1).fixed64(9).u8(0).u8(1).varint(0));
    field("null in a range", Reason.MALFORMED, SET, 2, out -> out.varint(1).u8(1).u8(0).u8(0));
    field(
        "a range of a map at a number",
        Reason.MALFORMED,
        MAP,
        2,
        out -> out.varint(1).u8(1).u8(3).u8(2).varint(0));
  }

  @Test
  void anAtomWithAPayloadThatItsTypeNeverHasIsRefused() {
    for (FieldType type : List.of(FieldType.OR_SET, FieldType.FLAG)) {
      RejectedException refused =
          assertThrows(
              RejectedException.class,
              () -> AtomRules.check(type, Value.Null.NULL, Value.of(true), Sample.A));
      assertEquals(Reason.MALFORMED, refused.reason());
    }
  }
}
