package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.codec.digest.MurmurHash3;
import org.junit.jupiter.api.Test;

/** Digests on the wire are made of this hash, so that it must be the one everybody knows. */
class Murmur3Test {
  @Test
  void isTheHashThatCommonsCodecComputesAtEveryLength() {
    Random random = new Random(7);
    byte[] bytes = new byte[200];
    for (int round = 0; round < 50; round++) {
      random.nextBytes(bytes);
      for (int length = 0; length <= bytes.length; length++) {
        int seed = random.nextInt();
        assertArrayEquals(
            MurmurHash3.hash128x64(bytes, 0, length, seed),
            Murmur3.hash(bytes, length, seed),
            "of " + length + " bytes, seed " + seed);
        assertArrayEquals(
            MurmurHash3.hash128x64(bytes, 0, length, seed),
            Murmur3.hash(Arrays.copyOf(bytes, length), length, seed),
            "of all " + length + " bytes, seed " + seed);
      }
    }
  }
}
