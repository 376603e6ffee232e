package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.MeshNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever cannot be carried out is refused in one line, with exit status 2 and a clean stdout. */
class BadInputTest {

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void unknownFlagsAndCommands() {
    refuses("Unknown option: '--fast'", "demo", "--fast");
    refuses("Unmatched argument at index 0: 'dance'", "dance");
    refuses("a command is missing");
    refuses("a benchmark is missing", "bench");
    refuses("an experiment is missing: heal, icde19", "experiment");
  }

  @Test
  void aNameThatNoNodeMayHave() {
    String data = directory.resolve("new").toString();
    String tooLong = "n".repeat(129);
    refuses(
        "--name: the node name has 129 bytes of UTF-8; the limit is 128",
        "node",
        "--data",
        data,
        "--name",
        tooLong);
    String named = directory.resolve(tooLong).toString();
    refuses("--name: the node name has 129 bytes of UTF-8", "node", "--data", named);
    refuses("--role: ", "node", "--data", data, "--role", tooLong);
    refuses("--mesh: the mesh name has 129 bytes", "node", "--data", data, "--mesh", tooLong);
    assertFalse(Files.exists(directory.resolve("new")), "nothing was done");
  }

  @Test
  void numbersOutOfRange() {
    refuses("--nodes must be between 1 and 15, not 16", "demo", "--nodes", "16");
    refuses("Invalid value for option '--nodes': 'many' is not an int", "demo", "--nodes", "many");
    refuses("--cut must be between 0 and 100, not -1", "demo", "--cut", "-1");
    refuses("--cut needs at least two nodes", "demo", "--nodes", "1", "--cut", "1");
    refuses("--fields must be between", "bench", "heal", "--fields", "1");
    refuses("--size must be between 1 and 1000000, not 0", "bench", "types", "--size", "1000,0");
    refuses("--forks must be between 1 and 10, not 11", "bench", "types", "--forks", "11");
  }

  @Test
  void aDirectoryThatCannotBeMeasured() {
    refuses("--dir /nowhere: not a directory", "bench", "journal", "--dir", "/nowhere");
  }

  @Test
  void choicesThatAreNone() {
    refuses("--work: 'dance' is none of add, remove", "bench", "types", "--work", "add,dance");
    refuses("--system: 'redis' is none of hearsay", "bench", "types", "--system", "redis");
    refuses(
        "none of the systems chosen does any of the works",
        "bench",
        "types",
        "--work",
        "diff",
        "--system",
        "json");
  }

  @Test
  void benchmarksOfTheMeshThatDoNotExist() {
    refuses(
        "--part: 'speed' is none of latency, heal, set, idle, links",
        "bench",
        "mesh",
        "--part",
        "speed");
    refuses("--system: 'redis' is none of hearsay", "bench", "mesh", "--system", "redis");
  }

  @Test
  void partsOfTheMeshThatMeasureNoneOfTheSystems() {
    refuses(
        "part heal measures hearsay and ddata-200ms",
        "bench",
        "mesh",
        "--part",
        "heal",
        "--system",
        "ddata");
    refuses(
        "part idle measures hearsay and ddata",
        "bench",
        "mesh",
        "--part",
        "latency,idle",
        "--system",
        "ddata-200ms");
    refuses("part links measures hearsay", "bench", "mesh", "--part", "links", "--system", "ddata");
  }

  @Test
  void aTopologyThatNoMeshCanHave() throws IOException {
    StringBuilder ring = new StringBuilder("{\"ring\": {");
    for (int i = 0; i < 1_002; i++) {
      int next = (i + 1) % 1_002;
      int last = (i + 1_001) % 1_002;
      ring.append(i == 0 ? "" : ", ").append('"').append(i).append("\": [");
      ring.append(last).append(", ").append(next).append(']');
    }
    Path topology = Files.writeString(directory.resolve("ring.json"), ring + "}}");
    String out = directory.resolve("out").toString();
    refuses(
        "--topology: ring has 1002 nodes; a mesh has at most 1001",
        "experiment",
        "icde19",
        "--topology",
        topology.toString(),
        "--out",
        out);
    assertTrue(Files.notExists(directory.resolve("out")), "nothing was done");
  }

  @Test
  void recordingsThatCannotBePlayed() throws IOException {
    Path missing = directory.resolve("missing.jsonl");
    refuses(missing + ": no such file", "replay", missing.toString());
    Path malformed = directory.resolve("malformed.jsonl");
    Files.writeString(malformed, "{\"session\": \"s\"}\n");
    refuses(
        malformed + ":1: the session: missing field 'messages'", "replay", malformed.toString());
    refuses("Missing required parameter: 'FILE'", "replay");
  }

