package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KeyRangesTest {
  private static final int KEYS = 12;

  /** Far more than one walk through a field takes, and far less than one for each range. */
  private static final int SECONDS_MAX = 20;

  private final Replica a = new Replica(1);
  private final Replica b = new Replica(2);

  /** From below 0 and to below 0 stand for open ends. */
  @Provide
  Arbitrary<List<KeyRange>> ranges() {
    Arbitrary<Integer> end = Arbitraries.integers().between(-1, KEYS);
    return Combinators.combine(end, end)
        .as((from, to) -> List.of(from, to))
        .filter(ends -> ends.get(1) < 0 || ends.get(0) < ends.get(1))
        .map(ends -> new KeyRange(key(ends.get(0)), key(ends.get(1))))
        .list()
        .ofMaxSize(6);
  }

  private static Value key(int number) {
    return number < 0 ? null : Value.of(number);
  }

  @Property
  void aKeyIsInThemIfItIsInOneOfThem(@ForAll("ranges") List<KeyRange> ranges) {
    KeyRanges all = KeyRanges.of(ranges);
    for (int number = -1; number <= KEYS; number++) {
      Value key = Value.of(number);
      boolean inside = ranges.stream().anyMatch(range -> range.contains(key));
      assertEquals(inside, all.contains(key));
      assertTrue(!inside || all.hull().contains(key));
    }
  }

  @Property
  void whatTouchesIsOne(@ForAll("ranges") List<KeyRange> ranges) {
    List<KeyRange> disjoint = KeyRanges.of(ranges).toList();
    for (int i = 1; i < disjoint.size(); i++) {
      assertTrue(KeyRange.compare(disjoint.get(i - 1).to(), disjoint.get(i).from()) < 0);
    }
    assertEquals(disjoint, KeyRanges.of(disjoint).toList());
  }

  @Test
  void rangesOfOneTransactionThatTouchTravelAsOne() {
    a.write(draft -> addAll(draft, 0, 9));
    EncodedChange change =
        a.write(
            draft -> {
              for (int i = 2; i < 7; i++) {
                OrSet.removeRange(draft.field(Replica.SET), Value.of(i), Value.of(i + 1));
              }
            });
    assertEquals(
        List.of(new KeyRange(Value.of(2), Value.of(7))), change.change().fields().get(0).ranges());
    assertEquals(4, a.field(Replica.SET).size());
  }

  @Test
  @Timeout(SECONDS_MAX)
  void aFieldIsWalkedThroughOnceHoweverManyRangesAChangeHas() {
    int elements = 40_000;
    a.write(draft -> addAll(draft, 0, elements / 2));
    a.write(draft -> addAll(draft, elements / 2, elements));
    List<KeyRange> ranges = new ArrayList<>();
    for (long i = 0; i < 90_000; i++) {
      ranges.add(new KeyRange(Value.of(2 * i), Value.of(2 * i + 1)));
    }
    SpaceState left =
        a.state.apply(change(List.of(), List.of(new FieldDelta(Replica.SET, ranges, List.of()))));
    assertEquals(elements / 2, left.field(Replica.SET).size());
    assertFalse(OrSet.contains(left.field(Replica.SET), Value.of(elements - 2)));
    assertTrue(OrSet.contains(left.field(Replica.SET), Value.of(elements - 1)));
  }

  @Test
  @Timeout(SECONDS_MAX)
  void theFieldsAreWalkedThroughOnceHoweverManyPrefixesAChangeHas() {
    int fields = 40_000;
    for (int part = 0; part < 2; part++) {
      int from = part * fields / 2;
      a.write(
          draft -> {
            for (int i = from; i < from + fields / 2; i++) {
              Flag.enable(draft.field(new FieldKey("n" + i + "/", FieldType.FLAG)));
            }
          });
    }
    List<String> prefixes = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      prefixes.add("n" + 2 * i + "/");
    }
    SpaceState left = a.state.apply(change(prefixes, List.of()));
    assertEquals(fields / 2, left.fieldCount());
    assertFalse(left.fieldKeys().contains(new FieldKey("n2/", FieldType.FLAG)));
  }

  @Test
  void aNameFitsIfItBeginsWithAnyPrefix() {
    Prefixes prefixes = new Prefixes(List.of("b/x", "a", "ab", "b/", "c!"));
    for (String fits : List.of("a", "abc", "az", "b/", "b/x", "b/zz", "c!")) {
      assertTrue(prefixes.fit(fits), fits);
    }
    for (String other : List.of("", "b", "B/", "c", "c ", "d", "ä")) {
      assertFalse(prefixes.fit(other), other);
    }
    assertTrue(new Prefixes(List.of("", "x")).fit("any"));
  }

  private EncodedChange change(List<String> prefixes, List<FieldDelta> fields) {
    Change change =
        new Change(b.id, 1, a.state.frontier(), a.state.latest().next(), "b", 0, prefixes, fields);
    return ChangeFormat.decode(ChangeFormat.encode(change).toByteArray());
  }

  private static void addAll(Draft draft, int from, int to) {
    for (int i = from; i < to; i++) {
      OrSet.add(draft.field(Replica.SET), Value.of(i));
    }
  }
}
