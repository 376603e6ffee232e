package dev.hearsay.persistence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of its own that runs a main class of the tests. It ends with its parent's test. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private ChildJvm(Process process) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static ChildJvm start(Class<?> main, String... arguments) throws IOException {
    return startWith(List.of(), main, arguments);
  }

  /** With a temporary directory of its own. */
  static ChildJvm startIn(Path temporary, Class<?> main, String... arguments) throws IOException {
    return startWith(List.of("-Djava.io.tmpdir=" + temporary), main, arguments);
  }

  /** With more options for its JVM. */
  static ChildJvm startWith(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    return start(List.of(), options, main, arguments);
  }

  /**
   * Below another command, which ends by executing what follows it.
   *
   * @param before the command and its arguments
   */
  static ChildJvm start(
      List<String> before, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dhearsay.test.log=WARN");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  long pid() {
    return process.pid();
  }

  /** The next line of its output, or null at the end. */
  @Nullable String readLine() throws IOException {
    return out.readLine();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    process.toHandle().destroyForcibly(); // unlike the process's own, leaves its output readable
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("process " + pid() + " survives SIGKILL");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The exit status of a process that ends by itself. */
  int await() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("process " + pid() + " does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
