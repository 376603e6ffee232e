package dev.hearsay.sim.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.MeshNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShellTest {

  private final LinkedBlockingQueue<String> printed = new LinkedBlockingQueue<>();
  private MeshNode node;
  private Shell shell;

  @BeforeAll
  void startNode(@TempDir Path directory) {
    node =
        MeshNode.builder()
            .name("newcomer")
            .dataDirectory(directory.resolve("data"))
            .listen("127.0.0.1", 0)
            .start();
  }

  @AfterAll
  void stopNode() {
    node.close();
  }

  @BeforeEach
  void openShell(TestInfo test) {
    shell = new Shell(node, printed::add);
    says("use " + test.getDisplayName().replace("()", ""));
    printed.clear();
  }

  @AfterEach
  void closeShell() {
    shell.close();
  }

  @Test
  void setsAreTouched() {
    assertEquals(List.of("ok"), says("add topics bees 'tall ships' bees"));
    assertEquals(List.of("bees", "tall ships"), says("show topics"));
    assertEquals(List.of("yes"), says("contains topics bees"));
    assertEquals(List.of("ok"), says("remove topics bees"));
    assertEquals(List.of("no"), says("contains topics bees"));
  }

  @Test
  void countersAreTouched() {
    assertEquals(List.of("1"), says("inc steps"));
    assertEquals(List.of("-9"), says("inc steps -10"));
    assertEquals(List.of("-9"), says("get steps"));
  }

  @Test
  void votersAreReplacedOnlyIfTheyAreLostAndItIsMeant() {
    assertEquals(1, says("voters").size());
    assertTrue(says("voters").get(0).startsWith(node.id()));
    String command = "replace-lost-voters " + node.id() + " another";
    assertTrue(says(command).get(0).startsWith("This gives up every acknowledged write"));
    fails(command + " perhaps", "'perhaps' is not 'yes'; nothing was done");
    fails(command + " yes", "stay as they are: this node answered within the last minute");
    fails("replace-lost-voters a,,b c yes", "'a,,b' is not a list of identities");
    assertEquals(1, says("voters").size());
  }

  @Test
  void flagsClaimsAndOffersAreTouched() {
    assertEquals(List.of("ok"), says("enable ready"));
    assertEquals(List.of("on"), says("show ready"));
    assertEquals(List.of("ok"), says("disable ready"));
    assertEquals(List.of("ok"), says("claim capital Sydney 0.4"));
    fails("claim capital Perth 0.3", "0.4, which 0.3 does not reach");
    fails("claim capital Perth sure", "'sure' is not a number from 0 to 1");
    assertEquals(List.of("Sydney (confidence 0.4)"), says("show capital"));
    assertEquals(List.of("ok"), says("offer plan buy"));
    assertEquals(List.of("buy"), says("show plan"));
  }

  @Test
  void logsAreTrimmedAndFieldsDeleted() {
    for (String entry : List.of("a", "b", "c")) {
      says("append task/log " + entry);
    }
    assertEquals(List.of("ok"), says("trim task/log 2"));
    assertEquals(List.of("b", "c"), says("show task/log"));
    fails("trim task/log -1", "'-1' is not a whole number from 0");
    assertEquals(List.of("1"), says("inc task/steps"));
    assertEquals(List.of("ok"), says("delete task/*"));
    assertEquals(List.of("the space is empty"), says("show"));
  }

  @Test
  void registersMapsAndLogsAreTouched() {
    assertEquals(List.of("ok"), says("set summary \"all is well\""));
    assertEquals(List.of("all is well"), says("get summary"));
    assertEquals(List.of("ok"), says("put capitals France Paris"));
    assertEquals(List.of("Paris"), says("get capitals France"));
    assertEquals(List.of("(no such key)"), says("get capitals Peru"));
    assertEquals(List.of("ok"), says("append diary first"));
    assertEquals(List.of("ok"), says("append diary second"));
    assertEquals(List.of("first", "second"), says("show diary"));
    assertEquals(
        List.of(
            "capitals (OrMap)",
            "  France = Paris",
            "diary (AppendLog)",
            "  first",
            "  second",
            "summary (LwwRegister)",
            "  all is well"),
        says("show"));
    assertTrue(says("fields").get(0).matches("capitals +OrMap +1"));
    assertTrue(says("spaces").contains("registersMapsAndLogsAreTouched"));
  }

  @Test
  void watchingTellsOfChangesUntilItEnds() throws InterruptedException {
    says("watch");
    assertTrue(shell.execute("add topics bees"));
    List<String> lines = new ArrayList<>();
    while (lines.stream().noneMatch("* newcomer (here) changed topics"::equals)) {
      lines.add(printed.poll(20, TimeUnit.SECONDS));
    }
    assertEquals(List.of("no longer watching"), says("unwatch"));
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() {
    fails("dance", "unknown command 'dance'; 'help' lists all");
    fails("add", "usage: add FIELD VALUE…");
    fails("inc steps many", "'many' is not a whole number of 64 bits");
    fails("show nothing", "there is no field 'nothing' in this space");
    fails("add 'half a quote", "quotes come in pairs");
    fails("add '' x", "empty");
    says("inc steps");
    fails("add steps x", "steps");
    Shell fresh = new Shell(node, printed::add);
    assertFalse(fresh.execute("show"));
    assertEquals("error: no space in use; say: use NAME", printed.poll());
  }

  @Test
  void wordsAreCompleted() {
    says("add topics bees");
    ShellCompleter completer = new ShellCompleter(shell);
    assertTrue(completer.candidates(List.of(""), 0).contains("append"));
    assertEquals(List.of("topics"), completer.candidates(List.of("show", ""), 1));
    assertTrue(completer.candidates(List.of("use", ""), 1).contains("wordsAreCompleted"));
    assertEquals(List.of(), completer.candidates(List.of("help", ""), 1));
  }

  @Test
  void itEndsWhenAsked() {
    assertEquals("newcomer:itEndsWhenAsked> ", shell.prompt());
    says("help");
    says("");
    says("# a comment");
    assertFalse(shell.hasEnded());
    says("exit");
    assertTrue(shell.hasEnded());
  }

  private List<String> says(String line) {
    printed.clear();
    assertTrue(shell.execute(line), () -> line + ": " + printed);
    List<String> lines = new ArrayList<>();
    printed.drainTo(lines);
    return lines;
  }

  private void fails(String line, String why) {
    printed.clear();
    assertFalse(shell.execute(line), line);
    String said = String.valueOf(printed.poll());
    assertTrue(said.startsWith("error: ") && said.contains(why), said);
  }
}
