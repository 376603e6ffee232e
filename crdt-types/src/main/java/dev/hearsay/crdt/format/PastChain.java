package dev.hearsay.crdt.format;

import dev.hearsay.crdt.Past;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The pasts of many replicas, each by what it has that the one before has not: in the order of
 * their sizes, in which most are what the last one was and a few entries more. So a thousand
 * incarnations that came one after the other take some bytes each, where {@link PastFormat} takes a
 * quarter of a byte for each pair of them; and what is read shares its nodes in the same way.
 *
 * <pre>
 * pasts = for each, ascending by (size, index): index varint, 1B
 *           0: {@link PastFormat past}
 *           1: entries (count, (index − index before − 1 varint, varint)…) that are another than in
 *              the past before, the first of which is empty: 0 none, 1 its head,
 *              2 + n behind the head by n + 1
 * </pre>
 */
final class PastChain {
  private static final int PLAIN = 0;
  private static final int FOLLOWS = 1;

  /** About what an entry that is another takes. */
  private static final int ENTRY_BYTES = 3;

  private final ReplicaId[] replicas;
  private final long[] heads;
  private final PastFormat plain;

  /**
   * @param replicas ascending
   * @param heads the counter of each, 0 if there is none
   */
  PastChain(ReplicaId[] replicas, long[] heads) {
    this.replicas = replicas;
    this.heads = heads;
    this.plain = new PastFormat(replicas, heads);
  }

  /**
   * Writes those that are not null.
   *
   * @param pasts by index
   */
  void write(ByteWriter out, Past[] pasts) {
    int[] order =
        IntStream.range(0, pasts.length)
            .filter(index -> pasts[index] != null)
            .boxed()
            .sorted(Comparator.comparingInt((Integer index) -> pasts[index].size()))
            .mapToInt(Integer::intValue)
            .toArray();
    Past before = Past.EMPTY;
    ByteWriter changes = new ByteWriter();
    for (int index : order) {
      Past past = pasts[index];
      int count = changes(changes.reset(), past, before);
      out.varint(index);
      if (isShorter(count)) {
        out.u8(FOLLOWS).varint(count).raw(changes);
      } else {
        plain.write(out.u8(PLAIN), past);
      }
      before = past;
    }
  }

  /** Whether a past with so many entries that are another is written by these. */
  private boolean isShorter(int count) {
    return ENTRY_BYTES * count < plain.bytes();
  }

  private int changes(ByteWriter out, Past past, Past before) {
    int[] last = {-1};
    int[] count = new int[1];
    past.forEachDifference(
        before,
        (replica, counter) -> {
          int index = Arrays.binarySearch(replicas, replica);
          if (index < 0 || counter > heads[index]) {
            throw new IllegalArgumentException("a past beyond the head of " + replica);
          }
          out.varint(index - last[0] - 1L).varint(counter == 0 ? 0 : 1 + heads[index] - counter);
          last[0] = index;
          count[0]++;
        });
    return count[0];
  }

  /**
   * Reads those of the heads that have one.
   *
   * @param has by index
   * @return by index, {@link Past#EMPTY} where there is none
   * @throws RejectedException {@code MALFORMED}
   */
  Past[] read(ByteReader in, boolean[] has) {
    Past[] pasts = new Past[replicas.length];
    Arrays.fill(pasts, Past.EMPTY);
    boolean[] read = new boolean[replicas.length];
    Past before = Past.EMPTY;
    int lastIndex = -1;
    for (int left = count(has); left > 0; left--) {
      int index = index(in, 0);
      if (!has[index] || read[index]) {
        throw RejectedException.malformed("a past of a replica that has none, or a second one");
      }
      Past past =
          switch (in.u8()) {
            case PLAIN -> whole(in, index, before);
            case FOLLOWS -> following(in, before);
            default -> throw RejectedException.malformed("a past of no kind");
          };
      // Its own last change would be part of what it depended on.
      boolean fits = past.counter(replicas[index]) < heads[index];
      if (!fits
          || past.size() < before.size()
          || (past.size() == before.size() && index < lastIndex)) {
        throw RejectedException.malformed("a past that cannot be, or out of order");
      }
      read[index] = true;
      pasts[index] = past;
      before = past;
      lastIndex = index;
    }
    return pasts;
  }

  private Past whole(ByteReader in, int index, Past before) {
    Past past = plain.read(in, index).sharing(before);
    int[] count = new int[1];
    past.forEachDifference(before, (replica, counter) -> count[0]++);
    if (isShorter(count[0])) {
      throw RejectedException.malformed("a whole past where some entries would do");
    }
    return past;
  }

  private Past following(ByteReader in, Past before) {
    int count = in.count(2, "entries of a past");
    if (!isShorter(count)) {
      throw RejectedException.malformed("entries of a past where the whole would do");
    }
    long[] ids = new long[count];
    long[] counters = new long[count];
    int last = -1;
    for (int i = 0; i < count; i++) {
      int index = index(in, last + 1);
      long behind = in.varintAtLeast(0, "how far a past is behind") - 1;
      if (behind >= heads[index]) {
        throw RejectedException.malformed("a past behind the first change");
      }
      ids[i] = replicas[index].value();
      counters[i] = behind < 0 ? 0 : heads[index] - behind;
      if (before.counter(replicas[index]) == counters[i]) {
        throw RejectedException.malformed("an entry of a past that is no other");
      }
      last = index;
    }
    return before.edited(ids, counters);
  }

  private int index(ByteReader in, int from) {
    long index = in.varintAtLeast(0, "an index of a replica");
    if (index >= replicas.length - from) {
      throw RejectedException.malformed("a past of replica " + index + " of " + replicas.length);
    }
    return (int) index + from;
  }

  private static int count(boolean[] has) {
    int count = 0;
    for (boolean each : has) {
      count += each ? 1 : 0;
    }
    return count;
  }
}
