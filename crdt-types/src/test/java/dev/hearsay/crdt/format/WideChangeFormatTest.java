package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of what {@link WideSample} holds and {@link Sample} does not. */
class WideChangeFormatTest {
  /** Never edit: what stands here is on people's disks. */
  static final String GOLDEN =
      "c101054ae363a1a2a3a4a5a6a7a801000000000002000003626f6200000000000000000101020304"
          + "0506070801011408010205776f72647301030501620501640101050163040204706c616e01010501"
          + "63000502036c6f6701030000000000010000010a0000000000010000010b000502077472696d6d65"
          + "6401020000000000010000011000060006616e7377657201030304010111070005636c61696d0103"
          + "0702043fe800000000000005037965730101120800026f6e0101080004646f6e6501020101130106"
          + "01046f6c642f";

  private static final int PREFIXES_PART_BYTES = 8;

  private final WideSample sample = new WideSample();
  private final byte[] bytes = sample.change.toByteArray();

  @Test
  void theBytesNeverChange() {
    assertEquals(GOLDEN, HexFormat.of().formatHex(bytes));
  }

  @Test
  void decodingIsTheInverseOfEncoding() {
    EncodedChange decoded = ChangeFormat.decode(bytes);
    assertEquals(sample.change.change(), decoded.change());
    assertEquals(sample.change.hash(), decoded.hash());
    assertEquals(
        sample.before.apply(sample.change).digest(), sample.before.apply(decoded).digest());
  }

  @Test
  void thePageSaysEnoughToReadIt() {
    assertEquals(
        """
        change of a1 from 1 at 2+0 by bob after 0000000000000000
        advance 01:20
        field words of type 1
          range from 'b' to 'd'
          'c' put as 1
        field plan of type 4
          range from 'c'
        field log of type 5
          range from entry 1+0 01:10 to entry 1+0 01:11
        field trimmed of type 5
          range to entry 1+0 01:16
        field answer of type 6
          register put 2 as 2 drop 01:17
        field claim of type 7
          register put [0.75, 'yes'] as 3 drop 01:18
        field on of type 8
          flag put as 4
        field done of type 8
          flag drop 01:19
        prefix old/""",
        String.join("\n", new PageReader(HexFormat.of().parseHex(GOLDEN)).read()));
  }

  @Test
  void everyPrefixIsRejected() {
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThrows(RejectedException.class, () -> ChangeFormat.decode(prefix));
      if (length >= 6 && Damage.rejectedOrUsable(Damage.resealed(prefix), ChangeFormat::decode)) {
        // Whoever forges the checksum too can leave out the parts, which stand at the end.
        assertEquals(bytes.length - PREFIXES_PART_BYTES, length);
      }
    }
  }

  @Test
  void everyChangedByteIsRejected() {
    Damage.everyChangedByteIsRejected(bytes, ChangeFormat::decode);
  }

  @Test
  void everyForgedByteIsRejectedOrMeansSomething() {
    Damage.everyForgedByteIsRejectedOrUsable(bytes, this::use);
  }

  private void use(byte[] forged) {
    Change decoded = ChangeFormat.decode(forged).change();
    assertEquals(decoded, ChangeFormat.decode(ChangeFormat.encode(decoded).toByteArray()).change());
    Sample.readAll(sample.before.apply(ChangeFormat.decode(forged)));
  }
}
