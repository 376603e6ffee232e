package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.RandomMessages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the golden files of a format: what nodes of that format say and leave on their disks.
 * Those of a format that nodes have spoken are never written again; a new format gets files of its
 * own beside them. Run it with the directory as its argument.
 */
final class GoldenFiles {
  /** Written on both nodes, whose first changes do not know of each other. */
  static final String SPACE = "golden";

  private static final ReplicaId HERE = new ReplicaId(0x1111);
  private static final ReplicaId THERE = new ReplicaId(0x2222);

  private GoldenFiles() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    Files.write(directory.resolve("wire-1.txt"), messages());
    Files.write(directory.resolve("events-1.txt"), events());
    node(directory.resolve("node-1.zip"));
  }

  /** One change of every kind of field and of deletion for each step. */
  static void write(Fields fields, int step) {
    switch (step) {
      case 0 -> {
        fields.orSet("set", String.class).addAll(List.of("apple", "pear", "ünï©ode"));
        fields.pnCounter("counter").increment(5);
        fields.lwwRegister("register", String.class).set("first");
        fields.flag("flag").enable();
      }
      case 1 -> {
        fields.orSet("set", String.class).remove("pear");
        fields.pnCounter("counter").increment(-7);
        fields.orMap("map", Long.class).put("k", 1L << 40);
        fields.appendLog("log", String.class).append("one");
        fields.mvRegister("mv", Double.class).set(1.5);
        fields.confidenceRegister("claim", String.class).set("likely", 0.75);
      }
      case 2 -> {
        fields.lwwRegister("register", String.class).set("second");
        fields.orMap("map", Long.class).remove("k");
        fields.appendLog("log", String.class).append("two");
        fields.flag("flag").disable();
        fields.orSet("gone/set", String.class).add("x");
      }
      case 3 -> {
        fields.pnCounter("counter").reset();
        fields.deletePrefix("gone/");
        fields.orSet("set", String.class).removeRange("a", "b");
        fields.appendLog("log", String.class).keepLast(1);
      }
      default -> fields.orSet("many", Integer.class).add(step);
    }
  }

  private static EncodedChange mint(SpaceCore core, int step) {
    HybridTime now = core.head().latest().next();
    EncodedChange change =
        core.mint(
                now.compareTo(HybridTime.ofMillis(1_700_000_000_000L)) > 0
                    ? now
                    : HybridTime.ofMillis(1_700_000_000_000L),
                "author",
                (Draft draft) -> write(new DraftTransaction(draft), step))
            .orElseThrow();
    core.nextEvent();
    core.persisted();
    return change;
  }

  private static List<String> messages() {
    List<String> lines = new ArrayList<>();
    RandomMessages messages = new RandomMessages(new Random(1), List.of(SPACE));
    SpaceCore core = new SpaceCore(HERE, SpaceLimits.DEFAULT);
    add(lines, new Message.Push(SPACE, 1, List.of(mint(core, 0), mint(core, 1))));
    Set<Class<?>> kinds = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Message message = messages.any();
      if (kinds.add(message.getClass()) || i % 10 == 0) {
        add(lines, message);
      }
    }
    return lines;
  }

  private static void add(List<String> lines, Message message) {
    lines.add(
        message.getClass().getSimpleName()
            + " "
            + HexFormat.of().formatHex(MessageFormat.encode(message)));
  }

  /** Events of one space, then the frontier and the digest that they lead to. */
  private static List<String> events() {
    List<String> lines = new ArrayList<>();
    SpaceCore here = new SpaceCore(HERE, SpaceLimits.DEFAULT);
    SpaceCore there = new SpaceCore(THERE, SpaceLimits.DEFAULT);
    for (int step = 0; step < 4; step++) {
      SpaceEvent event = new SpaceEvent(List.of(new SpaceEvent.Applied(mint(here, step))));
      lines.add(HexFormat.of().formatHex(event.encode()));
      mint(there, step);
    }
    StateDiff diff = there.durable().diff(VersionVector.EMPTY);
    byte[] encoded = DiffFormat.encode(diff);
    SpaceEvent joined =
        new SpaceEvent(List.of(new SpaceEvent.Joined(diff, new EncodedDiff(encoded))));
    here.replay(joined);
    lines.add(HexFormat.of().formatHex(joined.encode()));
    lines.add(
        HexFormat.of()
            .formatHex(
                new SpaceEvent(
                        List.of(
                            new SpaceEvent.Applied(mint(here, 100)),
                            new SpaceEvent.Applied(mint(here, 101))))
                    .encode()));
    lines.add(here.durable().frontier() + " " + here.durable().digest());
    return lines;
  }

  /** The directory of a node that has a snapshot and journaled on. */
  static void node(Path zip) throws IOException {
    Path directory = Files.createTempDirectory("golden-node-");
    String digest;
    try (MeshNode node =
        MeshNode.builder().name("golden").dataDirectory(directory).listen("127.0.0.1", 0).start()) {
      Space space = node.agent("author").space(SPACE);
      for (int step = 0; step < 1_010; step++) {
        int now = step;
        space.update(tx -> write(tx, now));
      }
      digest = space.digest();
    }
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(GoldenFiles::isKept).sorted().toList()) {
        out.putNextEntry(new ZipEntry("data/" + directory.relativize(file)));
        out.write(Files.readAllBytes(file));
      }
      out.putNextEntry(new ZipEntry("digest"));
      out.write(digest.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Locks, room kept free and the native library are of the process, and not of the format. */
  private static boolean isKept(Path file) {
    String name = file.toString();
    return Files.isRegularFile(file)
        && !name.endsWith("hearsay.lock")
        && !name.endsWith("hearsay.reserve")
        && !name.contains("native");
  }
}
