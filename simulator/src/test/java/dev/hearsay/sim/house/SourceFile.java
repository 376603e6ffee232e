package dev.hearsay.sim.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One Java file of the project, with its path from the project's root, in forward slashes. */
record SourceFile(String path, List<String> lines) {
  SourceFile {
    lines = List.copyOf(lines);
  }

  boolean isMain() {
    return path.matches("[^/]+/src/main/.*");
  }

  boolean isTest() {
    return path.matches("[^/]+/src/test/.*");
  }

  String folder() {
    return path.substring(0, path.lastIndexOf('/'));
  }

  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Every Java file under a module's {@code src}; build output is not read. */
  static List<SourceFile> allUnder(Path root) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    for (Path src : sourceFolders(root)) {
      try (Stream<Path> walk = Files.walk(src)) {
        for (Path file : walk.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          String path = root.relativize(file).toString().replace('\\', '/');
          files.add(new SourceFile(path, Files.readAllLines(file)));
        }
      }
    }
    return files;
  }

  private static List<Path> sourceFolders(Path root) throws IOException {
    try (Stream<Path> modules = Files.list(root)) {
      return modules.map(m -> m.resolve("src")).filter(Files::isDirectory).sorted().toList();
    }
  }
}
