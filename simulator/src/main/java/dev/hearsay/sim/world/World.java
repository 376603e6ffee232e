package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole mesh in one thread: nodes that run production's own core, their disks, and the network
 * between them, with a virtual clock and one source of chance. The same settings are the same run,
 * to the byte. Not thread-safe; worlds share nothing.
 *
 * <pre>{@code
 * World world = new World(WorldSettings.of(42, 5));
 * world.begin();
 * world.run(10_000_000_000L);
 * world.node(3).crash(false);
 * }</pre>
 */
public final class World {
  /** What every wall clock shows at the beginning, but for its skew. */
  static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private static final long MILLI = 1_000_000;
  private static final long STEP_NANOS = 50 * MILLI;
  private static final int PORT = 7_400;

  /** Is told of every message that has a link to go over. */
  public interface MessageListener {
    /** A message of so many bytes is handed to the network. */
    void sent(int from, int to, Message message, int bytes);
  }

  private final WorldSettings settings;
  private final PlantedFault planted;
  private final SplittableRandom random;
  private final SplittableRandom ofNodes;
  private final EventQueue queue = new EventQueue();
  private final Trace trace = new Trace();
  private final Tally tally = new Tally();
  private final Network network;
  private final List<VirtualNode> nodes = new ArrayList<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final Audience audience = new Audience(this);
  private final List<MessageListener> listeners = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();
  private final List<String> spaces;
  private final OneDot oneDot = new OneDot();
  private final DurabilityCheck durability = new DurabilityCheck(this);
  private final Places places = new Places();
  private final PlacementCheck borders = new PlacementCheck(this);
  private long nowNanos;
  private boolean founded;
  private long changesMinted;
  private long pendingCalls;
  private boolean forksExpected;

  /** A world in which nothing has begun. */
  public World(WorldSettings settings) {
    this(settings, settings.nodes(), PlantedFault.NONE);
  }

  /**
   * A world whose nodes may do something wrong, to see that it is found.
   *
   * @param members nodes that are there from the beginning; the others may join
   */
  World(WorldSettings settings, int members, PlantedFault planted) {
    this.settings = settings;
    this.planted = planted;
    this.random = new SplittableRandom(settings.seed());
    // What nodes and clients draw does not depend on how many may join.
    this.ofNodes = random.split();
    this.spaces = new ArrayList<>(settings.spaces());
    this.network = new Network(this, settings, random.split());
    PlantedFaults.onNetwork(this, network);
    for (int i = 0; i < settings.nodes(); i++) {
      add().member(i < members);
    }
  }

  private VirtualNode add() {
    VirtualNode node = new VirtualNode(this, nodes.size(), ofNodes.split());
    nodes.add(node);
    indexes.put(node.name(), node.index());
    return node;
  }

  static HostPort address(int index) {
    return new HostPort("n" + index, PORT);
  }

  public WorldSettings settings() {
    return settings;
  }

  /** Starts all nodes. */
  public void begin() {
    nodes.stream().filter(VirtualNode::isMember).forEach(VirtualNode::start);
  }

  /** Virtual time since the beginning. */
  public long nowNanos() {
    return nowNanos;
  }

  long nowMillis() {
    return nowNanos / MILLI;
  }

  /** A source of chance of its own, drawn from the seed. */
  public SplittableRandom split() {
    return random.split();
  }

  /** Runs the task at that time, or now if that is past. */
  public void at(long nanos, Runnable task) {
    queue.add(Math.max(nanos, nowNanos), task);
  }

  /** Runs the task so much later. */
  public void after(long nanos, Runnable task) {
    queue.add(nowNanos + Math.max(0, nanos), task);
  }

  /** Runs everything that is due until then. */
  public void run(long untilNanos) {
    while (queue.nextNanos() <= untilNanos && violations.isEmpty()) {
      nowNanos = queue.nextNanos();
      queue.remove().run();
    }
    nowNanos = Math.max(nowNanos, violations.isEmpty() ? untilNanos : nowNanos);
  }

  /** Runs until the condition holds; false if it does not until then. Looks every 50 ms. */
  public boolean runUntil(BooleanSupplier condition, long untilNanos) {
    while (!condition.getAsBoolean()) {
      if (nowNanos >= untilNanos || !violations.isEmpty()) {
        return false;
      }
      run(Math.min(nowNanos + STEP_NANOS, untilNanos));
    }
    return true;
  }

  /** How many events wait. */
  int waiting() {
    return queue.size();
  }

  public VirtualNode node(int index) {
    return nodes.get(index);
  }

  /** All nodes that there ever were, by number. */
  public List<VirtualNode> nodes() {
    return List.copyOf(nodes);
  }

  public Network network() {
    return network;
  }

  public Tally tally() {
    return tally;
  }

  public Trace trace() {
    return trace;
  }

  /** Spaces that every node holds, beside the catalogue. */
  public List<String> spaces() {
    return List.copyOf(spaces);
  }

  /** Changes minted so far, of all nodes, the catalogue's among them. */
  public long changesMinted() {
    return changesMinted;
  }

  /** Every node holds this space too. Before {@link #begin}. */
  public void addSpace(String space) {
    if (!spaces.contains(space)) {
      spaces.add(space);
    }
  }

  /**
   * Every node may hold this space too, but it lives on some of them only. Before {@link #begin}.
   */
  void restrict(String space) {
    addSpace(space);
    if (!places.any()) {
      observe(borders);
    }
    places.restrict(space);
  }

  /** Where spaces may live. */
  Places places() {
    return places;
  }

  /** Who is told what happens. */
  public void observe(Observer observer) {
    audience.add(observer);
  }

