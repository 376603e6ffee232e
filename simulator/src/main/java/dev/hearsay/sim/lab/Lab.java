package dev.hearsay.sim.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes in processes of their own, each with a directory, and the relays between them. Closing
 * it, or ending this JVM in any orderly way, ends the processes and removes the directories unless
 * they are to be kept. Thread-safe.
 */
public final class Lab implements AutoCloseable {

  static final String LOG_FILE = "node.log";
  static final String STDERR_FILE = "stderr.log";

  /** The system property that names an archive of loaded classes. */
  static final String CLASS_ARCHIVE = "hearsay.class-archive";

  /** The heap of a process that starts fast. */
  public static final int HEAP_MEBIBYTES = 256;

  private static final long STOP_SECONDS_MAX = 10;

  private final Path directory;
  private final boolean keep;
  private final List<String> jvmOptions;
  private final Site site;
  private final List<LabNode> nodes = new CopyOnWriteArrayList<>();
  private final Thread onExit = new Thread(this::endProcessesAndCleanUp, "lab-cleanup");
  private volatile @Nullable Consumer<LabNode> onCrash;

  /**
   * Prepares a lab; starts no process yet.
   *
   * @param directory where the nodes' directories go, and stay; null for a temporary one
   * @param jvmOptions for the node processes
   */
  public Lab(int count, @Nullable Path directory, List<String> jvmOptions) throws IOException {
    this(count, directory, jvmOptions, new Relays());
  }

  /** The same at another site, which is closed with the lab. */
  Lab(int count, @Nullable Path directory, List<String> jvmOptions, Site site) throws IOException {
    this.keep = directory != null;
    this.directory =
        directory == null
            ? Files.createTempDirectory("hearsay-lab-")
            : Files.createDirectories(directory).toAbsolutePath();
    this.jvmOptions = List.copyOf(jvmOptions);
    this.site = site;
    Runtime.getRuntime().addShutdownHook(onExit);
    for (int number = 0; number < count; number++) {
      add(number);
    }
  }

  private LabNode add(int number) throws IOException {
    Path own = Files.createDirectories(directory.resolve("node-" + (number + 1)));
    LabNode node = new LabNode(number, this, own, site.listen(number));
    nodes.add(node);
    return node;
  }

  /**
   * One node more, with a directory of its own; its process is not started yet. Those that start
   * from now on are told of it, and it is told of all. From one thread at a time.
   */
  public LabNode add() throws IOException {
    return add(nodes.size());
  }

  /** A lab without relays, whose links cannot be cut and do not count. */
  public static Lab direct(int count, List<String> jvmOptions) throws IOException {
    return new Lab(count, null, jvmOptions, new DirectSite());
  }

  /** Options with which a JVM starts fastest; not for benchmarks. */
  public static List<String> quickStart() {
    List<String> options = new ArrayList<>();
    options.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx" + HEAP_MEBIBYTES + "m"));
    String archive = System.getProperty(CLASS_ARCHIVE);
    if (archive != null) {
      options.add("-XX:SharedArchiveFile=" + archive);
    }
    return List.copyOf(options);
  }

  /** Options for processes whose clients are in the driver, and that start fast. */
  public static List<String> driven() {
    List<String> options = new ArrayList<>(quickStart());
    // One that keeps more than it may is seen to end.
    options.add("-XX:+ExitOnOutOfMemoryError");
    return options(Hosted.Kind.DRIVEN_NODE, options.toArray(String[]::new));
  }

  /** Options for processes that do no more than they are asked to, for measurements. */
  public static List<String> measured(String... more) {
    return options(Hosted.Kind.MEASURED_NODE, more);
  }

  /**
   * Options for processes that host Pekko's replicator in the place of a node. System properties
   * among {@code more} that begin with {@code pekko.} are settings of it.
   */
  public static List<String> replicators(String... more) {
    return options(Hosted.Kind.REPLICATOR, more);
  }

  private static List<String> options(Hosted.Kind kind, String... more) {
    List<String> options = new ArrayList<>(List.of(more));
    options.add(kind.option());
    return List.copyOf(options);
  }

  public List<LabNode> nodes() {
    return List.copyOf(nodes);
  }

  /** The relays between the nodes, unless the lab is at a site that has none. */
  public Relays relays() {
    if (site instanceof Relays relays) {
      return relays;
    }
    throw new IllegalStateException("there are no relays at this site");
  }

  Site site() {
    return site;
  }

  public Path directory() {
    return directory;
  }

  /** Called, on any thread, when a process ends that nobody killed or stopped. */
  public void onCrash(Consumer<LabNode> listener) {
    onCrash = listener;
  }

  /** Cuts a node off from all others, in both directions. */
  public void cutOff(LabNode node, CutMode mode) {
    bothWays(node, link -> relays().cut(link, mode));
  }

  /** Heals all links of a node. */
  public void heal(LabNode node) {
    bothWays(node, relays()::heal);
  }

  /** Stops all nodes cleanly, then ends what is left. */
  @Override
  public void close() {
    try {
      CompletableFuture<?>[] stops =
          nodes.stream()
              .filter(LabNode::isRunning)
              .map(LabNode::stop)
              .toArray(CompletableFuture<?>[]::new);
      CompletableFuture.allOf(stops)
          .orTimeout(STOP_SECONDS_MAX, TimeUnit.SECONDS)
          // Whatever did not stop by itself is ended below.
          .handle((stopped, failure) -> null)
          .join();
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The JVM is ending already: the hook does, or has done, what follows.
      return;
    }
    endProcessesAndCleanUp();
  }

  List<String> addresses() {
    return nodes.stream().map(LabNode::address).toList();
  }

  /** Of this JVM, jars first: an archive of classes is of jars, with which a path must begin. */
  static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .sorted(Comparator.comparing(entry -> Files.isDirectory(Path.of(entry))))
        .collect(Collectors.joining(File.pathSeparator));
  }

  Process launch(int number, Path nodeDirectory) throws IOException {
    List<String> command = new ArrayList<>(site.commandPrefix(number));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    // The JVM's own warnings do not belong between the lines of the protocol.
    command.addAll(List.of("-Xlog:disable", "-Xlog:all=warning:stderr"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add("-Dhearsay.log=" + nodeDirectory.resolve(LOG_FILE));
    command.add("-Dlogback.configurationFile=logback-node.xml");
    command.add("-cp");
    command.add(classPath());
    command.add(NodeProcess.class.getName());
    return new ProcessBuilder(command)
        .redirectError(
            ProcessBuilder.Redirect.appendTo(nodeDirectory.resolve(STDERR_FILE).toFile()))
        .start();
  }

  void crashed(LabNode node) {
    Consumer<LabNode> listener = onCrash;
    if (listener != null) {
      listener.accept(node);
    }
  }

  private void bothWays(LabNode node, Consumer<Link> action) {
    for (LabNode other : nodes) {
      if (other != node) {
        action.accept(new Link(node.number(), other.number()));
        action.accept(new Link(other.number(), node.number()));
      }
    }
  }

  private void endProcessesAndCleanUp() {
    nodes.forEach(LabNode::destroyIfRunning);
    site.close();
    if (!keep) {
      deleteTree(directory);
    }
  }

  private static void deleteTree(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + root, e);
    }
  }
}
