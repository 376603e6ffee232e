package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The example of {@code docs/crdt-types.md} compiles and prints what the page says. */
@Isolated("reads standard output")
class PageExampleTest {
  @TempDir Path directory;

  @Test
  void theExamplePrintsWhatThePageSays() throws Exception {
    List<String> blocks = new ArrayList<>();
    Matcher fences =
        Pattern.compile("```(?:java)?\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/crdt-types.md")));
    while (fences.find()) {
      blocks.add(fences.group(1));
    }
    Path source = Files.writeString(directory.resolve("TwoReplicas.java"), blocks.get(0));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                errors,
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                "-d",
                directory.toString(),
                source.toString());
    assertEquals(0, status, errors.toString(StandardCharsets.UTF_8));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()});
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      loader
          .loadClass("TwoReplicas")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    assertEquals(blocks.get(1), printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
    assertTrue(blocks.size() == 2, "an example that nobody runs");
  }
}
