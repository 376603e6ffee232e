package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.value.Value;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;
import org.junit.jupiter.api.Test;

/** A digest can be computed from {@code docs/format.md} alone, and is the same on every machine. */
class DigestFormatTest {
  private static final int SEED = 0x68656172;

  /** Never edit: nodes of any version compare these. */
  private static final String GOLDEN = "05c49de5ec9f0f395f60aa74d0e5eb60";

  private final Replica a = new Replica(0xA1A2A3A4A5A6A7A8L);

  @Test
  void aDigestIsTheSumOfWhatThePageDraws() {
    EncodedChange change =
        a.writeAt(
            HybridTime.ofMillis(3),
            draft -> {
              OrSet.add(draft.field(Replica.SET), Value.of("x"));
              PnCounter.increment(draft.field(Replica.COUNTER), 5);
              AppendLog.append(draft.field(Replica.LOG), Value.of(true));
              Flag.enable(draft.field(new FieldKey("on", FieldType.FLAG)));
            });
    String replica = "a1a2a3a4a5a6a7a8";
    String time = "0000000000030000";
    String author = hexText("agent-" + replica);
    List<String> members =
        List.of(
            "01" + hexText("set") + "050178" + replica + "01" + time + author + "00",
            "02" + hexText("counter") + "00" + replica + replica + "02" + time + author + "030a",
            "05" + hexText("log") + time + replica + "03" + replica + "03" + time + author + "02",
            "08" + hexText("on") + replica + "04" + time + author + "00",
            "00" + replica + "04" + HexFormat.of().toHexDigits(change.hash()));
    BigInteger sum = BigInteger.ZERO;
    for (String member : members) {
      byte[] bytes = HexFormat.of().parseHex(member);
      long[] hash = MurmurHash3.hash128x64(bytes, 0, bytes.length, SEED);
      String words = HexFormat.of().toHexDigits(hash[0]) + HexFormat.of().toHexDigits(hash[1]);
      sum = sum.add(new BigInteger(words, 16));
    }
    BigInteger modulus = BigInteger.ONE.shiftLeft(128);
    assertEquals(String.format("%032x", sum.mod(modulus)), a.state.digest().toString());
    assertEquals(GOLDEN, a.state.digest().toString());
  }

  private static String hexText(String ascii) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ascii.length());
    ascii.chars().forEach(out::write);
    return HexFormat.of().formatHex(out.toByteArray());
  }
}
