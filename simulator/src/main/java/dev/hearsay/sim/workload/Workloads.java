package dev.hearsay.sim.workload;

import dev.hearsay.sim.experiment.icde19.Load;
import dev.hearsay.sim.sessions.Recording;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The workloads there are: the project's, and those that users put on the class path. */
public final class Workloads {
  /** Name of the workload that plays a recording. */
  public static final String SESSIONS = "sessions";

  private Workloads() {}

  /** All of them, by name. */
  public static List<Workload> all() {
    return all(Workloads.class.getClassLoader());
  }

  /**
   * The project's and those that a class loader finds, by name.
   *
   * @throws java.util.ServiceConfigurationError if one that is named there cannot be made
   */
  public static List<Workload> all(ClassLoader loader) {
    List<Workload> all = new ArrayList<>();
    all.add(new Sets());
    all.add(new Counters());
    all.add(new Registers());
    all.add(new Maps());
    all.add(new Logs());
    all.add(new Ranges());
    all.add(new Transactions());
    all.add(new Retries());
    all.add(new HandOver());
    all.add(new Quorums());
    all.add(new RecordedSessions());
    all.add(new Social());
    all.add(new LargeValues());
    all.add(new Moving());
    Load.all().forEach(load -> all.add(new Published(load)));
    ServiceLoader.load(Workload.class, loader).forEach(all::add);
    all.sort(Comparator.comparing(Workload::name));
    return List.copyOf(all);
  }

  /** The workload {@link #SESSIONS} over another recording than the one that ships. */
  public static Workload sessions(Recording recording) {
    return new RecordedSessions(recording);
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
