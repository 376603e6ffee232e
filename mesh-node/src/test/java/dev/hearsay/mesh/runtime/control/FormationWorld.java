package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A world in virtual time around {@link Formation}: nodes, links that may be cut in one direction,
 * messages that are late, lost or out of order, and clusters that behave as Pekko's do (a control
 * system joins one cluster in its life; those who end without a word stay listed as unreachable;
 * each member sees the cluster with a lag of its own).
 */
final class FormationWorld {
  private static final Patience PATIENCE = new Patience(3_600_000, 3_600_000, 3_600_000);
  private static final int TRACE_SHOWN = 40;

  private record Event(long at, long order, Runnable action) {}

  private static final class Cluster {
    final Set<Control> members = new HashSet<>();
    Map<String, NodeRow> directory = Map.of();
  }

  private static final class Control {
    final ControlAddress address;
    final Node node;
    boolean alive = true;
    @Nullable Cluster cluster;
    List<ControlAddress> seeds = List.of();

    Control(ControlAddress address, Node node) {
      this.address = address;
      this.node = node;
    }
  }

  private static final class Node {
    final HostPort data;
    final List<HostPort> configured;
    boolean running;
    int process;
    long incarnation;
    Map<String, NodeRow> directory = Map.of();
    @Nullable Formation formation;
    @Nullable Control control;

    Node(int index, List<HostPort> configured) {
      this.data = address(index);
      this.configured = configured;
    }
  }

  private final Random random;
  private final int lossPercent;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<HostPort, Node> nodes = new LinkedHashMap<>();
  private final Map<ControlAddress, Control> controls = new TreeMap<>();
  private final Set<String> cuts = new HashSet<>();
  private long now = 1_000_000;
  private long order;
  private long uids;
  private long lastReplaceAt;
  private int replaces;
  private final List<String> trace = new ArrayList<>();

  FormationWorld(long seed, int lossPercent) {
    this.random = new Random(seed);
    this.lossPercent = lossPercent;
  }

  static HostPort address(int index) {
    return new HostPort("127.0.0." + (10 + index), 7401);
  }

  void add(int index, List<HostPort> configured) {
    Node node = new Node(index, configured);
    nodes.put(node.data, node);
  }

  void start(int index) {
    Node node = node(index);
    node.running = true;
    int process = ++node.process;
    node.incarnation = random.nextLong();
    NodeIdentity identity =
        new NodeIdentity(
            "id-" + node.data, "n", node.incarnation, node.data, Set.of(), "1", Names.MESH_DEFAULT);
    // The clock of a node may have gone back since its last start.
    long generation = now + random.nextInt(20_000) - 10_000;
    Formation formation = new Formation(identity, generation, PATIENCE);
    node.formation = formation;
    formation.know(now, node.configured, true);
    startControl(node, process);
    tick(node, process);
    look(node, process);
  }

  void kill(int index) {
    Node node = node(index);
    node.running = false;
    node.directory = Map.of();
    node.formation = null;
    Control control = node.control;
    if (control != null) {
      control.alive = false;
      node.control = null;
    }
  }

  boolean isRunning(int index) {
    return node(index).running;
  }

  void cut(int from, int to) {
    cuts.add(address(from) + ">" + address(to));
  }

  void heal() {
    cuts.clear();
  }

