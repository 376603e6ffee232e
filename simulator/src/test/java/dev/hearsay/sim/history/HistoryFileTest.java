package dev.hearsay.sim.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.crdt.Dot;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.SetReads;
import dev.hearsay.sim.workload.HandMesh;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Session;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.workload.WriteProgress;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import dev.hearsay.sim.world.Simulation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients do and see stands in the history, as docs/simulation.md says. */
class HistoryFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringWriter out = new StringWriter();

  private List<JsonNode> lines(HistoryFile file) throws IOException {
    file.close();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().split("\n", -1)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void everyOperationIsALineWithEveryName() throws IOException {
    HistoryFile file = new HistoryFile(out);
    HandMesh mesh = new HandMesh(new SetReads(), 2, file);
    Session session = mesh.session("a/0", 0);
    session.write(
        "memory",
        WriteOptions.quorum(Duration.ofSeconds(1)),
        tx -> {
          tx.orSet("names", String.class).add("x");
          tx.orMap("ages", Integer.class).put("x", 7);
        },
        outcome -> {});
    session.read(
        "memory",
        ReadOptions.after(new Frontier(mesh.node(0).state().frontier()), Duration.ofSeconds(1)),
        fields -> fields.orSet("names", String.class).values(),
        outcome -> {});
    List<JsonNode> lines = lines(file);
    assertEquals(3, lines.size());
    JsonNode add = lines.get(0);
    Set<String> names = new TreeSet<>();
    add.fieldNames().forEachRemaining(names::add);
    assertEquals(
        new TreeSet<>(
            Set.of(
                "run",
                "node",
                "session",
                "transaction",
                "call",
                "operation",
                "space",
                "field",
                "type",
                "key",
                "value",
                "result",
                "start",
                "end",
                "acknowledgement",
                "change",
                "after",
                "frontier",
                "error")),
        names);
    assertEquals("[0,a,a/0,1,write,add,memory,names,OrSet,null,x,ok,QUORUM]", some(add));
    assertEquals(1_000_000, add.get("start").asLong());
    assertEquals(2_000_000, add.get("end").asLong());
    assertEquals("0000000000000001:2", add.get("change").asText());
    assertTrue(add.get("after").isNull() && add.get("error").isNull());
    JsonNode put = lines.get(1);
    assertEquals("[0,a,a/0,1,write,put,memory,ages,OrMap,x,7,ok,QUORUM]", some(put));
    JsonNode read = lines.get(2);
    assertEquals("[0,a,a/0,2,read,read,memory,names,OrSet,null,[\"x\"],ok,LOCAL]", some(read));
    assertTrue(read.get("change").isNull());
    assertEquals(add.get("frontier"), read.get("after"));
    assertEquals(add.get("frontier"), read.get("frontier"));
  }

  private static String some(JsonNode line) {
    List<String> values = new ArrayList<>();
    for (String name :
        List.of(
            "run",
            "node",
            "session",
            "transaction",
            "call",
            "operation",
            "space",
            "field",
            "type",
            "key",
            "value",
            "result",
            "acknowledgement")) {
      JsonNode value = line.get(name);
      values.add(value.isTextual() ? value.asText() : value.toString());
    }
    return values.toString().replace(", ", ",");
  }

  @Test
  void whatFailedSaysWhy() throws IOException {
    HistoryFile file = new HistoryFile(out);
    HandMesh mesh = new HandMesh(new SetReads(), 1, file);
    Session session = mesh.session("a/0", 0);
    session.write("memory", tx -> tx.confidenceRegister("c", String.class).set("x", 1));
    session.write(
        "memory",
        tx -> {
          tx.pnCounter("n").increment();
          tx.confidenceRegister("c", String.class).set("y", 0.5);
        });
    List<JsonNode> lines = lines(file);
    assertEquals(2, lines.size());
    assertEquals("increment", lines.get(1).get("operation").asText());
    assertEquals("fail", lines.get(1).get("result").asText());
    assertTrue(lines.get(1).get("error").asText().startsWith("OUTWEIGHED: "));
    assertTrue(lines.get(1).get("frontier").isNull());
  }

  /** A node of which nobody is told how a call ended; reads do not even begin. */
  private record Silent(HandMesh.Node place) implements MeshClient {
    @Override
    public String node() {
      return place.node();
    }

    @Override
    public List<String> nodes() {
      return place.nodes();
    }

    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public long nanos() {
      return place.nanos();
    }

    @Override
    public void after(Duration delay, Runnable task) {
      place.after(delay, task);
    }

    @Override
    public RandomGenerator random() {
      return place.random();
    }

    @Override
    public SpaceClient space(String space) {
      return new SpaceClient() {
        @Override
        public String name() {
          return space;
        }

        @Override
        public void write(
            WriteOptions options, Consumer<Transaction> body, WriteProgress progress) {
          place
              .space(space)
              .write(
                  options,
                  body,
                  new WriteProgress() {
                    @Override
                    public void minted(Dot change) {
                      progress.minted(change);
                    }

                    @Override
                    public void done(Outcome<Frontier> outcome) {}
                  });
        }

        @Override
        public void read(ReadOptions options, Consumer<Outcome<Snapshot>> done) {}
      };
    }
  }

  @Test
  void whatNeverEndedFollowsAtTheEndOfItsRun() throws IOException {
    HistoryFile file = new HistoryFile(out);
    HandMesh mesh = new HandMesh(new SetReads(), 1, file);
    Session silent = mesh.session("a/1", 0);
    silent.moveTo(new Silent(mesh.node(0)));
    silent.write(
        "memory",
        tx -> {
          tx.orSet("names", String.class).add("x");
          tx.pnCounter("n").increment();
        });
    silent.read("memory", fields -> fields.orSet("names", String.class).values());
    mesh.session("a/0", 0).write("memory", tx -> tx.orSet("names", String.class).add("y"));
    Session next = new Session("a/1", mesh.node(0), new Session.Takedown(1, file));
    next.write("memory", tx -> tx.orSet("names", String.class).add("z"));
    List<JsonNode> lines = lines(file);
    assertEquals(
        List.of(
            "[0,a,a/0,3,write,add,memory,names,OrSet,null,y,ok,LOCAL]",
            "[0,a,a/1,1,write,add,memory,names,OrSet,null,x,unknown,LOCAL]",
            "[0,a,a/1,1,write,increment,memory,n,PnCounter,null,1,unknown,LOCAL]",
            "[0,a,a/1,2,read,null,memory,null,null,null,null,unknown,LOCAL]",
            "[1,a,a/1,1,write,add,memory,names,OrSet,null,z,ok,LOCAL]"),
        lines.stream().map(HistoryFileTest::some).toList());
    JsonNode never = lines.get(1);
    assertEquals(1_000_000, never.get("start").asLong());
    assertTrue(never.get("end").isNull() && never.get("error").isNull(), never::toString);
    assertEquals("0000000000000001:2", never.get("change").asText());
    assertTrue(lines.get(3).get("end").isNull());
    assertEquals(1, lines.stream().filter(line -> line.get("run").asInt() == 1).count());
  }

  @Test
  void aRunThatFailsLeavesWhatWasUnderWay(@TempDir Path folder) throws IOException {
    Path history = folder.resolve("history.jsonl");
    SimSettings settings =
        new SimSettings(
            4,
            20_000_000_000L,
            Workloads.find("quorums").orElseThrow(),
            List.of(),
            new Schedule( // each from all others
                Stream.of("n0", "n1", "n2")
                    .map(node -> Fault.parse("1 cut " + node + " for 10"))
                    .toList()),
            null,
            Map.of());
    RunResult result;
    try (HistoryFile file = HistoryFile.create(history)) {
      History stops =
          new History() {
            @Override
            public void ended(List<Operation> operations) {
              // Well within the cut, in which no quorum answers.
              if (operations.stream().anyMatch(one -> one.call().endNanos() > 7_000_000_000L)) {
                throw new IllegalStateException("the run ends here");
              }
            }
          };
      result = Simulation.run(settings, 1, 0, History.of(List.of(file, stops)));
    }
    assertTrue(result.failed());
    List<JsonNode> open = new ArrayList<>();
    for (String line : Files.readAllLines(history)) {
      JsonNode operation = JSON.readTree(line);
      if (operation.get("end").isNull()) {
        open.add(operation);
      }
    }
    assertTrue(
        open.stream().anyMatch(one -> one.get("call").asText().equals("write")), open::toString);
    assertTrue(
        open.stream().allMatch(one -> one.get("result").asText().equals("unknown")),
        open::toString);
  }

  @Test
  void aCallThatDidNothingHasALineOfItsOwn() throws IOException {
    HistoryFile file = new HistoryFile(out);
    HandMesh mesh = new HandMesh(new SetReads(), 1, file);
    mesh.session("a/0", 0).read("memory", fields -> {});
    List<JsonNode> lines = lines(file);
    assertEquals(1, lines.size());
    assertEquals("[0,a,a/0,1,read,null,memory,null,null,null,null,ok,LOCAL]", some(lines.get(0)));
  }

  @Test
  void everyKindOfFieldIsTakenDown() throws IOException {
    HistoryFile file = new HistoryFile(out);
    HandMesh mesh = new HandMesh(new SetReads(), 1, file);
    Session session = mesh.session("a/0", 0);
    session.write("memory", HistoryFileTest::writeEverything);
    session.read(
        "memory",
        fields -> {
          fields.orSet("s", String.class).size();
          fields.pnCounter("n").exactValue();
          fields.lwwRegister("l", String.class).writes();
          fields.mvRegister("v", String.class).writes();
          fields.confidenceRegister("c", String.class).claims();
          fields.orMap("m", String.class).writes("k");
          fields.appendLog("g", String.class).read();
          fields.flag("f").isOn();
          fields.fieldMap("inner").orSet("a/b", String.class).contains("x");
        });
    List<String> kinds = new ArrayList<>();
    for (JsonNode line : lines(file)) {
      kinds.add(line.get("operation").asText() + " " + line.get("field").asText());
    }
    assertEquals(
        List.of(
            "add s",
            "add s",
            "remove s",
            "removeRange s",
            "increment n",
            "set l",
            "clear l",
            "set v",
            "set c",
            "put m",
            "remove m",
            "append g",
            "keepLast g",
            "trimBefore g",
            "enable f",
            "add inner/a%2Fb",
            "remove inner/x",
            "delete s2",
            "deletePrefix t",
            "size s",
            "read n",
            "siblings l",
            "siblings v",
            "claims c",
            "siblings m",
            "read g",
            "read f",
            "contains inner/a%2Fb"),
        kinds);
  }

  private static void writeEverything(Transaction tx) {
    tx.orSet("s", String.class).addAll(List.of("a", "b"));
    tx.orSet("s", String.class).remove("a");
    tx.orSet("s", String.class).removeRange("x", null);
    tx.pnCounter("n").increment();
    tx.lwwRegister("l", String.class).set("1");
    tx.lwwRegister("l", String.class).clear();
    tx.mvRegister("v", String.class).set("1");
    tx.confidenceRegister("c", String.class).set("1", 0.5);
    tx.orMap("m", String.class).put("k", "1");
    tx.orMap("m", String.class).remove("k");
    tx.appendLog("g", String.class).append("1");
    tx.appendLog("g", String.class).keepLast(5);
    tx.appendLog("g", String.class).trimBefore(Instant.EPOCH);
    tx.flag("f").enable();
    tx.fieldMap("inner").orSet("a/b", String.class).add("x");
    tx.fieldMap("inner").remove("x");
    tx.delete("s2");
    tx.deletePrefix("t");
  }

  /**
   * The disk of this machine is full: nothing is wrong with the mesh, and the run is no finding.
   */
  @Test
  void aHistoryThatCannotBeWrittenAnyMoreEndsTheRunAndIsNoFinding() throws IOException {
    Writer full =
        new Writer() {
          private long left = 20_000;

          @Override
          public void write(char[] text, int from, int length) throws IOException {
            left -= length;
            if (left < 0) {
              throw new IOException("no space left");
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    SimSettings settings =
        new SimSettings(
            3,
            20_000_000_000L,
            Workloads.find("sets").orElseThrow(),
            List.of(),
            Schedule.NONE,
            null,
            Map.of());
    HistoryFile file = new HistoryFile(full);
    LostHistoryException lost =
        assertThrows(LostHistoryException.class, () -> Simulation.run(settings, 1, 0, file));
    assertEquals("the history cannot be written: no space left", lost.getMessage());
  }

  @Test
  void aFileThatCannotBeMadeIsAnError(@TempDir Path folder) throws IOException {
    assertThrows(
        NoSuchFileException.class, () -> HistoryFile.create(folder.resolve("none/history.jsonl")));
    Path file = folder.resolve("history.jsonl");
    HistoryFile.create(file).close();
    assertEquals("", Files.readString(file));
  }
}
