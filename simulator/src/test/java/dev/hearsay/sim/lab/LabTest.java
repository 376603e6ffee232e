package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LabTest {

  private static final Message HELLO = new Message(Role.USER, "hello", List.of(), "", "");

  @Test
  void whatOneNodeWritesTheOthersSee() throws Exception {
    try (Lab lab = new Lab(3, null, Lab.quickStart())) {
      startAll(lab);
      assertFalse(get(write(lab.nodes().get(0), 0)).sawPrevious());
      TreeMap<String, List<Integer>> wanted = new TreeMap<>();
      wanted.put("greetings", List.of(0));
      for (LabNode node : lab.nodes()) {
        assertEquals(
            0, get(node.ask(new Request.Await(wanted, 30_000), Reply.Awaited.class)).missing());
      }
    }
  }

  @Test
  void aProcessThatDiesByItselfIsReportedAndItsRequestsFail() throws Exception {
    try (Lab lab = new Lab(1, null, Lab.quickStart())) {
      CompletableFuture<LabNode> crashed = new CompletableFuture<>();
      lab.onCrash(crashed::complete);
      startAll(lab);
      LabNode node = lab.nodes().get(0);
      TreeMap<String, List<Integer>> never = new TreeMap<>();
      never.put("greetings", List.of(7));
      CompletableFuture<Reply.Awaited> open =
          node.ask(new Request.Await(never, 60_000), Reply.Awaited.class);
      assertTrue(ProcessHandle.of(node.pid()).orElseThrow().destroyForcibly());
      assertEquals(node, get(crashed));
      assertInstanceOf(
          NodeGoneException.class,
          assertThrows(ExecutionException.class, () -> get(open)).getCause());
      assertFalse(node.isRunning());
    }
  }

  @Test
  void aNodeProcessEndsWhenItsDriverGoesAway() throws Exception {
    try (Lab lab = new Lab(1, null, Lab.quickStart())) {
      Process process = lab.launch(0, lab.directory().resolve("node-1"));
      process.getOutputStream().close();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void closingALabEndsItsProcessesAndRemovesTheirDirectories() throws Exception {
    Path directory;
    ProcessHandle process;
    try (Lab lab = new Lab(1, null, Lab.quickStart())) {
      startAll(lab);
      directory = lab.directory();
      process = ProcessHandle.of(lab.nodes().get(0).pid()).orElseThrow();
      assertTrue(Files.isDirectory(directory));
    }
    assertFalse(process.isAlive());
    assertTrue(Files.notExists(directory));
  }

  private static CompletableFuture<Reply.Written> write(LabNode node, int index) {
    return node.ask(new Request.Write("greetings", index, HELLO, null, 0), Reply.Written.class);
  }

  private static void startAll(Lab lab) throws Exception {
    for (LabNode node : lab.nodes()) {
      get(node.start(null));
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }
}
