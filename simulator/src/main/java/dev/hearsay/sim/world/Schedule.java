package dev.hearsay.sim.world;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What goes wrong in a run, in order of time. A file has one {@link Fault} a line; empty lines and
 * those that begin with {@code #} say nothing.
 */
public record Schedule(List<Fault> faults) {
  /** Nothing goes wrong. */
  public static final Schedule NONE = new Schedule(List.of());

  private static final long BYTES_MAX = 16L << 20;

  public Schedule {
    faults = faults.stream().sorted(Comparator.comparingLong(Fault::atNanos)).toList();
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not what it should be, saying where
   * @throws IOException if it cannot be read
   */
  public static Schedule read(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IllegalArgumentException(file + " is longer than " + BYTES_MAX + " bytes");
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw new IllegalArgumentException(file + " is not text in UTF-8", e);
    }
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        try {
          faults.add(Fault.parse(line));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
        }
      }
    }
    return new Schedule(faults);
  }

  /** What a seed draws of these kinds, for a run that long on so many nodes. */
  public static Schedule drawn(long seed, int nodes, List<FaultKind> kinds, long nanos) {
    return Nemesis.draw(seed, nodes, Math.min(3, nodes), kinds, nanos);
  }

  /** The lines of a file. */
  public List<String> lines() {
    return faults.stream().map(Fault::toString).toList();
  }
}
