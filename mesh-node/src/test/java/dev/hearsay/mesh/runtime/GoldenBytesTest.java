package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The bytes of today, of everything that has a number: they are read, and written again as they
 * were. Who changes a format changes its version or its number, keeps these files, and adds others
 * ({@link GoldenBytes}).
 */
class GoldenBytesTest {
  /** A fragment of a message is none by itself. */
  private static final int FRAGMENT = 11;

  private static List<String[]> lines(String name) throws IOException {
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream("/golden/" + name)) {
      String text =
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split(" ", -1)).toList();
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static Set<String> kinds(Class<?> sealed) {
    Set<String> kinds = new TreeSet<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      if (kind.isRecord()) {
        kinds.add(kind.getSimpleName());
      } else {
        kinds.addAll(kinds(kind));
      }
    }
    return kinds;
  }

  /** The numbers of which a reader does not say that it does not know them. */
  private static Set<Integer> numbers(IntPredicate isKnown) {
    return IntStream.range(0, 256)
        .filter(isKnown)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isMessage(int number) {
    try {
      MessageFormat.decode(new byte[] {'H', 1, (byte) number});
      return true;
    } catch (RejectedException e) {
      return e.reason() != RejectedException.Reason.UNKNOWN_VERSION;
    }
  }

  @Test
  void messagesAreReadAndWrittenAsTheyWere() throws IOException {
    for (String[] line : lines("wire-2.txt")) {
      Message message = MessageFormat.decode(bytes(line[1]));
      assertEquals(line[0], message.getClass().getSimpleName());
      assertEquals(line[1], HexFormat.of().formatHex(MessageFormat.encode(message)));
    }
  }

  @Test
  void everyKindOfMessageIsKept() throws IOException {
    Set<String> names = new TreeSet<>();
    Set<Integer> numbers = new TreeSet<>(Set.of(FRAGMENT));
    for (String[] line : lines("wire-2.txt")) {
      names.add(line[0]);
      numbers.add(bytes(line[1])[2] & 0xff);
    }
    assertEquals(kinds(Message.class), names);
    Set<Integer> known = numbers(GoldenBytesTest::isMessage);
    known.add(FRAGMENT);
    assertEquals(known, numbers);
    assertTrue(known.size() > 40, known::toString);
  }

  private static boolean isPart(int number) {
    try {
      SpaceEvent.decode(new byte[] {1, 1, (byte) number, 0});
      return true;
    } catch (RejectedException e) {
      return e.reason() != RejectedException.Reason.UNKNOWN_VERSION;
    }
  }

  @Test
  void journaledEventsAreReplayedAndWrittenAsTheyWere() throws IOException {
    List<String[]> lines = lines("events-2.txt");
    SpaceCore core = new SpaceCore(new ReplicaId(9), SpaceLimits.DEFAULT);
    for (String[] line : lines.subList(0, lines.size() - 1)) {
      SpaceEvent event = SpaceEvent.decode(bytes(line[1]));
      assertEquals(line[1], HexFormat.of().formatHex(event.encode()));
      for (SpaceEvent.Part part : event.parts()) {
        if (part instanceof SpaceEvent.Applied applied) {
          byte[] whole = applied.change().toByteArray();
          assertArrayEquals(whole, ChangeFormat.encode(applied.change().change()).toByteArray());
        }
      }
      assertEquals(0, core.replay(event));
    }
    String expected = String.join(" ", lines.get(lines.size() - 1));
    assertEquals(expected, GoldenBytes.where(core.durable()));
  }

  /** Kind 2 is not written any more, and kept in the files of before. */
  @Test
  void everyKindOfJournaledPartIsKept() throws IOException {
    Set<String> names = new TreeSet<>(Set.of("Joined"));
    Set<Integer> numbers = new TreeSet<>();
    List<String> events = new ArrayList<>();
    lines("events-1.txt").stream()
        .filter(line -> line.length == 1)
        .forEach(line -> events.add(line[0]));
    for (String[] line : lines("events-2.txt")) {
      if (line.length == 2 && !line[0].startsWith("{")) {
        names.addAll(List.of(line[0].split("\\+", -1)));
        events.add(line[1]);
      }
    }
    for (String event : events) {
      ByteReader in = new ByteReader(bytes(event));
      in.u8();
      for (int parts = in.count(2, "parts"); parts > 0; parts--) {
        numbers.add(in.u8());
        in.bytes();
      }
    }
    assertEquals(kinds(SpaceEvent.Part.class), names);
    assertEquals(numbers(GoldenBytesTest::isPart), numbers);
  }

  @Test
  void diffsOfBothVersionsThatAreWrittenAreReadAndWrittenAsTheyWere() throws IOException {
    Set<String> versions = new TreeSet<>();
    SpaceState few = SpaceState.EMPTY;
    SpaceState many = SpaceState.EMPTY;
    for (String[] line : lines("diffs.txt")) {
      versions.add(line[0]);
      byte[] diff = bytes(line[1]);
      assertEquals(line[0], Byte.toString(diff[1]));
      assertArrayEquals(diff, DiffFormat.encode(DiffFormat.decode(diff)));
      boolean isFromNothing = DiffFormat.decode(diff).base().equals(VersionVector.EMPTY);
      SpaceState joined = (isFromNothing ? SpaceState.EMPTY : few).join(DiffFormat.decode(diff));
      String expected = String.join(" ", List.of(line).subList(2, line.length));
      if (line[0].equals("3")) {
        few = isFromNothing ? joined : few;
      } else {
        many = joined;
      }
      assertEquals(expected, GoldenBytes.where(joined));
    }
    assertEquals(Set.of("3", "4"), versions);
    assertTrue(many.frontier().size() > 128);
  }

  /** As kept inside of a journaled event. */
  @Test
  void diffsOfVersion2AreRead() throws IOException {
    byte[] event = bytes(lines("events-1.txt").get(4)[0]);
    SpaceEvent.Joined joined = (SpaceEvent.Joined) SpaceEvent.decode(event).parts().get(0);
    ByteReader in = new ByteReader(event);
    in.raw(3); // version, count, kind
    byte[] diff = in.bytes();
    assertEquals(2, diff[1]);
    assertEquals(VersionVector.EMPTY, joined.diff().base());
  }

  private static MemorySnapshot kept(String version) throws IOException {
    MemorySnapshot snapshot = new MemorySnapshot(null);
    for (String[] line : lines("snapshots.txt")) {
      if (line[0].equals(version)) {
        snapshot.parts.put(line[1], bytes(line[2]));
      }
    }
    return snapshot;
  }

  @Test
  void snapshotsAreReadAndWrittenAsTheyWere() throws IOException {
    SpaceSnapshotSerializer serializer = new SpaceSnapshotSerializer();
    MemorySnapshot layered = kept("1");
    assertEquals(4, layered.parts.size(), "a head, two layers, and what is staged");
    JournaledState journaled = (JournaledState) serializer.readParts("S", layered);
    MemorySnapshot below = new MemorySnapshot(null);
    below.parts.putAll(layered.parts);
    MemorySnapshot again = MemorySnapshot.of(journaled, below);
    assertEquals(layered.names(), again.names());
    layered.parts.forEach((name, bytes) -> assertArrayEquals(bytes, again.parts.get(name), name));
    MemorySnapshot lineage = kept("2");
    SpaceState state = (SpaceState) serializer.readParts("S", lineage);
    assertEquals(7, state.lineage());
    MemorySnapshot anew = MemorySnapshot.of(state, null);
    assertEquals(lineage.names(), anew.names());
    lineage.parts.forEach((name, bytes) -> assertArrayEquals(bytes, anew.parts.get(name), name));
  }

  @Test
  void closedVectorsHaveTheNamesThatTheyHad() throws IOException {
    for (String[] line : lines("closed.txt")) {
      ByteReader in = new ByteReader(bytes(line[0]));
      VersionVector vector = VersionVector.read(in);
      in.end();
      assertEquals(line[1], ClosedVector.of(vector).hash().toString());
      ByteWriter out = new ByteWriter();
      vector.write(out);
      assertEquals(line[0], HexFormat.of().formatHex(out.toByteArray()));
    }
  }
}
