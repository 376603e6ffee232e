package dev.hearsay.sim.cli;

import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where workloads of a user are: folders and jars beside the program's own. Open as long as they
 * run.
 */
final class WorkloadPath implements AutoCloseable {
  private static final String EVERY_JAR = "*";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private final @Nullable URLClassLoader loader;

  private WorkloadPath(@Nullable URLClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Opens it.
   *
   * @param spelt as {@code java -cp} has it; null for none
   * @throws BadInputException if something in it is not there
   */
  static WorkloadPath open(@Nullable String spelt) {
    if (spelt == null) {
      return new WorkloadPath(null);
    }
    List<URL> places = new ArrayList<>();
    for (String place : spelt.split(Pattern.quote(File.pathSeparator), -1)) {
      try {
        for (Path path : paths(place)) {
          places.add(path.toUri().toURL());
        }
      } catch (InvalidPathException | MalformedURLException e) {
        throw new BadInputException("--class-path: '" + place + "' is no path", e);
      } catch (IOException e) {
        throw new BadInputException("--class-path " + place + ": cannot be read", e);
      }
    }
    return new WorkloadPath(
        new URLClassLoader(places.toArray(URL[]::new), WorkloadPath.class.getClassLoader()));
  }

  private static List<Path> paths(String place) throws IOException {
    Path path = Path.of(place.endsWith(EVERY_JAR) ? chopped(place) : place);
    boolean isJar = Files.isRegularFile(path) && !place.isEmpty();
    if (place.isEmpty() || !Files.isReadable(path) || !(isJar || Files.isDirectory(path))) {
      throw new BadInputException("--class-path: '" + place + "' is no folder and no jar");
    }
    if (!place.endsWith(EVERY_JAR)) {
      return List.of(path);
    }
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path, "*.jar")) {
      found.forEach(jars::add);
    }
    jars.sort(null);
    return jars;
  }

  private static String chopped(String place) {
    String folder = place.substring(0, place.length() - EVERY_JAR.length());
    return folder.isEmpty() ? "." : folder;
  }

  /**
   * All workloads there are, the project's among them, by name.
   *
   * @throws BadInputException if what is there cannot be used
   */
  List<Workload> workloads() {
    if (loader == null) {
      return checked(Workloads.all());
    }
    List<Workload> all;
    try {
      all = Workloads.all(loader);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new BadInputException("--class-path: " + firstLine(e), e);
    }
    if (all.stream().noneMatch(one -> one.getClass().getClassLoader() == loader)) {
      throw new BadInputException(
          "--class-path: no workload is named there in META-INF/services/"
              + Workload.class.getName());
    }
    return checked(all);
  }

  private static String firstLine(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    return text.lines().findFirst().orElse("") + (cause == e ? "" : ": " + cause);
  }

  private static List<Workload> checked(List<Workload> all) {
    Map<String, Workload> named = new HashMap<>();
    for (Workload workload : all) {
      if (!NAME.matcher(workload.name()).matches()) {
        throw new BadInputException(
            "--class-path: "
                + workload.getClass().getName()
                + " is called '"
                + workload.name()
                + "': lower case, digits and hyphens");
      }
      Workload other = named.put(workload.name(), workload);
      if (other != null) {
        throw new BadInputException(
            "--class-path: "
                + other.getClass().getName()
                + " and "
                + workload.getClass().getName()
                + " are both called "
                + workload.name());
      }
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    if (loader != null) {
      loader.close();
    }
  }
}
