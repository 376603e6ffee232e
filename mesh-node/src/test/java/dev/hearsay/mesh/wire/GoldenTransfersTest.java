package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of transfers on the wire today. */
class GoldenTransfersTest {
  private static final String NAME_AND_ID = "0173" + "0000000000000005";

  static Stream<Arguments> messages() {
    VersionVector vector = VersionVector.EMPTY.with(new ReplicaId(0x0102030405060708L), 300);
    String bytes = "010102030405060708ac02";
    return Stream.of(
        Arguments.of(
            new Message.StateOffer("s", 5, true, 300, 2, 1),
            "480132" + NAME_AND_ID + "01" + "ac02" + "02" + "01"),
        Arguments.of(
            new Message.StateHead("s", 5, 300, false, Piece.of(new byte[] {8, 7})),
            "480133" + NAME_AND_ID + "ac02" + "00" + "020807"),
        Arguments.of(
            new Message.StatePiece("s", 5, 300, 2, true, Piece.of(new byte[] {8, 7})),
            "480134" + NAME_AND_ID + "ac02" + "02" + "01" + "020807"),
        Arguments.of(
            new Message.StateAsk("s", 5, 1, 300, 2), "480135" + NAME_AND_ID + "01" + "ac02" + "02"),
        Arguments.of(
            new Message.StateResume("s", vector, VersionVector.EMPTY, vector),
            "480136" + "0173" + bytes + "00" + bytes),
        Arguments.of(new Message.StateGone("s", 5), "480137" + NAME_AND_ID));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void theBytesAreTheOnesWrittenDown(Message message, String hex) {
    assertEquals(hex, HexFormat.of().formatHex(MessageFormat.encode(message)));
    assertEquals(message, MessageFormat.decode(HexFormat.of().parseHex(hex)));
  }
}
