package dev.hearsay.sim.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A checkout with the real launcher, a Maven that takes half a second to make an empty jar, and a
 * JDK whose java prints its arguments.
 */
final class FakeProject {
  private static final String MVNW =
      """
      #!/usr/bin/env bash
      echo build >>"$(dirname "$0")/builds"
      echo '[INFO] Building Hearsay: simulator 1 [1/1]'
      if [ -f "$(dirname "$0")/broken" ]; then cat "$(dirname "$0")/broken"; exit 1; fi
      sleep 0.5
      mkdir -p simulator/target/lib
      : >simulator/target/hearsay-simulator.jar
      """;
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      printf 'java %s\\n' "$*"
      while [ "${1-}" != -jar ]; do
        case $1 in -XX:ArchiveClassesAtExit=*) echo classes >"${1#*=}"; exit ;; esac
        shift
      done
      shift 2
      printf '%s\\0' "$@" >"$PROGRAM_ARGUMENTS"
      case $1 in exit-*) exit "${1#exit-}" ;; esac
      """;

  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "cksum",
          "cp",
          "dirname",
          "env",
          "find",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "sort",
          "tail",
          "tee",
          "tr",
          "xargs");

  private final Path root;
  private final Path jdk;
  private final Path tools;
  private final Map<String, String> environment = new LinkedHashMap<>();

  FakeProject(Path temp) throws IOException {
    root = Files.createDirectories(temp.resolve("check out"));
    jdk = temp.resolve("jdk");
    tools = Files.createDirectories(temp.resolve("tools"));
    script(root.resolve("mvnw"), MVNW);
    script(launcher(), Files.readString(ProjectRoot.find().resolve("hearsay")));
    Files.createDirectories(source().getParent());
    Files.createDirectories(root.resolve(".mvn"));
    Files.writeString(root.resolve("pom.xml"), "<project/>\n");
    Files.writeString(root.resolve("simulator/pom.xml"), "<project/>\n");
    Files.writeString(source(), "class A {}\n");
    forwardTools();
    installJdk("17.0.1");
  }

  record Outcome(int status, String stdout, String stderr, List<String> programArguments) {}

  Path launcher() {
    return root.resolve("hearsay");
  }

  Path source() {
    return root.resolve("simulator/src/main/java/A.java");
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  void installJdk(String version) throws IOException {
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(jdk.resolve("bin/java"), JAVA);
    script(jdk.resolve("bin/javac"), JAVA);
  }

  void removeJdk() throws IOException {
    for (String file : List.of("release", "bin/java", "bin/javac")) {
      Files.delete(jdk.resolve(file));
    }
  }

  void breakBuild(String output) throws IOException {
    Files.writeString(root.resolve("broken"), output + "\n");
  }

  void mendBuild() throws IOException {
    Files.delete(root.resolve("broken"));
  }

  /** How often Maven was called. */
  int builds() throws IOException {
    return Files.readAllLines(root.resolve("builds")).size();
  }

  Outcome run(String... arguments) throws IOException {
    return runIn(root, launcher(), arguments);
  }

  CompletableFuture<Outcome> start(String... arguments) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(arguments);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  Outcome runIn(Path directory, Path command, String... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(command.toString());
    line.addAll(List.of(arguments));
    Path output = Files.createTempDirectory(tools.getParent(), "run");
    Path programArguments = output.resolve("arguments");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(output.resolve("stdout").toFile())
            .redirectError(output.resolve("stderr").toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("PROGRAM_ARGUMENTS", programArguments.toString());
    builder.environment().putAll(environment);
    int status = builder.start().onExit().join().exitValue();
    return new Outcome(
        status,
        Files.readString(output.resolve("stdout")),
        Files.readString(output.resolve("stderr")),
        readArguments(programArguments));
  }

  private static List<String> readArguments(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String[] parts = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0", -1);
    return List.of(parts).subList(0, parts.length - 1);
  }

  /** A PATH with what a bare machine has, and no java. */
  private void forwardTools() throws IOException {
    for (String tool : TOOLS) {
      forward(tool, true);
    }
    forward("flock", false); // macOS has none
  }

  private void forward(String tool, boolean required) throws IOException {
    for (String folder : List.of("/usr/bin", "/bin")) {
      Path there = Path.of(folder, tool);
      if (Files.isExecutable(there)) {
        script(tools.resolve(tool), "#!/bin/sh\nexec " + there + " \"$@\"\n");
        return;
      }
    }
    if (required) {
      throw new IllegalStateException(tool + " is neither in /usr/bin nor in /bin");
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
