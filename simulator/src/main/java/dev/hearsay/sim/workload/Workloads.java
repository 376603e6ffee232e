package dev.hearsay.sim.workload;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The workloads there are: the project's, and those that users put on the class path. */
public final class Workloads {
  private Workloads() {}

  /** All of them, by name. */
  public static List<Workload> all() {
    return ServiceLoader.load(Workload.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Workload::name))
        .toList();
  }

  /** The one of that name. */
  public static Optional<Workload> find(String name) {
    return all().stream().filter(workload -> workload.name().equals(name)).findFirst();
  }

  /** Their names, in order, for messages. */
  public static List<String> names() {
    return all().stream().map(Workload::name).toList();
  }
}
