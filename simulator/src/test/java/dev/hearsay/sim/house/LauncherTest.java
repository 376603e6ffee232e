package dev.hearsay.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a project whose Maven and Java are scripts that note that they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path temp;
  FakeProject project;

  @BeforeEach
  void plant() throws IOException {
    project = new FakeProject(temp.toRealPath());
  }

  @Test
  void buildsOnceAndThenOnlyRuns() throws Exception {
    assertEquals(0, project.run("demo").status());
    assertEquals(0, project.run("demo").status());
    assertEquals(1, project.builds());
  }

  @Test
  void buildsAgainWhenASourceHasChanged() throws Exception {
    project.run("demo");
    Files.writeString(project.source(), "class A { int x; }\n");
    FakeProject.Outcome second = project.run("demo");
    assertTrue(second.stderr().contains("the sources have changed"), second::stderr);
    assertEquals(2, project.builds());
  }

  @Test
  void handsItsArgumentsOverAsTheyAre() throws Exception {
    assertEquals(
        List.of("replay", "a file", "--json", ""),
        project.run("replay", "a file", "--json", "").programArguments());
  }

  @Test
  void leavesStandardOutputToTheProgram() throws Exception {
    String stdout = project.run("demo").stdout();
    assertTrue(stdout.startsWith("java "), stdout);
    assertEquals(1, stdout.lines().count(), stdout);
  }

  @Test
  void returnsTheProgramsStatus() throws Exception {
    assertEquals(7, project.run("exit-7").status());
  }

  @Test
  void startsFastExceptWhereSpeedIsMeasured() throws Exception {
    assertTrue(project.run("demo").stdout().contains("-XX:TieredStopAtLevel=1"));
    assertFalse(project.run("bench").stdout().contains("-XX:TieredStopAtLevel=1"));
  }

  @Test
  void usesAnArchiveOfClassesOnlyWithTheJdkThatWroteIt() throws Exception {
    assertTrue(project.run("demo").stdout().contains("-XX:SharedArchiveFile="));
    assertFalse(project.run("bench").stdout().contains("-XX:SharedArchiveFile="));
    project.installJdk("21.0.1");
    assertFalse(project.run("demo").stdout().contains("-XX:SharedArchiveFile="));
  }

  @Test
  void asksForNativeAccessWhereTheJdkKnowsIt() throws Exception {
    assertFalse(project.run("demo").stdout().contains("--enable-native-access"));
    project.installJdk("25.0.1");
    assertTrue(project.run("demo").stdout().contains("--enable-native-access=ALL-UNNAMED"));
  }

  @Test
  void addsTheCallersOptions() throws Exception {
    project.environment("HEARSAY_JAVA_OPTS", "-Xmx64m -Dx=y");
    assertTrue(project.run("demo").stdout().contains(" -Xmx64m -Dx=y "));
  }

  @Test
  void runsThroughSymbolicLinksFromAnywhere() throws Exception {
    Path elsewhere = Files.createDirectory(temp.resolve("else where"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("a"), project.launcher());
    Files.createSymbolicLink(elsewhere.resolve("b"), link.getFileName());
    assertEquals(0, project.runIn(elsewhere, elsewhere.resolve("b"), "demo").status());
  }

  @Test
  void withoutAJdkItSaysWhatItFoundAndWhatToDo() throws Exception {
    project.removeJdk();
    FakeProject.Outcome outcome = project.run("demo");
    assertEquals(2, outcome.status());
    assertTrue(outcome.stderr().contains("no JDK 17 or newer found"), outcome::stderr);
    assertEquals("", outcome.stdout());
  }

  @Test
  void anOldJdkIsNamed() throws Exception {
    project.installJdk("1.8.0_392");
    FakeProject.Outcome outcome = project.run("demo");
    assertEquals(2, outcome.status());
    assertTrue(outcome.stderr().contains("Java 8, too old"), outcome::stderr);
  }

  @Test
  void aFailedBuildShowsTheLogAndIsTriedAgain() throws Exception {
    project.breakBuild("A.java:1: error: class expected");
    FakeProject.Outcome outcome = project.run("demo");
    assertEquals(2, outcome.status());
    assertTrue(outcome.stderr().contains("A.java:1: error"), outcome::stderr);
    assertTrue(outcome.stderr().contains("target/hearsay-build.log"), outcome::stderr);
    assertEquals("", outcome.stdout());
    project.mendBuild();
    assertEquals(0, project.run("demo").status());
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    CompletableFuture<FakeProject.Outcome> first = project.start("demo");
    CompletableFuture<FakeProject.Outcome> second = project.start("shell");
    assertEquals(0, first.join().status());
    assertEquals(0, second.join().status());
    assertEquals(1, project.builds());
  }
}
