package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.Agent;
import dev.hearsay.mesh.DrainProgress;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Fork;
import dev.hearsay.mesh.ForkChoice;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.MeshTraffic;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.NodeSettings;
import dev.hearsay.mesh.NodeStatus;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.runtime.control.ControlPlane;
import dev.hearsay.mesh.runtime.control.ControlSettings;
import dev.hearsay.mesh.runtime.control.NodeIdentity;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.VersionedPlacement;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.persistence.DirectoryInUseException;
import dev.hearsay.persistence.DirectoryLock;
import dev.hearsay.persistence.UnusableDirectoryException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node: starts, wires and stops the parts. Thread-safe. */
final class PekkoNode implements MeshNode {
  private static final Logger LOG = LoggerFactory.getLogger(PekkoNode.class);
  private static final long PEERS_MILLIS_MAX = 2_000;
  static final String VERSION = "0.1.0";

  private final NodeSettings settings;
  private final String mesh;
  private final DirectoryLock lock;
  private final ActorSystem data;
  private final HostPort address;
  private final NodeThreads threads;
  final Map<String, SpaceCell> cells = new ConcurrentHashMap<>();
  private final Map<String, VersionedPlacement> placements = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final HeldSpaces held;
  private final RemoteSpaces remotes;
  private final Prober prober;
  private final TrafficBook traffic = new TrafficBook();
  private final ActorRef gossip;
  private final VoterBooks books;
  private final Voting voting;
  private final ControlPlane control;
  final Catalogue catalogue;
  private final SpaceDesk desk;
  private final ForkDesk forks;

  static MeshNode start(NodeSettings settings) {
    return start(settings, ConfigFactory.empty());
  }

  /**
   * Starts a node with settings of Pekko and its plugins that the builder does not offer.
   *
   * @param overrides take precedence over the node's own
   */
  static MeshNode start(NodeSettings settings, Config overrides) {
    FreshDirectory fresh = FreshDirectory.of(settings.dataDirectory());
    DirectoryLock lock = lock(settings);
    ActorSystem data = null;
    MeshNameFile mesh = null;
    boolean started = false;
    try {
      mesh = MeshNameFile.take(settings.dataDirectory(), settings.mesh());
      String nodeId =
          NodeIdentityFile.readOrCreate(
              settings.dataDirectory(), DataSystem.journal(settings, overrides));
      data = DataSystem.start(settings, overrides);
      PekkoNode node = new PekkoNode(settings, mesh.name(), lock, data, nodeId);
      node.recover();
      started = true;
      return node;
    } finally {
      if (!started) {
        stop(data);
        // While it is still ours: after that, somebody else's identity may be there.
        if (mesh != null) {
          mesh.undo();
        }
        fresh.undo();
        lock.close();
      }
    }
  }

  private static DirectoryLock lock(NodeSettings settings) {
    try {
      return DirectoryLock.acquire(settings.dataDirectory(), "node " + settings.name());
    } catch (DirectoryInUseException e) {
      throw new HearsayException(ErrorCode.DATA_DIRECTORY_IN_USE, e.getMessage(), e);
    } catch (UnusableDirectoryException e) {
      throw new HearsayException(ErrorCode.DATA_DIRECTORY_UNUSABLE, e.getMessage(), e);
    }
  }

