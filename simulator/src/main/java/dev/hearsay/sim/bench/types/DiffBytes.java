package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.pekko.cluster.ddata.ORSet;

/**
 * What a diff weighs after two replicas have diverged.
 *
 * @param diff bytes of the diff
 * @param missing bytes of the elements that the other lacks, as values
 * @param living how many atoms at or below the diff's base live
 * @param settled bytes of a diff for a replica that lacks nothing: the living dots and the heads
 */
record DiffBytes(long diff, long missing, long living, long settled) {

  /** Of the bytes of missing elements that a diff may carry. */
  static final double MISSING_FACTOR_MAX = 1.2;

  /** Bytes for each living element that a diff may carry. */
  static final double LIVING_BYTES_MAX = 0.3;

  private static final long SEED = 42;

  static DiffBytes of(List<Long> numbers) {
    return new DiffBytes(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
  }

  String toLine() {
    return diff + " " + missing + " " + living + " " + settled;
  }

  /** What the diff may weigh. */
  double goal() {
    return MISSING_FACTOR_MAX * missing + LIVING_BYTES_MAX * living;
  }

  /** The figures behind the one in the row. */
  String explained() {
    return String.format(
        Locale.ROOT,
        "missing elements %,d B, %,d living; goal %,.0f B; if nothing were missing %,d B",
        missing,
        living,
        goal(),
        settled);
  }

  /**
   * Two replicas of N elements that then add min(1,000, N) each.
   *
   * @param sparse whether every second element, drawn at random, has been removed before
   */
  static DiffBytes measure(int size, boolean sparse) {
    SpaceState common = Space.add(SpaceState.EMPTY, Space.COMMON, 0, size);
    if (sparse) {
      BitSet removed = removed(size);
      common =
          Space.write(
              common,
              Space.COMMON,
              0,
              size,
              number ->
                  removed.get((int) number)
                      ? Space.removing(Elements.element(number))
                      : draft -> {});
    }
    int apart = Elements.apart(size);
    SpaceState here = Space.add(common, Space.HERE, size, (long) size + apart);
    SpaceState there =
        Space.add(common, Space.THERE, (long) size + apart, (long) size + 2L * apart);
    ByteWriter missing = new ByteWriter();
    Elements.forEach(
        size,
        (long) size + apart,
        number -> ValueFormat.write(missing, Value.of(Elements.element(number))));
    byte[] diff = DiffFormat.encode(here.diff(there.frontier()));
    check(there.join(DiffFormat.decode(diff)), common, apart);
    return new DiffBytes(
        diff.length,
        missing.toByteArray().length,
        common.field(Space.SET).size(),
        DiffFormat.encode(here.diff(here.frontier())).length);
  }

  private static void check(SpaceState joined, SpaceState common, int apart) {
    long[] count = {0};
    OrSet.forEach(joined.field(Space.SET), element -> count[0]++);
    if (count[0] != common.field(Space.SET).size() + 2L * apart) {
      throw new IllegalStateException("the diff did not bring what was missing");
    }
  }

  static long ofPekkosState(int size, boolean sparse) {
    ORSet<String> set = PekkoSet.add(ORSet.create(), Pekko.COMMON, 0, size);
    if (sparse) {
      BitSet removed = removed(size);
      for (int i = removed.nextSetBit(0); i >= 0; i = removed.nextSetBit(i + 1)) {
        set = set.remove(Pekko.COMMON, Elements.element(i)).resetDelta();
      }
    }
    set = PekkoSet.add(set, Pekko.HERE, size, (long) size + Elements.apart(size));
    return Pekko.encode(set).length;
  }

  /** Every element with a chance of one half. */
  private static BitSet removed(int size) {
    Random random = new Random(SEED);
    BitSet removed = new BitSet(size);
    for (int i = 0; i < size; i++) {
      removed.set(i, random.nextBoolean());
    }
    return removed;
  }
}
