package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
  private static final int PEERS_MAX = 3;

  private final Reassembly reassembly = new Reassembly(PEERS_MAX);

  private static HostPort peer(int number) {
    return new HostPort("peer", 1 + number);
  }

  private static byte[] large() {
    byte[] message = new byte[Fragments.FRAGMENT_BYTES + 10];
    message[0] = (byte) MessageFormat.MAGIC;
    message[1] = (byte) MessageFormat.VERSION;
    message[2] = 4;
    return message;
  }

  @Test
  void piecesOfDifferentPeersAreNotMixed() {
    List<byte[]> pieces = Fragments.split(large(), 1);
    assertTrue(reassembly.join(peer(1), pieces.get(0)).isEmpty());
    assertTrue(reassembly.join(peer(2), pieces.get(1)).isEmpty());
    assertArrayEquals(large(), reassembly.join(peer(1), pieces.get(1)).orElseThrow());
    assertEquals(1, reassembly.peers());
    assertArrayEquals(large(), reassembly.join(peer(2), pieces.get(0)).orElseThrow());
    assertEquals(0, reassembly.peers());
    assertEquals(0, reassembly.bytes());
  }

  @Test
  void onePeersOlderMessagesGiveWayToItsNewerOnesAndThatIsCounted() {
    for (int id = 0; id < Fragments.UNFINISHED_MAX + 2; id++) {
      reassembly.join(peer(1), Fragments.split(large(), id).get(0));
    }
    assertEquals(2, reassembly.forgotten());
  }

  @Test
  void onlyPeersWithAMessageInPiecesTakeRoom() {
    byte[] small = {(byte) MessageFormat.MAGIC, (byte) MessageFormat.VERSION, 4};
    for (int i = 0; i < 10; i++) {
      int number = i;
      reassembly.join(peer(i), small);
      assertThrows(
          RejectedException.class, () -> reassembly.join(peer(number), new byte[] {1, 2, 3}));
    }
    assertEquals(0, reassembly.peers());
  }

  @Test
  void thoseWhoNeverEndTheirMessagesDoNotKeepOthersOut() {
    List<byte[]> pieces = Fragments.split(large(), 1);
    for (int i = 0; i < 10; i++) {
      reassembly.join(peer(i), pieces.get(0));
    }
    assertEquals(PEERS_MAX, reassembly.peers());
    reassembly.join(peer(77), pieces.get(0));
    assertArrayEquals(large(), reassembly.join(peer(77), pieces.get(1)).orElseThrow());
    assertEquals(8, reassembly.forgotten(), "and that is counted");
    reassembly.forget(peer(9));
    assertTrue(reassembly.join(peer(9), pieces.get(1)).isEmpty());
  }

  private static List<byte[]> largest(int id) {
    byte[] largest = new byte[MessageFormat.MESSAGE_BYTES_MAX];
    System.arraycopy(large(), 0, largest, 0, 3);
    return Fragments.split(largest, id);
  }

  /** Each keeps to what one may have; together they may not. */
  @Test
  void ofTooMuchOfAllTogetherWhatIsNotHeardOfForLongestGoes() {
    Reassembly many = new Reassembly(1_000);
    for (int number = 1; number <= 200; number++) {
      many.join(peer(0), largest(1).get(number % 2));
      for (byte[] part : largest(1).subList(1, 23)) {
        many.join(peer(number), part);
      }
      assertTrue(many.bytes() <= Reassembly.BYTES_MAX);
    }
    assertTrue(many.peers() < 70);
    assertEquals(201, many.peers() + many.forgotten(), "and that is counted");
    for (int index = 2; index < 22; index++) {
      assertTrue(many.join(peer(0), largest(1).get(index)).isEmpty());
    }
    assertEquals(
        MessageFormat.MESSAGE_BYTES_MAX,
        many.join(peer(0), largest(1).get(22)).orElseThrow().length);
    for (int number = 1; number <= 200; number++) {
      many.forget(peer(number));
    }
    assertEquals(0, many.bytes());
  }

  @Test
  void manyWhoBeginAndNeverEndDoNotKeepOutOneWhoSendsALargeMessage() {
    Reassembly many = new Reassembly(1_000);
    for (int number = 1; number <= 800; number++) {
      many.join(peer(number), largest(1).get(0));
      many.join(peer(number), largest(1).get(1));
    }
    int whole = 0;
    for (byte[] part : largest(2)) {
      whole += many.join(peer(0), part).isPresent() ? 1 : 0;
    }
    assertEquals(1, whole);
  }
}
