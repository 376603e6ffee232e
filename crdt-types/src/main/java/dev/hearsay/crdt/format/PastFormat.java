package dev.hearsay.crdt.format;

import dev.hearsay.crdt.Past;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;

/**
 * A past beside the heads of the state: of most replicas it holds nothing or all, because most are
 * incarnations that write no more. Two bits for each, so that some dozens of replicas, whose pasts
 * grow with their square, stay small; of more than that they follow one another, as {@link
 * PastChain} has it.
 *
 * <pre>
 * past = ⌈replicas / 4⌉ bytes, 2 bits for each replica, lowest first: 0 none, 1 its head, 2 behind
 *        for each that is behind: head − counter varint
 * </pre>
 */
final class PastFormat {
  private static final int NONE = 0;
  private static final int HEAD = 1;
  private static final int BEHIND = 2;

  private final ReplicaId[] replicas;
  private final long[] heads;

  /**
   * @param replicas ascending
   * @param heads the counter of each, 0 if there is none
   */
  PastFormat(ReplicaId[] replicas, long[] heads) {
    this.replicas = replicas;
    this.heads = heads;
  }

  void write(ByteWriter out, Past past) {
    byte[] kinds = new byte[bytes()];
    ByteWriter behind = new ByteWriter();
    int found = 0;
    for (int i = 0; i < replicas.length; i++) {
      long counter = past.counter(replicas[i]);
      int kind = counter == 0 ? NONE : counter == heads[i] ? HEAD : BEHIND;
      kinds[i >>> 2] |= (byte) (kind << ((i & 3) << 1));
      if (kind == BEHIND) {
        behind.varint(heads[i] - counter);
      }
      found += kind == NONE ? 0 : 1;
      if (counter > heads[i]) {
        throw new IllegalArgumentException("a past beyond the head of " + replicas[i]);
      }
    }
    if (found != past.size()) {
      throw new IllegalArgumentException("a past beyond the heads: " + past);
    }
    out.raw(kinds).raw(behind);
  }

  /**
   * Reads the past of the replica at that index, whose last change it cannot hold.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  Past read(ByteReader in, int own) {
    byte[] kinds = in.raw(bytes());
    ReplicaId[] found = new ReplicaId[replicas.length];
    long[] counters = new long[replicas.length];
    int size = 0;
    for (int i = 0; i < kinds.length * 4; i++) {
      int kind = (kinds[i >>> 2] >>> ((i & 3) << 1)) & 3;
      if (kind == NONE) {
        continue;
      }
      if (i >= replicas.length || kind > BEHIND || heads[i] == 0 || (i == own && kind == HEAD)) {
        throw RejectedException.malformed("a past that cannot be");
      }
      found[size] = replicas[i];
      counters[size++] = kind == HEAD ? heads[i] : heads[i] - behind(in, heads[i]);
    }
    return Past.of(
        VersionVector.ofAscending(Arrays.copyOf(found, size), Arrays.copyOf(counters, size)));
  }

  private static long behind(ByteReader in, long head) {
    long behind = in.varintAtLeast(1, "how far a past is behind");
    if (behind >= head) {
      throw RejectedException.malformed("a past behind the first change");
    }
    return behind;
  }

  /** How many bytes it takes at least. */
  int bytes() {
    return (replicas.length + 3) / 4;
  }
}
