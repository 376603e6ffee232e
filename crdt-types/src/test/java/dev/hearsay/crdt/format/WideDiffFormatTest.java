package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.SpaceState;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of a state with the types that {@link DiffFormatTest} leaves out. */
class WideDiffFormatTest {
  /** Never edit: what stands here is on people's disks. */
  static final String GOLDEN =
      "c203df27add3020102030405060708a1a2a3a4a5a6a7a80028000839b588a567a1f02a002f2f6b28"
          + "15360bd301000000000002000001000e00721a010100040104070105776f7264730404706c616e05"
          + "036c6f6705077472696d6d65640606616e737765720705636c61696d08026f6e020361646103626f"
          + "621800010001000101000400000002000f01080001010102030f0008050000000501610501640501"
          + "610302050162030205016105016305016405016405016303040702043fe800000000000005037965"
          + "7300";

  private final WideSample sample = new WideSample();
  private final SpaceState state = sample.before.apply(sample.change);
  private final byte[] bytes = DiffFormat.encode(state);

  @Test
  void theBytesNeverChange() {
    assertEquals(GOLDEN, HexFormat.of().formatHex(bytes));
    SpaceState decoded = DiffFormat.decodeState(HexFormat.of().parseHex(GOLDEN));
    assertEquals(state.digest(), decoded.digest());
    assertArrayEquals(bytes, DiffFormat.encode(decoded));
  }

  @Test
  void itCanBeReadFromThePageAlone() {
    assertEquals(
        """
        base {}
        head 01:20 hash 39b588a567a1f02a past {}
        head a1:4 hash 2f2f6b2815360bd3 past {01=20}
        latest 2+0
        atom 01:1 in words: 'a' at 1+0 by ada
        atom 01:4 in words: 'd' at 1+0 by ada
        atom 01:5 in plan: 'a' 1 at 1+0 by ada
        atom 01:6 in plan: 'b' 1 at 1+0 by ada
        atom 01:9 in log: entry 'a' at 1+0 by ada
        atom 01:11 in log: entry 'c' at 1+0 by ada
        atom 01:12 in log: entry 'd' at 1+0 by ada
        atom 01:16 in trimmed: entry 'd' at 1+0 by ada
        atom a1:1 in words: 'c' at 2+0 by bob
        atom a1:2 in answer: register 2 at 2+0 by bob
        atom a1:3 in claim: register [0.75, 'yes'] at 2+0 by bob
        atom a1:4 in on: flag null at 2+0 by bob""",
        String.join("\n", new PageReader(bytes).read()));
  }

  @Test
  void everyPrefixIsRejected() {
    Damage.everyPrefixIsRejected(bytes, DiffFormat::decode);
  }

  @Test
  void everyForgedByteIsRejectedOrMeansSomething() {
    Damage.everyForgedByteIsRejectedOrUsable(
        bytes, forged -> Sample.readAll(sample.before.join(DiffFormat.decode(forged))));
  }
}
