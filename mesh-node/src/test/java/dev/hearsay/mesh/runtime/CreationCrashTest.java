package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.MeshNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that creates spaces, and leaves some of them meanwhile, is killed in the middle. */
class CreationCrashTest {
  private static final int ENOUGH = 1_500;
  private static final int MORE_THAN_ENOUGH = 1_000_000;

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

  @Test
  void everySpaceWhoseCreationWasAcknowledgedIsThereAfterAKill() throws IOException {
    Set<Integer> created = new TreeSet<>();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dhearsay.space.idle-after=200ms",
                "-cp",
                System.getProperty("java.class.path"),
                IdleScaleNode.class.getName(),
                "a",
                nodes.directory("a").toString(),
                String.valueOf(TestNodes.freePort()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        PrintStream in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
      in.println("tell 0 " + MORE_THAN_ENOUGH);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches(IdleScaleNode.CREATED + "[0-9]+")) {
          created.add(Integer.parseInt(line.substring(IdleScaleNode.CREATED.length())));
        }
        if (created.size() == ENOUGH) {
          process.toHandle().destroyForcibly(); // which leaves its output to be read
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(created.size() >= ENOUGH, created.size() + " created");
    MeshNode again = nodes.start("a", TestNodes.freePort());
    Set<String> known = again.spaces();
    for (int number : created) {
      String space = "session-" + number;
      assertTrue(known.contains(space), () -> space + " is gone");
      assertEquals(
          "goal " + number,
          again.agent("x").space(space).lwwRegister("goal", String.class).get().orElse("none"));
    }
  }
}
