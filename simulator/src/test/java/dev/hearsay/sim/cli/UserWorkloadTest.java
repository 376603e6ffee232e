package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hearsay.sim.workload.Workload;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workload of a user's own, as docs/simulation.md has it, compiled and put on the class path. */
class UserWorkloadTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^```java\\R(package com\\.example;.*?)^```");
  private static final String SERVICE = "META-INF/services/" + Workload.class.getName();

  private final SimRuns sim = new SimRuns();

  @TempDir private Path directory;

  private static String example() throws IOException {
    Path page = Path.of("docs/simulation.md");
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(page)) && Files.exists(at.resolve("mvnw"))) {
        Matcher block = EXAMPLE.matcher(Files.readString(at.resolve(page)));
        assertTrue(block.find(), "docs/simulation.md has no example");
        return block.group(1);
      }
    }
    throw new IllegalStateException("no docs/simulation.md above " + Path.of("").toAbsolutePath());
  }

  /** Compiles it into a folder that names it as a workload. */
  private Path compiled(String folder, String source) throws IOException {
    Path sources = Files.createDirectories(directory.resolve(folder + "-source"));
    Path classes = Files.createDirectories(directory.resolve(folder));
    Path file = Files.writeString(sources.resolve("Steps.java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    boolean done =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file.toFile()))
            .call();
    assertTrue(done, said::toString);
    return named(classes, "com.example.Steps");
  }

  private static Path named(Path classes, String name) throws IOException {
    Files.createDirectories(classes.resolve(SERVICE).getParent());
    Files.writeString(classes.resolve(SERVICE), name + "\n");
    return classes;
  }

  private static List<String> options(String classPath, String... more) {
    List<String> options =
        new ArrayList<>(
            List.of("--class-path", classPath, "--workload", "steps", "--hours", "0.002"));
    options.addAll(Arrays.asList(more));
    return options;
  }

  @Test
  void theExampleOfThePageIsCompiledAndRuns() throws IOException {
    Path classes = compiled("steps", example());
    JsonNode report = sim.json(ExitStatus.OK, options(classes.toString(), "--runs", "3"));
    assertEquals(3, report.get("runs").asInt());
    assertTrue(report.get("changes").asInt() > 20, report::toString);
  }

  @Test
  void whatItFindsIsAFailureThatIsReplayed() throws IOException {
    String wrong = example().replace(".increment()", ".increment(2)");
    Path classes = compiled("steps", wrong);
    JsonNode report = sim.json(ExitStatus.FAILED, options(classes.toString(), "--runs", "1"));
    JsonNode failure = report.get("failures").get(0);
    assertTrue(failure.get("message").asText().contains("steps, and counted "), failure::toString);
    List<String> replay = SimRuns.optionsOf(failure.get("replay").asText());
    JsonNode again = sim.json(ExitStatus.FAILED, replay);
    assertEquals(failure.get("message"), again.get("failures").get(0).get("message"));
  }

  @Test
  void jarsAndFoldersOfJarsWillDoAsWell() throws IOException {
    Path classes = compiled("steps", example());
    Path jars = Files.createDirectory(directory.resolve("jars"));
    try (JarOutputStream jar =
            new JarOutputStream(Files.newOutputStream(jars.resolve("steps.jar")));
        var files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
    String empty = Files.createDirectory(directory.resolve("empty")).toString();
    for (String place : List.of("steps.jar", "*")) {
      sim.json(
          ExitStatus.OK,
          options(
              empty + File.pathSeparator + jars.resolve("x").resolveSibling(place), "--runs", "1"));
    }
  }

  @Test
  void whatIsNotThereIsRefusedInOneLine() throws IOException {
    Path classes = compiled("steps", example());
    refuses("'dance' is none of counters,", classes, "--workload", "dance");
    refuses(", social, steps, transactions", classes, "--workload", "dance");
    refuses("/none' is no folder and no jar", directory.resolve("none"));
    refuses("no workload is named there", Files.createDirectory(directory.resolve("empty")));
    Path missing = Files.createDirectory(directory.resolve("missing"));
    refuses("com.example.Gone not found", named(missing, "com.example.Gone"));
    refuses("not a subtype", named(missing, "dev.hearsay.sim.cli.Main"));
    refuses(
        "dev.hearsay.sim.workload.Sets and com.example.Steps are both called sets",
        compiled("same", example().replace("\"steps\";", "\"sets\";")));
    refuses(
        "is called 'My Steps': lower case",
        compiled("odd", example().replace("\"steps\";", "\"My Steps\";")));
    Path old = compiled("old", example());
    Path file = old.resolve("com/example/Steps.class");
    byte[] bytes = Files.readAllBytes(file);
    bytes[7] = 99;
    Files.write(file, bytes);
    refuses("more recent version of the Java Runtime", old);
  }

  private void refuses(String why, Path classPath, String... more) {
    List<String> options = new ArrayList<>(List.of("--class-path", classPath.toString()));
    options.addAll(Arrays.asList(more));
    assertEquals(ExitStatus.BAD_INPUT, sim.run(options), () -> sim.out() + sim.err());
    assertTrue(sim.err().contains(why), sim::err);
    assertEquals(1, sim.err().lines().count(), sim::err);
    assertEquals("", sim.out());
  }
}
