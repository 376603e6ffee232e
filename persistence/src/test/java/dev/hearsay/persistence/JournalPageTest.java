package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The example of {@code docs/journal.md} compiles, and prints what the page says. */
@Isolated("reads standard output, and sets system properties")
class JournalPageTest {
  @TempDir Path directory;

  @Test
  void theExamplePrintsWhatThePageSays() throws Exception {
    String page = Files.readString(Path.of("../docs/journal.md"));
    List<String> blocks = blocks(page, "(?:java)?");
    Files.writeString(directory.resolve("application.conf"), blocks(page, "hocon").get(0));
    Path source = Files.writeString(directory.resolve("Orders.java"), blocks.get(0));
    compile(source);
    assertEquals(blocks.get(1), run("Orders"));
    assertTrue(Files.exists(directory.resolve("journal/hearsay.format")), "a journal elsewhere");
    assertEquals(2, blocks.size(), "an example that nobody runs");
  }

  private static List<String> blocks(String page, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher fences = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL).matcher(page);
    while (fences.find()) {
      if (fences.group(1).matches(language)) {
        blocks.add(fences.group(2));
      }
    }
    return blocks;
  }

  private void compile(Path source) {
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
  }

  private String run(String className) throws Exception {
    Map<String, String> elsewhere =
        Map.of(
            "hearsay.journal.dir",
            directory.resolve("journal").toString(),
            "hearsay.snapshot-store.dir",
            directory.resolve("snapshots").toString(),
            "pekko.stdout-loglevel",
            "OFF",
            "pekko.loglevel",
            "OFF");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()});
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      elsewhere.forEach(System::setProperty);
      ConfigFactory.invalidateCaches();
      Thread.currentThread().setContextClassLoader(loader);
      System.setOut(out);
      loader
          .loadClass(className)
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
      Thread.currentThread().setContextClassLoader(context);
      elsewhere.keySet().forEach(System::clearProperty);
      ConfigFactory.invalidateCaches();
    }
    return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
