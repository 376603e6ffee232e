package dev.hearsay.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what a second project compiles and runs (mesh-node/src/it/embed). */
class ReadmeTest {
  private static final String EXAMPLE = "mesh-node/src/it/embed/src/main/java/Researcher.java";
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?ms)^```java\\R(.*?)^```");

  @Test
  void theExampleIsTheOneThatIsCompiledAndRun() throws IOException {
    Path root = ProjectRoot.find();
    List<String> blocks = javaBlocks(Files.readString(root.resolve("README.md")));
    assertTrue(!blocks.isEmpty(), "README.md has no Java block");
    assertEquals(
        Files.readString(root.resolve(EXAMPLE)),
        blocks.get(0),
        () -> "the first Java block of README.md is not " + EXAMPLE);
  }

  @Test
  void aBlockIsReadToItsEnd() {
    assertEquals(List.of("a\n\nb\n"), javaBlocks("x\n```java\na\n\nb\n```\n```bash\nc\n```\n"));
  }

  private static List<String> javaBlocks(String markdown) {
    return JAVA_BLOCK.matcher(markdown).results().map((MatchResult m) -> m.group(1)).toList();
  }
}