  /** Who is told of messages. */
  public void listen(MessageListener listener) {
    listeners.add(listener);
  }

  int indexOf(HostPort address) {
    Integer index = indexes.get(address.host());
    return index == null || address.port() != PORT ? -1 : index;
  }

  HostPort addressOf(int index) {
    return nodes.get(index).address();
  }

  /** Whom a node is told of: everybody, or its neighbours where links are restricted. */
  List<HostPort> configured(int index) {
    Topology topology = settings.topology();
    List<HostPort> known = new ArrayList<>();
    if (topology != null) {
      topology.links().get(index).forEach(other -> known.add(address(other)));
    } else {
      nodes.stream().filter(VirtualNode::isMember).forEach(node -> known.add(node.address()));
    }
    return known;
  }

  /** True once: for the node that names the voters. */
  boolean claimFounding() {
    boolean first = !founded;
    founded = true;
    return first;
  }

  List<String> foundingVoters() {
    return nodes.stream()
        .limit(settings.voters())
        .map(node -> node.disk().nodeId)
        .filter(id -> !id.isEmpty())
        .toList();
  }

  /** Whether the node may be one of the voters of a space, as far as any node knows. */
  boolean votes(VirtualNode node) {
    String id = node.disk().nodeId;
    for (VirtualNode other : nodes) {
      for (String space : spaces) {
        VoterView view = other.desk().view(space);
        if (Stream.concat(view.settled().stream(), view.pending().stream())
            .anyMatch(list -> list.contains(id))) {
          return true;
        }
      }
    }
    return false;
  }

  boolean plants(PlantedFault fault) {
    return planted == fault;
  }

  /** For a planted fault. */
  OneDot oneDot() {
    return oneDot;
  }

  /** Nodes may come to hold two branches of a replica's history from now on. */
  void expectForks() {
    forksExpected = true;
  }

  /** Whether they may have. */
  boolean expectsForks() {
    return forksExpected;
  }

  /** A client's call has begun. */
  void callBegun() {
    pendingCalls++;
  }

  /** A client's call has ended. */
  void callEnded() {
    pendingCalls--;
  }

  /** Calls of clients that have not ended. */
  public long pendingCalls() {
    return pendingCalls;
  }

  /** Something is wrong, which ends the run. */
  void violated(String checker, String node, String message) {
    violations.add(new Violation(checker, message, nowNanos, node));
  }

  /** What was found by the world itself. */
  public List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** Ends the run at this instant. */
  public void stop(Violation why) {
    violations.add(why);
  }

  /** Something for the timeline. */
  void note(String text) {
    trace.line(nowNanos, text);
  }

  void sends(VirtualNode from, HostPort to, Message message) {
    durability.sends(from, message);
    if (places.any()) {
      borders.sends(from, nodes.get(indexOf(to)), message);
    }
  }

  void sent(int from, int to, Message message, int bytes) {
    for (MessageListener listener : listeners) {
      listener.sent(from, to, message, bytes);
    }
    audience.sent(nodes.get(from), nodes.get(to), message, bytes);
  }

  void minted(VirtualNode node, String space, EncodedChange change, VersionVector past) {
    changesMinted++;
    if (plants(PlantedFault.ONE_DOT_FOR_A_CHANGE)) {
      oneDot.minted(change);
    }
    audience.minted(node, space, change, past);
  }

  void published(VirtualNode node, String space, Publication publication) {
    audience.published(node, space, publication);
  }

  void opened(VirtualNode node, String space, SpaceState state) {
    audience.shown(node, space, state);
    audience.durable(node, space, state);
  }

  void started(VirtualNode node) {
    note(node.name() + " starts");
    observers().forEach(each -> each.restarted(nowNanos, node.name()));
  }

  void ended(VirtualNode node) {
    note(node.name() + " ends");
    observers().forEach(each -> each.crashed(nowNanos, node.name()));
  }

  void diskDamaged(VirtualNode node) {
    observers().forEach(each -> each.diskDamaged(nowNanos, node.name()));
  }

  void purged(VirtualNode node, String space) {
    observers().forEach(each -> each.purged(nowNanos, node.name(), space));
  }

  void joined(VirtualNode node) {
    observers().forEach(each -> each.joined(nowNanos, node.name()));
  }

  void left(VirtualNode node) {
    observers().forEach(each -> each.left(nowNanos, node.name()));
  }

  void healed() {
    observers().forEach(each -> each.healed(nowNanos));
  }

  void settled() {
    observers().forEach(each -> each.settled(nowNanos));
  }

  /** Tells what every node keeps in memory. */
  void tellHeld() {
    for (VirtualNode node : nodes) {
      if (node.isRunning() && audience.wantsHeld()) {
        Holdings.tell(node, (what, amount, most) -> audience.held(node, what, amount, most));
      }
    }
  }

  /** Tells what every node holds in the end. */
  void tellHoldings() {
    for (VirtualNode node : nodes) {
      for (String space : spaces) {
        if (node.isRunning() && places.belongs(space, node)) {
          SpaceState state = node.state(space);
          observers().forEach(each -> each.holds(nowNanos, node.name(), space, state));
        }
      }
    }
  }

  List<Observer> observers() {
    return audience.all();
  }

  Audience audience() {
    return audience;
  }

  /** Whether all running nodes hold the same, and have it on their disks. */
  public boolean isConverged() {
    return whyNotConverged() == null;
  }

  /** Who differs from whom; null if nobody does. */
  @Nullable String whyNotConverged() {
    return Agreement.whyNot(this);
  }
}