  private PekkoNode(
      NodeSettings settings, String mesh, DirectoryLock lock, ActorSystem data, String nodeId) {
    GossipSettings gossipSettings = GossipConfig.read(data.settings().config());
    GossipLimits limits = LimitsConfig.gossip(data.settings().config());
    this.settings = settings;
    this.mesh = mesh;
    this.lock = lock;
    this.data = data;
    Address bound = ((ExtendedActorSystem) data).provider().getDefaultAddress();
    this.address = new HostPort(settings.announced().host(), bound.getPort().get());
    this.threads = new NodeThreads(settings.name());
    Map<HostPort, Integer> contacts = new ConcurrentHashMap<>();
    Incarnations incarnations = Incarnations.read(settings.dataDirectory());
    ReplicaId incarnation = incarnations.draw();
    this.books =
        new VoterBooks(() -> cells.get(Catalogue.SPACE), nodeId, settings.name(), traffic.notices);
    HybridClock clock = new HybridClock();
    this.prober = new Prober(settings.bound().host(), this::probed);
    this.held =
        new HeldSpaces(
            settings.name(), settings.roles(), data, threads, closed::get, cells, placements);
    this.remotes =
        new RemoteSpaces(
            RemoteConfig.read(data.settings().config()), threads, cells, traffic, this::tell);
    this.gossip =
        data.actorOf(
            GossipActor.props(
                new GossipActor.Wiring(
                    address,
                    new Message.Hello(
                        mesh, nodeId, incarnation.value(), settings.name(), List.of()),
                    gossipSettings,
                    limits,
                    settings.join(),
                    settings.roles(),
                    cells,
                    placements,
                    remotes::onMessage,
                    prober::probe,
                    twin -> ForkDesk.giveUpIdentity(settings.dataDirectory(), twin, this::tell),
                    incarnations,
                    contacts,
                    traffic,
                    threads.blocking(),
                    books,
                    new DoubtFile(settings.dataDirectory()),
                    BookConfig.read(data.settings().config()),
                    clock)),
            GossipActor.NAME);
    this.voting = new Voting(books, this::tell, this::placement);
    NodeContext context =
        new NodeContext(
            clock,
            incarnation,
            incarnations,
            contacts,
            LimitsConfig.space(data.settings().config()),
            ResidenceSettings.read(data.settings().config()).journalHeldBytesMax(),
            threads.blocking(),
            this::tell,
            traffic.notices);
    this.forks = new ForkDesk(cells, this::tell);
    held.start(context);
    remotes.start(context.clock());
    this.control =
        ControlPlane.start(
            data,
            new NodeIdentity(
                nodeId,
                settings.name(),
                incarnation.value(),
                address,
                settings.roles(),
                VERSION,
                mesh),
            controlSettings(limits),
            settings.join().stream().map(HostPort::toString).toList(),
            this::learned,
            (from, why) -> traffic.outside(HostPort.parse(from), 1, why));
    LoadReporter.start(data, this::tell, control);
    SpaceCell cell = held.hold(Catalogue.SPACE);
    cell.pin();
    this.catalogue =
        new Catalogue(cell, new Writes(cell, settings.name(), threads.callbacks(), closed::get));
    this.desk =
        new SpaceDesk(settings.name(), catalogue, held, remotes, voting, threads, closed::get);
  }

  private ControlSettings controlSettings(GossipLimits limits) {
    int port = settings.controlPort();
    return new ControlSettings(
        new HostPort(settings.announced().host(), port),
        new HostPort(settings.bound().host(), port),
        ControlSettings.REMOVE_AFTER_DEFAULT,
        Duration.ofMillis(limits.unheardMillis()),
        Duration.ofMillis(limits.goneMillis()));
  }

  /**
   * Reads the catalogue back, and finds out where the spaces stand that it names. These are usable
   * at once: whoever uses one waits for that one alone.
   */
  private void recover() {
    SpaceCell catalogueCell = held.hold(Catalogue.SPACE);
    tell(new GossipInput.Learning(true));
    try {
      await(catalogueCell.load());
    } catch (RuntimeException e) {
      shutDown();
      throw e;
    }
    catalogueCell.observe(
        publication -> {
          var unused = held.follow(Catalogue.placements(publication), /* recovering= */ false);
        });
    Map<String, VersionedPlacement> known = catalogue.placements();
    long startedMillis = NodeContext.steadyMillis();
    var unused =
        held.follow(known, /* recovering= */ true)
            .whenComplete(
                (done, failure) -> {
                  tell(new GossipInput.Learning(false));
                  LOG.info(
                      "node {} knows where its spaces stand after {} ms",
                      settings.name(),
                      NodeContext.steadyMillis() - startedMillis);
                });
    LOG.info("node {} at {} holds {} space(s)", settings.name(), address, known.size());
  }

