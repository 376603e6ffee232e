package dev.hearsay.sim.lab;

import dev.hearsay.sim.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Before the first test: an archive of the classes in jars, with which the processes of the tests
 * start in two thirds of the time. It is kept while the jars stay as they are. Without it
 * everything works as well, so that a failure here ends nothing.
 */
public final class ClassArchive implements LauncherSessionListener {
  private static final Path ARCHIVE = Path.of("target", "test-classes.jsa");
  private static final String JARS = ".jars";
  private static final long SECONDS_MAX = 60;
  private static final List<String> COMMANDS =
      List.of(
          "use s",
          "add f a",
          "inc c",
          "set r x",
          "put m k v",
          "append l e",
          "show",
          "peers",
          "exit");

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    List<Path> jars =
        Arrays.stream(Lab.classPath().split(File.pathSeparator))
            .map(Path::of)
            .takeWhile(Files::isRegularFile)
            .toList();
    try {
      if (isCurrent(jars) || make(jars)) {
        System.setProperty(Lab.CLASS_ARCHIVE, ARCHIVE.toAbsolutePath().toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the archive was made of: the JVM refuses it if anything of that has changed. */
  private static List<String> described(List<Path> jars) throws IOException {
    List<String> described = new ArrayList<>(List.of(System.getProperty("java.home")));
    for (Path jar : jars) {
      described.add(jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar));
    }
    return described;
  }

  private static Path jarsFile() {
    return ARCHIVE.resolveSibling(ARCHIVE.getFileName() + JARS);
  }

  private static boolean isCurrent(List<Path> jars) throws IOException {
    return Files.exists(ARCHIVE)
        && Files.exists(jarsFile())
        && Files.readAllLines(jarsFile()).equals(described(jars));
  }

  private static boolean make(List<Path> jars) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("hearsay-classes-");
    Path commands = Files.write(work.resolve("commands"), COMMANDS);
    Path classes = work.resolve("classes");
    Files.deleteIfExists(jarsFile());
    boolean made =
        run(
                commands,
                "-XX:DumpLoadedClassList=" + classes,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Lab.classPath(),
                Main.class.getName(),
                "shell",
                "--name",
                "training",
                "--data",
                work.resolve("node").toString(),
                "--listen",
                "127.0.0.1:0")
            && run(
                commands,
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + ARCHIVE.toAbsolutePath(),
                "-cp",
                jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    if (made) {
      Files.write(jarsFile(), described(jars));
    } else {
      System.err.println("there is no archive of classes: processes of tests start more slowly");
    }
    return made;
  }

  private static boolean run(Path input, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xlog:disable"));
    command.addAll(Arrays.asList(options));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }
}
