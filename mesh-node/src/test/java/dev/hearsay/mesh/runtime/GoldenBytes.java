package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.RandomMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Draws one of everything that a node says and writes today, as lines of a name and bytes. Run it
 * with a directory as its argument to write the files of a format that has no kept ones yet; those
 * that are kept are never written again.
 */
final class GoldenBytes {
  private static final ReplicaId HERE = new ReplicaId(0x3333);
  private static final ReplicaId THERE = new ReplicaId(0x4444);

  private GoldenBytes() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    Files.write(directory.resolve("wire-2.txt"), messages());
    Files.write(directory.resolve("events-2.txt"), events());
    Files.write(directory.resolve("diffs.txt"), diffs());
    Files.write(directory.resolve("snapshots.txt"), snapshots());
    Files.write(directory.resolve("closed.txt"), closed());
    GoldenFiles.node(directory.resolve("node-2.zip"));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static List<String> messages() {
    return RandomMessages.eachKind(new Random(2), 2).stream()
        .map(each -> each.getClass().getSimpleName() + " " + hex(MessageFormat.encode(each)))
        .toList();
  }

  private static EncodedChange mint(SpaceCore core, int step) {
    HybridTime start = HybridTime.ofMillis(1_700_000_000_000L);
    HybridTime next = core.head().latest().next();
    HybridTime now = next.compareTo(start) > 0 ? next : start;
    EncodedChange change =
        core.mint(now, "author", (Draft draft) -> write(draft, step)).orElseThrow();
    core.nextEvent();
    core.persisted();
    return change;
  }

  private static void write(Draft draft, int step) {
    GoldenFiles.write(new DraftTransaction(draft), step);
  }

  /** What the second of the two writes, with the steps of every kind of field, and more. */
  private static SpaceState coming(ReplicaId writer) {
    SpaceCore core = new SpaceCore(writer, SpaceLimits.DEFAULT);
    for (int step = 0; step < 40; step++) {
      mint(core, step);
    }
    return core.durable();
  }

  private static List<String> events() {
    List<SpaceEvent> events = new ArrayList<>();
    SpaceCore core = new SpaceCore(HERE, SpaceLimits.DEFAULT);
    for (int step = 0; step < 6; step += 2) {
      events.add(
          new SpaceEvent(
              List.of(
                  new SpaceEvent.Applied(mint(core, step)),
                  new SpaceEvent.Applied(mint(core, step + 1)))));
    }
    SpaceState state = core.durable();
    byte[] whole = DiffFormat.encode(state);
    events.add(
        new SpaceEvent(
            List.of(new SpaceEvent.Replaced(DiffFormat.decode(whole), new EncodedDiff(whole)))));
    OutgoingState outgoing = new OutgoingState(coming(THERE), VersionVector.EMPTY);
    byte[] head = outgoing.head();
    byte[] piece = outgoing.read(0, Long.MAX_VALUE >> 1).get(0).bytes();
    events.add(
        new SpaceEvent(
            List.of(
                new SpaceEvent.Begun(
                    5, false, outgoing.elements(), DiffFormat.decode(head), new EncodedDiff(head)),
                new SpaceEvent.Staged(5, DiffFormat.decode(piece), new EncodedDiff(piece)))));
    events.add(new SpaceEvent(List.of(new SpaceEvent.Committed(5))));
    SpaceCore replayed = new SpaceCore(new ReplicaId(9), SpaceLimits.DEFAULT);
    events.forEach(replayed::replay);
    events.add(new SpaceEvent(List.of(SpaceEvent.Rested.of(replayed.durable()))));
    List<String> lines = new ArrayList<>();
    for (SpaceEvent event : events) {
      String kinds =
          event.parts().stream()
              .map(part -> part.getClass().getSimpleName())
              .collect(Collectors.joining("+"));
      lines.add(kinds + " " + hex(event.encode()));
    }
    lines.add(where(replayed.durable()));
    return lines;
  }

  static String where(SpaceState state) {
    return state.frontier() + " " + state.digest();
  }

  /** From nothing, and from a base: with few replicas version 3, with many version 4. */
  private static List<String> diffs() {
    List<String> lines = new ArrayList<>();
    SpaceState few = coming(HERE);
    lines.add(diff(few, VersionVector.EMPTY));
    lines.add(diff(few, VersionVector.EMPTY.with(HERE, 12)));
    SpaceState many = few;
    for (int i = 0; i < 130; i++) {
      SpaceCore core = new SpaceCore(new ReplicaId(0x5000 + i), SpaceLimits.DEFAULT);
      core.restore(many);
      mint(core, 100 + i);
      many = core.durable();
    }
    lines.add(diff(many, VersionVector.EMPTY));
    lines.add(diff(many, few.frontier()));
    return lines;
  }

  private static String diff(SpaceState state, VersionVector base) {
    byte[] bytes = DiffFormat.encode(state.diff(base));
    return bytes[1] + " " + hex(bytes) + " " + where(state);
  }

  /** A base and a layer on it; with a lineage; and with what is staged. */
  private static List<String> snapshots() throws IOException {
    List<String> lines = new ArrayList<>();
    SpaceCore core = new SpaceCore(HERE, SpaceLimits.DEFAULT);
    for (int step = 0; step < 2_000; step++) {
      mint(core, step % 7 == 6 ? step + 10_000 : Math.min(step, 4) + step);
    }
    SpaceState state = core.durable();
    MemorySnapshot first = MemorySnapshot.of(state, null);
    mint(core, 3);
    OutgoingState outgoing = new OutgoingState(coming(THERE), VersionVector.EMPTY);
    StagedState staged =
        StagedState.begin(DiffFormat.decode(outgoing.head()), outgoing.elements())
            .plus(DiffFormat.decode(outgoing.read(0, 1).get(0).bytes()));
    JournaledState journaled =
        new JournaledState(core.durable(), new JournaledState.Staged(5, staged));
    add(lines, "1", MemorySnapshot.of(journaled, first));
    add(lines, "2", MemorySnapshot.of(coming(THERE).withLineage(7), null));
    return lines;
  }

  private static void add(List<String> lines, String version, MemorySnapshot snapshot) {
    snapshot.parts.forEach((name, bytes) -> lines.add(version + " " + name + " " + hex(bytes)));
  }

  /** A version vector and the hash that names it. */
  private static List<String> closed() {
    List<String> lines = new ArrayList<>();
    VersionVector vector = VersionVector.EMPTY;
    for (int i = 1; i <= 40; i++) {
      vector = vector.with(new ReplicaId(0x9e3779b97f4a7c15L * i), 1L << i);
      if (i == 1 || i == 40) {
        ByteWriter out = new ByteWriter();
        vector.write(out);
        Digest hash = ClosedVector.of(vector).hash();
        lines.add(hex(out.toByteArray()) + " " + hash);
      }
    }
    return lines;
  }
}
