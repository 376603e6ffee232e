package dev.hearsay.sim.cli;

import dev.hearsay.sim.bench.mesh.Part;
import dev.hearsay.sim.bench.mesh.Side;
import dev.hearsay.sim.bench.types.Contender;
import dev.hearsay.sim.bench.types.TypesBench;
import dev.hearsay.sim.bench.types.Work;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The choices of the benchmarks, checked. */
final class BenchOptions {

  private static final int SIZE_MAX = 1_000_000;
  private static final int FORKS_MAX = 10;

  private BenchOptions() {}

  /**
   * What the command line asks for; null for an option that was not given.
   *
   * @throws BadInputException if there is no such work, size or system
   */
  static TypesBench.Options types(
      boolean quick,
      int forks,
      @Nullable List<Integer> sizes,
      @Nullable List<String> works,
      @Nullable List<String> systems) {
    if (forks < 1 || forks > FORKS_MAX) {
      throw new BadInputException("--forks must be between 1 and " + FORKS_MAX + ", not " + forks);
    }
    List<Integer> distinctSizes = new ArrayList<>();
    for (int size : sizes == null ? List.<Integer>of() : sizes) {
      if (size < 1 || size > SIZE_MAX) {
        throw new BadInputException("--size must be between 1 and " + SIZE_MAX + ", not " + size);
      }
      if (!distinctSizes.contains(size)) {
        distinctSizes.add(size);
      }
    }
    return new TypesBench.Options(
        quick,
        forks,
        distinctSizes,
        chosen("--work", works, Work.values(), Work::label),
        chosen("--system", systems, Contender.values(), Contender::label));
  }

  /**
   * The parts of {@code bench mesh}; all if none was named.
   *
   * @param systems that are measured
   * @throws BadInputException if there is no such part, or one that measures none of the systems
   */
  static Set<Part> meshParts(@Nullable List<String> parts, Set<Side> systems) {
    Set<Part> chosen = chosen("--part", parts, Part.values(), Part::label);
    for (Part part : chosen) {
      if (part.measured().stream().noneMatch(systems::contains)) {
        throw new BadInputException(
            "--system: part "
                + part.label()
                + " measures "
                + part.measured().stream().map(Side::label).collect(Collectors.joining(" and ")));
      }
    }
    return chosen.isEmpty() ? EnumSet.allOf(Part.class) : chosen;
  }

  /**
   * Whom {@code bench mesh} measures; all if none was named.
   *
   * @throws BadInputException if there is no such system
   */
  static Set<Side> meshSides(@Nullable List<String> systems) {
    Set<Side> chosen = chosen("--system", systems, Side.values(), Side::label);
    return chosen.isEmpty() ? EnumSet.allOf(Side.class) : chosen;
  }

  private static <T> Set<T> chosen(
      String option, @Nullable List<String> labels, T[] all, Function<T, String> label) {
    Set<T> chosen = new LinkedHashSet<>();
    for (String wanted : labels == null ? List.<String>of() : labels) {
      chosen.add(
          Stream.of(all)
              .filter(one -> label.apply(one).equalsIgnoreCase(wanted.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BadInputException(
                          option
                              + ": '"
                              + wanted
                              + "' is none of "
                              + Stream.of(all).map(label).collect(Collectors.joining(", ")))));
    }
    return chosen;
  }
}