  void run(long millis) {
    long end = now + millis;
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
    }
    now = end;
  }

  /** Runs until all running nodes are in one cluster; returns how long it took, or -1. */
  long runUntilOne(long millisMax) {
    long start = now;
    while (now - start <= millisMax) {
      if (isOne()) {
        return now - start;
      }
      run(50);
    }
    return -1;
  }

  /** Whether all running nodes see one and the same cluster, of exactly themselves. */
  boolean isOne() {
    Set<ControlAddress> all = new TreeSet<>();
    for (Node node : nodes.values()) {
      if (node.running) {
        if (node.control == null) {
          return false;
        }
        all.add(node.control.address);
      }
    }
    for (Node node : nodes.values()) {
      if (node.running) {
        Cluster cluster = node.control == null ? null : node.control.cluster;
        if (cluster == null || node.formation == null || !node.formation.isMember()) {
          return false;
        }
        Set<ControlAddress> members = new TreeSet<>();
        cluster.members.forEach(member -> members.add(member.address));
        if (!members.equals(all)) {
          return false;
        }
      }
    }
    return true;
  }

  long millisSinceReplace() {
    return now - lastReplaceAt;
  }

  int replaces() {
    return replaces;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("after " + replaces + " replacements");
    for (Node node : nodes.values()) {
      text.append("; ").append(node.data).append(node.running ? " has " : " (down) had ");
      Control control = node.control;
      text.append(control == null ? "none" : control.address);
      Cluster cluster = control == null ? null : control.cluster;
      text.append(" in ");
      List<String> members = new ArrayList<>();
      if (cluster != null) {
        cluster.members.forEach(member -> members.add(member.address.toString()));
      }
      text.append(members);
    }
    int last = Math.max(0, trace.size() - TRACE_SHOWN);
    trace.subList(last, trace.size()).forEach(text::append);
    return text.toString();
  }

  // Inside

  private void tick(Node node, int process) {
    after(
        60,
        () -> {
          if (node.process == process && node.formation != null) {
            perform(node, node.formation.onTick(now));
            tick(node, process);
          }
        });
  }

  /** What a member sees lags behind by as much as gossip may take. */
  private void look(Node node, int process) {
    after(
        30 + random.nextInt(600),
        () -> {
          if (node.process == process && node.formation != null) {
            lookNow(node, node.formation);
            look(node, process);
          }
        });
  }

  private void lookNow(Node node, Formation formation) {
    Control control = node.control;
    if (control == null) {
      return;
    }
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    Cluster cluster = control.cluster;
    if (cluster != null && cluster.members.contains(control)) {
      for (Control member : cluster.members) {
        boolean reachable = member.alive && linked(node.data, member.node.data);
        members.put(member.address, reachable);
      }
      shareRows(node, formation, control, cluster);
    }
    boolean leader = !members.isEmpty() && members.firstKey().equals(control.address);
    formation.onView(now, new ClusterView(control.address, members, leader));
  }

  /** As the actor does: what a node read in an earlier cluster goes into the next. */
  private void shareRows(Node node, Formation formation, Control control, Cluster cluster) {
    NodeRow mine = row(node, formation, control.address);
    NodeRow standing = cluster.directory.get(mine.nodeId());
    if (standing != null
        && standing.incarnation() != mine.incarnation()
        && NodeRow.newer(standing, mine).equals(standing)) {
      formation.raiseGeneration(standing.generation());
      mine = row(node, formation, control.address);
    }
    node.directory = NodeDirectory.join(node.directory, Map.of(mine.nodeId(), mine));
    cluster.directory = NodeDirectory.join(cluster.directory, node.directory);
    node.directory = cluster.directory;
    formation.onRows(now, cluster.directory.values());
  }

  private static NodeRow row(Node node, Formation formation, ControlAddress control) {
    return new NodeRow(
        "id-" + node.data,
        "n",
        node.incarnation,
        formation.generation(),
        formation.epoch(),
        1,
        node.data,
        control,
        Set.of(),
        "1",
        0,
        0);
  }

  private void startControl(Node node, int process) {
    after(
        30 + random.nextInt(300),
        () -> {
          if (node.process == process && node.formation != null) {
            HostPort host = new HostPort(node.data.host(), 20_000 + random.nextInt(40_000));
            Control control = new Control(new ControlAddress(host, ++uids), node);
            controls.put(control.address, control);
            node.control = control;
            perform(node, node.formation.onControl(now, control.address));
          }
        });
  }

  private void perform(Node node, List<Effect> effects) {
    for (Effect effect : effects) {
      Control control = node.control;
      if (!(effect instanceof Effect.SendHello)) {
        trace.add("\n" + now + " " + node.data + " " + effect);
      }
      if (effect instanceof Effect.SendHello send) {
        deliver(node.data, send);
      } else if (control == null) {
        throw new AssertionError("an effect on no control system: " + effect);
      } else if (effect instanceof Effect.JoinSelf) {
        begin(control);
      } else if (effect instanceof Effect.Join join) {
        boolean first = control.seeds.isEmpty();
        control.seeds = join.seeds();
        if (first) {
          tryToJoin(control);
        }
      } else if (effect instanceof Effect.Down down) {
        Control gone = controls.get(down.member());
        if (gone != null && control.cluster != null) {
          control.cluster.members.remove(gone);
        }
      } else if (effect instanceof Effect.Replace) {
        replaces++;
        lastReplaceAt = now;
        control.alive = false;
        node.control = null;
        startControl(node, node.process);
      }
    }
  }

  private void begin(Control control) {
    if (control.cluster != null || !control.seeds.isEmpty()) {
      throw new AssertionError("a control system that was told to join begins a cluster");
    }
    control.cluster = new Cluster();
    control.cluster.members.add(control);
  }

  private void tryToJoin(Control control) {
    after(
        20 + random.nextInt(400),
        () -> {
          if (!control.alive || control.cluster != null) {
            return;
          }
          for (ControlAddress seed : control.seeds) {
            Control other = controls.get(seed);
            if (other != null
                && other.alive
                && other.cluster != null
                && other.cluster.members.contains(other)
                && linked(control.node.data, other.node.data)) {
              control.cluster = other.cluster;
              other.cluster.members.add(control);
              return;
            }
          }
          after(1_000, () -> tryToJoin(control));
        });
  }

  private void deliver(HostPort from, Effect.SendHello send) {
    if (random.nextInt(100) < lossPercent) {
      return;
    }
    after(
        1 + random.nextInt(random.nextInt(10) == 0 ? 800 : 60),
        () -> {
          Node to = nodes.get(send.to());
          if (to != null && to.formation != null && !cuts.contains(from + ">" + to.data)) {
            perform(to, to.formation.onHello(now, send.hello()));
          }
        });
  }

  private boolean linked(HostPort a, HostPort b) {
    return !cuts.contains(a + ">" + b) && !cuts.contains(b + ">" + a);
  }

  private void after(long millis, Runnable action) {
    events.add(new Event(now + millis, order++, action));
  }

  private Node node(int index) {
    Node node = nodes.get(address(index));
    if (node == null) {
      throw new IllegalArgumentException("no node " + index);
    }
    return node;
  }
}
