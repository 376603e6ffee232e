package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes on the wire today. Whoever changes them changes the version. */
class GoldenMessagesTest {
  private static final VersionVector FRONTIER =
      VersionVector.EMPTY.with(new ReplicaId(0x0102030405060708L), 300);
  private static final Digest DIGEST = new Digest(0x1122334455667788L, 0x99aabbccddeeff00L);
  private static final VoterView VIEW =
      new VoterView(3, List.of(List.of("a", "b")), List.of(List.of("c")));

  static Stream<Arguments> messages() {
    return Stream.of(
        Arguments.of(
            Hellos.of("id", 0x0a0b0c0d0e0f1011L, "name", List.of(new HostPort("127.0.0.1", 7401))),
            "480101026964"
                + "0a0b0c0d0e0f1011"
                + "046e616d65"
                + "010e3132372e302e302e313a37343031"),
        Arguments.of(
            new Message.Hello("m", "id", 0x0a0b0c0d0e0f1011L, "name", List.of()),
            "480141" + "016d" + "026964" + "0a0b0c0d0e0f1011" + "046e616d65" + "00"),
        Arguments.of(new Message.PushAck(300), "480103" + "ac02"),
        Arguments.of(new Message.Summary(DIGEST), "480104" + "112233445566778899aabbccddeeff00"),
        Arguments.of(
            new Message.Rows(List.of(new Message.Row("s", FRONTIER, DIGEST)), true),
            "480105"
                + "01"
                + "01"
                + "0173"
                + "010102030405060708ac02"
                + "112233445566778899aabbccddeeff00"),
        Arguments.of(new Message.Rows(List.of(), false), "480105" + "00" + "00"),
        Arguments.of(new Message.Want("s", FRONTIER), "480106" + "0173" + "010102030405060708ac02"),
        Arguments.of(
            new Message.Answer("s", List.of(), Message.Then.WAIT), "480107" + "0173" + "00" + "00"),
        Arguments.of(
            new Message.Answer("s", List.of(), Message.Then.DONE), "480107" + "0173" + "01" + "00"),
        Arguments.of(
            new Message.Answer("s", List.of(), Message.Then.ASK_AGAIN),
            "480107" + "0173" + "02" + "00"),
        Arguments.of(
            new Message.Frontiers(List.of(new Message.FrontierRow("s", FRONTIER))),
            "480108" + "01" + "0173" + "010102030405060708ac02"),
        Arguments.of(
            new Message.Prune(List.of(new ReplicaId(0x0102030405060708L))),
            "48010f" + "01" + "0102030405060708"),
        Arguments.of(
            new Message.Roles(0x0a0b0c0d0e0f1011L, List.of("eu", "gpu"), true),
            "480128" + "0a0b0c0d0e0f1011" + "01" + "02" + "026575" + "03677075"),
        Arguments.of(
            new Message.Handover("s", FRONTIER, DIGEST),
            "480129" + "0173" + "010102030405060708ac02" + "112233445566778899aabbccddeeff00"),
        Arguments.of(
            new Message.Covered("s", FRONTIER), "48012a" + "0173" + "010102030405060708ac02"),
        Arguments.of(new Message.Leaves("s"), "480127" + "0173"),
        Arguments.of(
            new Message.PruneIn("s", List.of(new ReplicaId(7))),
            "48012b" + "0173" + "01" + "0000000000000007"),
        Arguments.of(
            new Message.GraftIn("s", List.of(new ReplicaId(7))),
            "48012c" + "0173" + "01" + "0000000000000007"),
        Arguments.of(
            new Message.Fetch(6, "s", FRONTIER, VersionVector.EMPTY, 300),
            "48012d" + "0000000000000006" + "0173" + "010102030405060708ac02" + "00" + "ac02"),
        Arguments.of(new Message.FetchMore(6, 16), "48012e" + "0000000000000006" + "10"),
        Arguments.of(
            new Message.Fetched(6, 1, 2, Piece.of(new byte[] {9, 8, 7}, 1, 3)),
            "48012f" + "0000000000000006" + "01" + "02" + "020807"),
        Arguments.of(
            new Message.Outcome(6, RemoteResult.TIMED_OUT, "no"),
            "480131" + "0000000000000006" + "02" + "026e6f"),
        Arguments.of(
            new Message.Graft(List.of(new ReplicaId(7), new ReplicaId(-1))),
            "480110" + "02" + "0000000000000007" + "ffffffffffffffff"),
        Arguments.of(
            new Message.AckAsk("s", 5, FRONTIER, 7, true),
            "48011e"
                + "0173"
                + "0000000000000005"
                + "010102030405060708ac02"
                + "0000000000000007"
                + "01"),
        Arguments.of(
            new Message.AckTell("s", 5, "id", 9, FRONTIER, VIEW, FRONTIER),
            "48011f"
                + "0173"
                + "0000000000000005"
                + "026964"
                + "0000000000000009"
                + "010102030405060708ac02"
                + "01"
                + "0301020161016201010163"
                + "010102030405060708ac02"),
        Arguments.of(
            new Message.AckTell("s", 5, "id", 9, FRONTIER, null, VersionVector.EMPTY),
            "48011f"
                + "0173"
                + "0000000000000005"
                + "026964"
                + "0000000000000009"
                + "010102030405060708ac02"
                + "00"
                + "00"),
        Arguments.of(
            new ChainAsk("s", 5, FRONTIER, 7),
            "480123" + "0173" + "0000000000000005" + "010102030405060708ac02" + "0000000000000007"),
        Arguments.of(
            new StandAsk("s", 5, 7), "480125" + "0173" + "0000000000000005" + "0000000000000007"),
        Arguments.of(
            new StandTell("s", 5, "id", 9, FRONTIER, DIGEST, VIEW),
            "480126"
                + "0173"
                + "0000000000000005"
                + "026964"
                + "0000000000000009"
                + "010102030405060708ac02"
                + "112233445566778899aabbccddeeff00"
                + "01"
                + "0301020161016201010163"),
        Arguments.of(
            new ChainTell(
                "s", 5, "id", 9, List.of(new ForkTalk.Head(new ReplicaId(7), 300, 8)), VIEW),
            "480124"
                + "0173"
                + "0000000000000005"
                + "026964"
                + "0000000000000009"
                + "01"
                + "0000000000000007"
                + "ac02"
                + "0000000000000008"
                + "01"
                + "0301020161016201010163"),
        Arguments.of(
            new Message.VoteAsk("s", 5, 4, new Ballot(2, 6), List.of("a", "b")),
            "480120" + "0173" + "0000000000000005" + "04" + "020000000000000006" + "0201610162"),
        Arguments.of(
            new Message.VoteTell(
                "s", 5, "id", true, new Ballot(2, 6), Ballot.NONE, List.of(), FRONTIER, VIEW),
            "480121"
                + "0173"
                + "0000000000000005"
                + "026964"
                + "01"
                + "020000000000000006"
                + "000000000000000000"
                + "00"
                + "010102030405060708ac02"
                + "0301020161016201010163"),
        Arguments.of(
            new Message.Doubt("s", FRONTIER), "480122" + "0173" + "010102030405060708ac02"),
        Arguments.of(
            new Message.GroupSums(Collections.nCopies(64, DIGEST)),
            "48010c" + "112233445566778899aabbccddeeff00".repeat(64)),
        Arguments.of(
            new Message.BucketSums(63, Collections.nCopies(64, DIGEST)),
            "48010d" + "3f" + "112233445566778899aabbccddeeff00".repeat(64)),
        Arguments.of(
            new Message.Fork(
                "s",
                new ForkTalk.Heads(
                    List.of(new ForkTalk.Head(new ReplicaId(7), 300, 0x1122334455667788L)),
                    List.of(new ReplicaId(-1)),
                    true)),
            "48013c"
                + "0173"
                + "01"
                + "01ffffffffffffffff"
                + "010000000000000007ac021122334455667788"),
        Arguments.of(
            new Message.Fork(
                "s", new ForkTalk.WantLinks(new ReplicaId(7), 300, 0x1122334455667788L)),
            "48013d" + "0173" + "0000000000000007ac021122334455667788"),
        Arguments.of(
            new Message.Fork(
                "s",
                new ForkTalk.Links(
                    new ReplicaId(7),
                    300,
                    true,
                    FRONTIER,
                    List.of(new ForkTalk.Link(301, 303, 0x1122334455667788L)))),
            "48013e"
                + "0173"
                + "0000000000000007ac0201"
                + "010102030405060708ac02"
                + "01ad02af021122334455667788"),
        Arguments.of(new Message.Twin(7, 300, true), "48013f" + "0000000000000007" + "ac02" + "01"),
        Arguments.of(new Message.Former(7), "480140" + "0000000000000007"),
        Arguments.of(
            new Message.BookAsk(9, List.of(new BookPlace(new HostPort("127.0.0.1", 7401), 300))),
            "480146" + "0000000000000009" + "01" + "0e3132372e302e302e313a37343031" + "ac02"),
        Arguments.of(
            new Message.BookTell(
                9,
                List.of(
                    new Book(
                        new HostPort("127.0.0.1", 7401),
                        "id",
                        "name",
                        7,
                        true,
                        List.of("eu", "gpu"),
                        300,
                        2,
                        List.of(new Message.FrontierRow("s", FRONTIER))))),
            "480147"
                + "0000000000000009"
                + "01"
                + "0e3132372e302e302e313a37343031"
                + "026964"
                + "046e616d65"
                + "0000000000000007"
                + "01"
                + "0202657503677075"
                + "ac02"
                + "02"
                + "01"
                + "0173"
                + "010102030405060708ac02"),
        Arguments.of(new Message.ClockAsk(7), "480148" + "0000000000000007"),
        Arguments.of(
            new Message.ClockTell(7, 0x0000018bcfe56800L),
            "480149" + "0000000000000007" + "0000018bcfe56800"),
        Arguments.of(
            new Message.Closed(
                List.of(new Message.ClosedRef(0, DIGEST)), new Message.Want("s", FRONTIER)),
            "480150"
                + "01"
                + "00"
                + "112233445566778899aabbccddeeff00"
                + "480106"
                + "0173"
                + "010102030405060708ac02"),
        Arguments.of(
            new Message.ClosedUnknown(List.of(DIGEST)),
            "480154" + "01" + "112233445566778899aabbccddeeff00"),
        Arguments.of(
            new Message.Closing("s", new ClosingTalk.Held(DIGEST, true)),
            "480151" + "0173" + "112233445566778899aabbccddeeff00" + "01"),
        Arguments.of(
            new Message.Closing("s", new ClosingTalk.Ask(DIGEST, Digest.ZERO, 300)),
            "480152"
                + "0173"
                + "112233445566778899aabbccddeeff00"
                + "00000000000000000000000000000000"
                + "ac02"),
        Arguments.of(
            new Message.Closing("s", new ClosingTalk.Tell(DIGEST, DIGEST, 2, 1, FRONTIER)),
            "480153"
                + "0173"
                + "112233445566778899aabbccddeeff00"
                + "112233445566778899aabbccddeeff00"
                + "02"
                + "01"
                + "010102030405060708ac02"),
        Arguments.of(
            new Message.BucketRows(
                List.of(2, 4095), List.of(new Message.Row("s", FRONTIER, DIGEST))),
            "48010e"
                + "02"
                + "0002"
                + "0fff"
                + "01"
                + "0173"
                + "010102030405060708ac02"
                + "112233445566778899aabbccddeeff00"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void theBytesAreTheOnesWrittenDown(Message message, String hex) {
    assertEquals(hex, HexFormat.of().formatHex(MessageFormat.encode(message)));
    assertEquals(message, MessageFormat.decode(HexFormat.of().parseHex(hex)));
  }

  @Test
  void aPushCarriesTheBytesOfItsChanges() {
    byte[] change = new Changes(7).add("x").toByteArray();
    byte[] push = MessageFormat.encode(new Message.Push("s", 3, List.of(new Changes(7).add("x"))));
    String body = HexFormat.of().formatHex(change);
    assertEquals(
        "480102" + "0173" + "03" + "01" + HexFormat.of().toHexDigits((byte) change.length) + body,
        HexFormat.of().formatHex(push));
  }

  @Test
  void aFragmentNamesItsMessageItsPlaceAndTheWhole() {
    byte[] whole = new byte[Fragments.FRAGMENT_BYTES + 2];
    whole[Fragments.FRAGMENT_BYTES] = 0x55;
    whole[Fragments.FRAGMENT_BYTES + 1] = 0x66;
    byte[] last = Fragments.split(whole, 0x1234).get(1);
    assertArrayEquals(
        HexFormat.of().parseHex("48010b" + "0000000000001234" + "01" + "828003" + "5566"), last);
  }
}