  @Test
  void aKeepDirectoryThatIsNotEmpty() throws IOException {
    Files.writeString(directory.resolve("something"), "there");
    refuses("the directory is not empty", "demo", "--keep", directory.toString());
  }

  @Test
  void journalsThatAreNone() throws IOException {
    String missing = directory.resolve("missing").toString();
    refuses("Missing required parameter: 'DIR'", "journal", "verify");
    refuses("Unmatched argument", "journal", missing, "dance");
    refuses("is not a directory", "journal", missing);
    refuses("no such file or directory", "journal", missing, "import");
    String empty = Files.createDirectory(directory.resolve("empty")).toString();
    refuses("holds no journal", "journal", empty, "verify");
    Files.writeString(directory.resolve("empty").resolve("notes"), "x");
    refuses("holds files of another program", "journal", empty, "stats");
    refuses("--top must be between", "journal", empty, "stats", "--top", "-1");
    refuses("--snapshots nowhere: no such", "journal", empty, "verify", "--snapshots", "nowhere");
    Path text = Files.writeString(directory.resolve("text"), "{}\n");
    refuses("this is no export of a journal", "journal", text.toString(), "import");
    assertTrue(Files.notExists(directory.resolve("text-imported")));
  }

  @Test
  void malformedAddresses() {
    String data = directory.resolve("data").toString();
    refuses(
        "--listen: 'somewhere' is not an address", "node", "--data", data, "--listen", "somewhere");
    refuses("--join: 'x:y' is not an address", "node", "--data", data, "--join", "x:y");
    refuses("--join: ", "shell", "--data", data, "--join", "127.0.0.1:99999");
    refuses("Missing required option: '--data=DIR'", "node");
    refuses("--name: the node name is empty", "node", "--data", data, "--name", "");
    refuses("--mesh: the mesh name is empty", "node", "--data", data, "--mesh", "");
    assertTrue(Files.notExists(directory.resolve("data")), "nothing is half written");
  }

  @Test
  void aDataDirectoryInUseNamesItsUser() {
    try (MeshNode user =
        MeshNode.builder()
            .name("first")
            .dataDirectory(directory.resolve("data"))
            .listen("127.0.0.1", 0)
            .start()) {
      refuses(
          "process " + ProcessHandle.current().pid(),
          "node",
          "--data",
          directory.resolve("data").toString(),
          "--listen",
          "127.0.0.1:0");
      assertEquals("first", user.name());
    }
  }

  @Test
  void aDataDirectoryOfAnotherMesh() throws IOException {
    Path data = directory.resolve("data");
    MeshNode.builder()
        .name("n")
        .mesh("a")
        .dataDirectory(data)
        .listen("127.0.0.1", 0)
        .start()
        .close();
    refuses(
        "it belongs to mesh 'a', and the node is to be of mesh 'b'. Start it as 'a'",
        "node",
        "--data",
        data.toString(),
        "--listen",
        "127.0.0.1:0",
        "--mesh",
        "b");
  }

  @Test
  void anOccupiedPort() throws IOException {
    try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + occupied.getLocalPort();
      refuses(
          "cannot listen on " + address,
          "node",
          "--data",
          directory.resolve("data").toString(),
          "--listen",
          address);
    }
  }

  @Test
  void aDataDirectoryThatCannotBeOne() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    refuses("not a directory", "node", "--data", file.toString(), "--listen", "127.0.0.1:0");
    refuses("cannot be created", "node", "--data", "/proc/x", "--listen", "127.0.0.1:0");
  }

  @Test
  void everyCommandExplainsItself() {
    for (String[] command :
        new String[][] {
          {},
          {"demo"},
          {"replay"},
          {"node"},
          {"shell"},
          {"bench"},
          {"bench", "heal"},
          {"bench", "types"},
          {"bench", "journal"},
          {"bench", "mesh"},
          {"sim"},
          {"lab"},
          {"experiment"},
          {"experiment", "heal"},
          {"experiment", "icde19"},
          {"experiment", "scale"},
          {"experiment", "partition-map"},
          {"experiment", "failure-modes"},
          {"experiment", "calibrate"},
          {"journal"},
          {"journal", "verify"},
          {"journal", "dump"},
          {"journal", "export"},
          {"journal", "stats"},
          {"journal", "repair"},
          {"journal", "import"}
        }) {
      String[] args = Arrays.copyOf(command, command.length + 1);
      args[command.length] = "--help";
      out.getBuffer().setLength(0);
      assertEquals(ExitStatus.OK, run(args));
      assertTrue(out.toString().startsWith("Usage: hearsay"), out.toString());
    }
  }

  private void refuses(String message, String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    assertEquals(ExitStatus.BAD_INPUT, run(args), err::toString);
    assertEquals("", out.toString());
    assertTrue(err.toString().contains(message), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