  static void await(CompletableFuture<Void> ready) {
    try {
      ready.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof HearsayException hearsay ? hearsay : e;
    }
  }

  /** Those in memory, the catalogue among them. */
  int loadedSpaces() {
    return held.loaded();
  }

  /** Where a space stands that is held here; null if it is not known. */
  SpaceEvent.@Nullable Rested row(String space) {
    SpaceCell cell = cells.get(space);
    return cell == null ? null : cell.row();
  }

  private void tell(GossipInput input) {
    gossip.tell(input, ActorRef.noSender());
  }

  /** Where a space may live, as the catalogue here has it: also what was written a moment ago. */
  private Placement placement(String space) {
    return catalogue
        .placement(space)
        .map(VersionedPlacement::placement)
        .orElse(Placement.everywhere());
  }

  private void probed(HostPort peer) {
    tell(new GossipInput.Probed(peer));
  }

  private void learned(Set<String> addresses) {
    tell(
        new GossipInput.Learn(
            addresses.stream().map(HostPort::parse).collect(Collectors.toList())));
  }

  Space openSpace(String space, String author, SpaceOptions options) {
    return desk.open(space, author, options);
  }

  void deleteSpace(String space, String author) {
    desk.delete(space, author);
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "node " + name() + " is closed");
    }
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public String id() {
    return books.nodeId();
  }

  @Override
  public String mesh() {
    return mesh;
  }

  @Override
  public String address() {
    return address.toString();
  }

  @Override
  public Agent agent(String name) {
    return new PekkoAgent(this, Names.check("agent", name));
  }

  @Override
  public SortedSet<String> spaces() {
    SortedSet<String> names = catalogue.spaces();
    names.removeIf(space -> catalogue.isDeleted(space) && held.isEmpty(space));
    return names;
  }

  @Override
  public List<PeerStatus> peers() {
    requireOpen();
    return PeerStatuses.of(mesh, ask(GossipInput.Ask::new), control.members());
  }

  @Override
  public List<NodeStatus> nodes() {
    requireOpen();
    NodeStatuses.Self self = new NodeStatuses.Self(id(), name(), address, settings.roles());
    return NodeStatuses.of(self, ask(GossipInput.AskNodes::new), control.directory());
  }

  @Override
  public MeshTraffic traffic() {
    requireOpen();
    return ask(GossipInput.AskTraffic::new);
  }

  private <T> T ask(Function<CompletableFuture<T>, GossipInput> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    tell(question.apply(answer));
    try {
      return answer.get(PEERS_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.INTERNAL, "interrupted while asking the gossip", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new HearsayException(
          ErrorCode.INTERNAL,
          "this node is very busy: its gossip did not answer within "
              + PEERS_MILLIS_MAX
              + " ms; asking again is harmless",
          e);
    }
  }

  @Override
  public NodeMetrics metrics() {
    return traffic.metrics();
  }

  @Override
  public List<Fork> forks() {
    requireOpen();
    return forks.forks();
  }

  @Override
  public Frontier resolveFork(String space, ForkChoice choice) {
    requireOpen();
    return forks.resolve(space, choice);
  }

  @Override
  public void drain(int copies, Duration timeout, Consumer<DrainProgress> onProgress) {
    requireOpen();
    new Drain(cells, this::tell, closed::get).run(copies, timeout, onProgress);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        shutDown();
      } finally {
        lock.close();
      }
    }
  }

  private void shutDown() {
    closed.set(true);
    CompletableFuture<Void> written =
        CompletableFuture.allOf(
            cells.values().stream().map(SpaceCell::stop).toArray(CompletableFuture[]::new));
    control.close();
    prober.close();
    remotes.close();
    Closing.await(written, "the journal takes long to finish");
    stop(data);
    cells.values().forEach(SpaceCell::close);
    threads.close();
  }

  private static void stop(@Nullable ActorSystem system) {
    if (system == null) {
      return;
    }
    system.terminate();
    Closing.await(
        system.getWhenTerminated().toCompletableFuture(), "the actor system takes long to end");
  }
}
