package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Starting, refusing to start, and closing. */
class NodeLifecycleTest {
  @TempDir Path directory;

  private TestNodes nodes;

  @BeforeEach
  void prepare() {
    nodes = new TestNodes(directory);
  }

  @AfterEach
  void closeAll() {
    nodes.close();
  }

  private static HearsayException assertFails(ErrorCode code, Executable action) {
    HearsayException failure = assertThrows(HearsayException.class, action);
    assertEquals(code, failure.code(), failure.getMessage());
    return failure;
  }

  @Test
  void writesUnderWayEndBeforeCloseReturnsAndLaterOnesAreRefused() {
    int port = TestNodes.freePort();
    MeshNode node = nodes.start("a", port);
    Space space = node.agent("x").space("s");
    List<CompletableFuture<Frontier>> writes = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      writes.add(space.updateAsync(tx -> tx.pnCounter("n").increment()).toCompletableFuture());
    }
    node.close();
    assertFails(ErrorCode.NODE_CLOSED, () -> space.pnCounter("n").increment());
    assertFails(ErrorCode.NODE_CLOSED, () -> space.update(tx -> tx.pnCounter("n").increment()));
    assertFails(ErrorCode.NODE_CLOSED, () -> node.agent("x").space("another"));
    assertFails(ErrorCode.NODE_CLOSED, node::peers);
    node.close();
    int acknowledged = 0;
    for (CompletableFuture<Frontier> write : writes) {
      // Completes one way or the other; none is left hanging.
      acknowledged += write.handle((frontier, failure) -> failure == null ? 1 : 0).join();
    }
    assertEquals(3_000, acknowledged);
    Space again = nodes.start("a", port).agent("x").space("s");
    assertEquals(acknowledged, again.pnCounter("n").value());
  }

  @Test
  void aWaitForAFrontierEndsWithTheNode() {
    MeshNode elsewhere = nodes.start("b", TestNodes.freePort());
    Frontier unknown = elsewhere.agent("x").space("s").update(tx -> tx.pnCounter("n").increment());
    MeshNode node = nodes.start("a", TestNodes.freePort());
    Space space = node.agent("x").space("s");
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> space.awaitFrontier(unknown, Duration.ofMinutes(5)),
            task -> new Thread(task).start());
    node.close();
    Throwable end = waiting.handle((done, failure) -> failure).join();
    assertEquals(ErrorCode.NODE_CLOSED, ((HearsayException) end.getCause()).code());
    assertFails(ErrorCode.NODE_CLOSED, () -> space.awaitFrontier(unknown, Duration.ofMinutes(5)));
  }

  @Test
  void closingLeavesNoThreadAndNoSocket() throws IOException {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    int a = TestNodes.freePort();
    int b = TestNodes.freePort();
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    Space space = first.agent("x").space("s");
    space.watch(change -> {});
    Frontier frontier = space.update(tx -> tx.pnCounter("n").increment());
    Await.until("b has the space", () -> second.spaces().contains("s"));
    second.agent("x").space("s").awaitFrontier(frontier, Duration.ofSeconds(20));
    first.close();
    second.close();
    Await.until("no thread is left but " + before, () -> startedSince(before).isEmpty());
    for (int port : new int[] {a, b}) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertEquals(port, socket.getLocalPort());
      }
    }
  }

  private static Set<String> startedSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread) && thread.isAlive())
        .map(Thread::getName)
        .filter(name -> !name.startsWith("junit-") && !name.startsWith("Common-Cleaner"))
        .collect(Collectors.toSet());
  }

  @Test
  void anOccupiedAddressIsNamedAndTheDirectoryIsFreeAgain() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      HearsayException failure =
          assertFails(ErrorCode.ADDRESS_IN_USE, () -> nodes.start("a", port));
      assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
      assertFalse(Files.exists(nodes.directory("a")), "a start that failed leaves a directory");
    }
    nodes.start("a", TestNodes.freePort());
  }

  @Test
  void aDirectoryInUseNamesWhoHasIt() {
    nodes.start("a", TestNodes.freePort());
    HearsayException failure =
        assertFails(ErrorCode.DATA_DIRECTORY_IN_USE, () -> nodes.start("a", TestNodes.freePort()));
    assertTrue(
        failure.getMessage().contains(String.valueOf(ProcessHandle.current().pid())),
        failure.getMessage());
    assertTrue(failure.getMessage().contains("node a"), failure.getMessage());
  }

  @Test
  void aFileIsNoDataDirectory() throws IOException {
    Files.writeString(nodes.directory("a"), "a file");
    assertFails(ErrorCode.DATA_DIRECTORY_UNUSABLE, () -> nodes.start("a", TestNodes.freePort()));
    assertEquals("a file", Files.readString(nodes.directory("a")));
  }

  @Test
  void aPlaceWhereNothingCanBeWrittenIsNoDataDirectory() {
    HearsayException failure =
        assertFails(
            ErrorCode.DATA_DIRECTORY_UNUSABLE,
            () ->
                MeshNode.builder()
                    .name("a")
                    .dataDirectory(Path.of("/proc/hearsay"))
                    .listen("127.0.0.1", 0)
                    .start()
                    .close());
    assertTrue(failure.getMessage().contains("/proc/hearsay"), failure.getMessage());
  }

  @Test
  void anIdentityThatCannotBeReadIsNotReplaced() throws IOException {
    for (String garbage :
        List.of("", "garbage", "hearsay-node 2\nx", "hearsay-node 1\nno uuid\n")) {
      Files.createDirectories(nodes.directory("a"));
      Path file = nodes.directory("a").resolve(NodeIdentityFile.FILE_NAME);
      Files.writeString(file, garbage);
      HearsayException failure =
          assertFails(
              ErrorCode.DATA_DIRECTORY_UNUSABLE, () -> nodes.start("a", TestNodes.freePort()));
      assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
      assertEquals(garbage, Files.readString(file));
    }
    Path file = nodes.directory("a").resolve(NodeIdentityFile.FILE_NAME);
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertFails(ErrorCode.DATA_DIRECTORY_UNUSABLE, () -> nodes.start("a", TestNodes.freePort()));
  }

  @Test
  void aForeignJournalDirectoryIsRefusedAndLeftAlone() throws IOException {
    Path journal = nodes.directory("a").resolve("journal");
    Files.createDirectories(journal);
    Path foreign = journal.resolve("CURRENT");
    Files.writeString(foreign, "not a journal", StandardCharsets.UTF_8);
    HearsayException failure =
        assertThrows(HearsayException.class, () -> nodes.start("a", TestNodes.freePort()));
    assertTrue(
        Set.of(ErrorCode.DATA_DIRECTORY_UNUSABLE, ErrorCode.JOURNAL_UNREADABLE)
            .contains(failure.code()),
        failure.code() + ": " + failure.getMessage());
    assertEquals("not a journal", Files.readString(foreign));
    assertFalse(failure.getMessage().isEmpty());
  }

  @Test
  void theIdentityOutlivesARestartAndTheIncarnationDoesNot() throws IOException {
    int port = TestNodes.freePort();
    Path file = nodes.directory("a").resolve(NodeIdentityFile.FILE_NAME);
    String id;
    Frontier first;
    try (MeshNode node = nodes.start("a", port)) {
      id = Files.readString(file);
      first = node.agent("x").space("s").update(tx -> tx.pnCounter("n").increment());
    }
    Space again = nodes.start("a", port).agent("x").space("s");
    Frontier second = again.update(tx -> tx.pnCounter("n").increment());
    assertEquals(id, Files.readString(file));
    assertTrue(second.covers(first));
    assertEquals(2, second.versions().size());
  }

  @Test
  void anInterruptedCloserStillCloses() {
    int port = TestNodes.freePort();
    MeshNode node = nodes.start("a", port);
    Space space = node.agent("x").space("s");
    CompletableFuture<Frontier> write =
        space.updateAsync(tx -> tx.pnCounter("n").increment()).toCompletableFuture();
    Thread.currentThread().interrupt();
    node.close();
    assertTrue(Thread.interrupted(), "the interrupt is kept");
    write.join();
    assertEquals(1, nodes.start("a", port).agent("x").space("s").pnCounter("n").value());
  }
}
