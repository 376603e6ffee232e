package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every file below a directory with all of its bytes, to tell that none has changed. */
final class DirectoryBytes {
  private DirectoryBytes() {}

  static Map<String, String> of(Path directory) throws IOException {
    Map<String, String> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(file -> !file.equals(directory)).toList()) {
        bytes.put(
            directory.relativize(file).toString(),
            Files.isRegularFile(file)
                ? HexFormat.of().formatHex(Files.readAllBytes(file))
                : "directory");
      }
    }
    return bytes;
  }
}
