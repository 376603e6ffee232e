package dev.hearsay.sim.bench.types;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.types.TypesBench.Planned;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;

/** Every benchmark does what it says, once, with every system; how fast does not matter here. */
class TypesBenchTest {

  private static final Set<Contender> SETS =
      Set.of(Contender.HEARSAY, Contender.PEKKO, Contender.WURMLOCH, Contender.HASH_SET);

  /** A contender that has a set, at a size. */
  record Sized(Contender contender, int size) {}

  static Stream<Sized> sets() {
    return SETS.stream().flatMap(c -> Stream.of(new Sized(c, 1), new Sized(c, 1_000)));
  }

  static Stream<Sized> mergingSets() {
    return sets().filter(s -> s.contender() != Contender.WURMLOCH);
  }

  static Stream<Sized> sendingSets() {
    return mergingSets().filter(s -> s.contender() != Contender.HASH_SET);
  }

  static Stream<Sized> fields() {
    return Stream.of(Contender.HEARSAY, Contender.PEKKO, Contender.WURMLOCH, Contender.HASH_MAP)
        .flatMap(c -> Stream.of(new Sized(c, 1), new Sized(c, 1_000)));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void oneElementIsAddedRemovedAndFound(Sized sized) {
    SetSubject set = renewed(sized);
    assertTrue(set.contains());
    if (sized.contender() == Contender.HASH_SET) {
      assertEquals(true, set.add());
      assertEquals(true, set.remove());
      return;
    }
    Set<String> more = set.elements(set.add());
    assertEquals(sized.size() + 1, more.size());
    assertTrue(more.containsAll(Elements.here(sized.size())));
    SetSubject other = renewed(sized);
    Set<String> fewer = other.elements(other.remove());
    assertEquals(sized.size() - 1, fewer.size());
    assertTrue(Elements.here(sized.size()).containsAll(fewer));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aRenewedSetIsAsItWas(Sized sized) {
    SetSubject set = renewed(sized);
    for (int i = 0; i < 300; i++) {
      set.renew();
      set.remove();
    }
    set.renew();
    assertTrue(set.contains());
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aChangeOfAnotherReplicaArrives(Sized sized) {
    if (sized.contender() != Contender.HASH_SET) {
      SetSubject set = renewed(sized);
      Set<String> elements = new HashSet<>(set.elements(set.apply()));
      elements.removeAll(Elements.here(sized.size()));
      assertEquals(1, elements.size());
    }
  }

  @ParameterizedTest
  @MethodSource("mergingSets")
  void joinedStatesHoldWhatBothHeld(Sized sized) {
    SetSubject set = renewed(sized);
    Set<String> both = Elements.here(sized.size());
    both.addAll(Elements.there(sized.size()));
    assertEquals(both, set.elements(set.join()));
  }

  @ParameterizedTest
  @MethodSource("sendingSets")
  void whatIsEncodedIsDecoded(Sized sized) {
    SetSubject set = renewed(sized);
    assertTrue(set.encodeChange().length > 10);
    assertNotNull(set.decodeChange());
    assertTrue(set.encodeState().length > 10);
    assertEquals(Elements.here(sized.size()), set.elements(set.decodeState()));
    assertNotNull(set.digest());
  }

  @Test
  void aDiffCarriesWhatTheOtherLacks() {
    StateDiff diff = (StateDiff) new HearsaySet(5_000).diff();
    assertEquals(Elements.APART_MAX, diff.beyond().get(0).atoms().size());
  }

  @ParameterizedTest
  @MethodSource("fields")
  void countersCountAndRegistersHoldWhatWasSet(Sized sized) {
    FieldsSubject counters = FieldsSubject.counters(sized.contender(), sized.size());
    assertEquals("2", counters.read(counters.write()));
    FieldsSubject registers = FieldsSubject.registers(sized.contender(), sized.size());
    assertEquals(FieldsSubject.value(1), registers.read(registers.write()));
    assertEquals(FieldsSubject.value(2), registers.read(registers.write()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Contender.class,
      names = {"HEARSAY", "JSON", "CBOR", "PROTOBUF"})
  void everyCodecReadsBackTheTransaction(Contender contender) {
    ChangeCodec codec = ChangeCodec.of(contender);
    byte[] bytes = codec.encode();
    assertEquals(codec.original(), codec.decode(bytes));
    assertArrayEquals(bytes, codec.encode());
  }

  @Test
  void theTransactionHasItsOperationsAndAtMostTheBytesItMayHave() {
    assertEquals(Transaction.OPERATIONS, Transaction.build().change().dots());
    int own = ChangeCodec.of(Contender.HEARSAY).encode().length;
    int json = ChangeCodec.of(Contender.JSON).encode().length;
    assertTrue(json > 3_000 && json < 3_250, () -> "JSON takes " + json);
    assertTrue(own <= 1_250, () -> "our own format takes " + own);
  }

  @Test
  void aDiffOfStatesThatDivergedIsWithinItsGoal() {
    for (boolean sparse : new boolean[] {false, true}) {
      DiffBytes bytes = DiffBytes.measure(2_000, sparse);
      assertEquals(
          bytes,
          DiffBytes.of(List.of(bytes.diff(), bytes.missing(), bytes.living(), bytes.settled())));
      assertTrue(bytes.living() == 2_000 || (sparse && Math.abs(bytes.living() - 1_000) < 100));
      assertTrue(bytes.diff() > bytes.missing() && bytes.settled() < bytes.diff());
      assertTrue(bytes.diff() <= bytes.goal(), bytes::explained);
    }
  }

  @Test
  void everyCaseThatIsTimedHasItsBenchmark() throws ReflectiveOperationException {
    Set<String> used = new HashSet<>();
    for (Case timed : Catalogue.cases()) {
      if (timed.benchmark() != null) {
        used.add(timed.benchmark());
      }
    }
    Set<String> existing = new HashSet<>();
    for (Class<?> type :
        List.of(SetWorks.class, MutableSetWorks.class, FieldWorks.class, CodecWorks.class)) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Benchmark.class)) {
          existing.add(type.getSimpleName() + "." + method.getName());
        }
      }
    }
    assertEquals(existing, used);
  }

  @Test
  void theQuickPlanIsPartOfTheFullOne() {
    List<Planned> full = plan(false, Set.of(), Set.of());
    List<Planned> quick = plan(true, Set.of(), Set.of());
    assertTrue(full.containsAll(quick));
    assertTrue(quick.size() < full.size());
    Set<Work> works = new HashSet<>();
    quick.forEach(planned -> works.add(planned.what().work()));
    assertEquals(Set.of(Work.values()), works);
  }

  @Test
  void aPlanKeepsToWhatWasChosen() {
    List<Planned> plan = plan(true, Set.of(Work.ADD), Set.of(Contender.PEKKO));
    List<String> labels = new ArrayList<>();
    plan.forEach(planned -> labels.add(planned.sizeLabel()));
    assertEquals(List.of("100000 elements"), labels);
    assertEquals(List.of(), plan(true, Set.of(Work.DIFF), Set.of(Contender.HASH_MAP)));
  }

  @Test
  void aReportSetsEverySystemAgainstHearsay() throws Exception {
    TypesBench.Options options =
        new TypesBench.Options(true, 1, List.of(), Set.of(Work.CODEC_BYTES), Set.of());
    List<String> progress = new ArrayList<>();
    BenchReport report = new TypesBench(options, progress::add).run();
    assertEquals(4, report.rows().size());
    assertEquals(4, progress.size());
    assertEquals(1.0, report.rows().get(0).ratioToHearsay());
    for (BenchReport.Row row : report.rows()) {
      Double ratio = row.ratioToHearsay();
      assertTrue(ratio != null && ratio >= 1, row::toString);
    }
  }

  private static SetSubject renewed(Sized sized) {
    SetSubject set = SetSubject.of(sized.contender(), sized.size());
    set.renew();
    return set;
  }

  private static List<Planned> plan(boolean quick, Set<Work> works, Set<Contender> contenders) {
    return new TypesBench(
            new TypesBench.Options(quick, 3, List.of(), works, contenders), line -> {})
        .plan();
  }

  @Test
  void theSetsOfSystemsAreFilledAlike() {
    Set<String> expected = Elements.here(100);
    SpaceState ours = Space.add(SpaceState.EMPTY, Space.HERE, 0, 100);
    assertEquals(expected, new HearsaySet(1).elements(ours));
    assertEquals(expected, new HashSet<>(WurmlochSet.fill(0, 100).set()));
    assertEquals(100, expected.size());
  }
}
