package dev.hearsay.sim.world;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Acknowledgements;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Reassembly;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link World}: a process that may end and begin again, and a disk that stays. Gives
 * production's {@link Gossip} virtual time, and does what it says. For the thread of the world.
 */
public final class VirtualNode {
  /** From one of production's actors to the next. */
  static final long ACTOR_NANOS = 10_000;

  /** The book of spaces and of their voters. */
  static final String CATALOGUE = Acknowledgements.CATALOGUE;

  private static final long MILLI = 1_000_000;

  private final World world;
  private final int index;
  private final HostPort address;
  private final SplittableRandom random;
  private final Disk disk;
  private final Map<String, VirtualSpace> spaces = new TreeMap<>();
  private final Map<HostPort, Integer> contacts = new HashMap<>();
  private final VirtualDesk desk;
  private final Pauses pauses;
  private final PlacedSpaces placed;
  private final long firstSkewMillis;
  private long skewMillis;
  private HybridClock clock = new HybridClock();
  private Reassembly reassembly = new Reassembly(Gossip.PEERS_MAX);
  private @Nullable Gossip gossip;
  private ReplicaId incarnation = new ReplicaId(1);
  private @Nullable ReplicaId resumed;
  private boolean running;
  private boolean member = true;
  private int life;
  private long rejected;

  VirtualNode(World world, int index, SplittableRandom random) {
    this.world = world;
    this.index = index;
    this.address = World.address(index);
    this.random = random;
    this.disk = new Disk(world, index, random.split());
    this.desk = new VirtualDesk(this);
    this.pauses = new Pauses(world);
    this.placed = new PlacedSpaces(this);
    this.firstSkewMillis = random.nextInt(world.settings().clockSkewMillisMax() + 1);
    this.skewMillis = firstSkewMillis;
  }

  World world() {
    return world;
  }

  /** Its number, from 0. */
  public int index() {
    return index;
  }

  /** Its name: {@code n0}, {@code n1}, … */
  public String name() {
    return address.host();
  }

  HostPort address() {
    return address;
  }

  public boolean isRunning() {
    return running;
  }

  /** Whether it belongs to the mesh; false before it joins and after it has left. */
  public boolean isMember() {
    return member;
  }

  void member(boolean is) {
    member = is;
  }

  /** Counts its processes. */
  int life() {
    return life;
  }

  public Disk disk() {
    return disk;
  }

  VirtualDesk desk() {
    return desk;
  }

  HybridClock clock() {
    return clock;
  }

  /** The time that its wall clock shows. */
  long wallMillis() {
    return World.EPOCH_MILLIS + world.nowMillis() + skewMillis;
  }

  /** Sets the wall clock forward, or back. */
  public void jump(long millis) {
    skewMillis += millis;
  }

  /** Sets the wall clock right, but for what it was off at the beginning. */
  void rightClock() {
    skewMillis = firstSkewMillis;
  }

  /**
   * The process does nothing for so long, nor do the clients beside it: a long collection of
   * garbage, or a suspended machine. What comes meanwhile waits.
   */
  public void pause(long nanos) {
    if (running) {
      pauses.begin(nanos);
    }
  }

  /** Goes on at once, if it was paused. */
  void goOn() {
    pauses.end();
  }

  /** Runs it, as soon as the process is not paused. */
  void whenAwake(Runnable task) {
    pauses.run(task);
  }

  /** The same, unless the process has ended until then. */
  void whenAwake(int startedAs, Runnable task) {
    if (startedAs == life) {
      whenAwake(
          () -> {
            if (startedAs == life) {
              task.run();
            }
          });
    }
  }

  Gossip gossip() {
    if (gossip == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return gossip;
  }

  /** How many packets were refused. */
  public long rejected() {
    return rejected;
  }

  /** What a virtual machine's snapshot holds of it. */
  record Image(Disk disk, ReplicaId incarnation) {}

  Image image() {
    return new Image(disk.image(), incarnation);
  }

  /** The process goes on from the image, as if nothing had been since. */
  void resume(Image image) {
    crash(false);
    disk.become(image.disk());
    resumed = image.incarnation();
    start();
  }

  /** Starts the process, if it is not running. */
  public void start() {
    if (running) {
      return;
    }
    running = true;
    life++;
    if (disk.nodeId.isEmpty()) {
      disk.nodeId = name() + "-" + Long.toHexString(random.nextLong());
    }
    ReplicaId image = resumed;
    resumed = null;
    boolean reuses = world.plants(PlantedFault.REUSES_DOTS) && life > 1;
    incarnation = image != null ? image : reuses ? incarnation : drawIncarnation();
    clock = new HybridClock();
    reassembly = new Reassembly(Gossip.PEERS_MAX);
    contacts.clear();
    spaces.clear();
    world.started(this);
    gossip =
        new Gossip(
            address,
            disk.hello(incarnation, name()),
            world.settings().gossip(),
            world.settings().limits(),
            desk::view,
            world.places().roles(index));
    gossip.books().use(world.settings().books());
    desk.begin(gossip.acknowledgements());
    gossip.configure(world.configured(index));
    hold(CATALOGUE, /* anew= */ false);
    placed.begin();
    later(random.nextLong(world.settings().gossip().tickMillis() * MILLI), this::tick);
  }

  /** Holds the space from now on; under another replica, if it was here before. */
  void hold(String space, boolean anew) {
    if (running && !spaces.containsKey(space)) {
      VirtualSpace held = new VirtualSpace(this, space);
      spaces.put(space, held);
      held.open(anew ? drawIncarnation() : incarnation);
    }
  }

  /** Holds it no more; it is still on the disk. */
  void drop(VirtualSpace space) {
    spaces.remove(space.name());
    space.end();
  }

  /** The spaces that it holds, as they are placed. */
  PlacedSpaces placed() {
    return placed;
  }

  /** Ends the process at once; what is not forced to the disk may be lost, or torn. */
  public void crash(boolean tears) {
    if (!running) {
      return;
    }
    running = false;
    life++;
    pauses.end();
    disk.crash(tears);
    world.ended(this);
    List<VirtualSpace> ended = List.copyOf(spaces.values());
    spaces.clear();
    ended.forEach(VirtualSpace::end);
    desk.end();
  }

  ReplicaId drawIncarnation() {
    long drawn;
    do {
      drawn = random.nextLong();
    } while (drawn == 0);
    ReplicaId replica = new ReplicaId(drawn);
    disk.incarnations.add(replica);
    return replica;
  }

  /** A space is recovered. */
  void opened(VirtualSpace space, boolean holed) {
    SpaceState state = space.shown();
    String name = space.name();
    world.opened(this, name, state);
    if (name.equals(CATALOGUE) && index == 0 && state.frontier().isEmpty()) {
      nameVoters(space);
    }
    gossip().mark(name, space.ready().mark().orElse(null));
    run(gossip().opened(name, state.frontier(), state.digest(), world.nowMillis()));
    if (disk.doubts.contains(name) || holed) {
      run(gossip().acknowledgements().doubt(name, world.nowMillis()));
    }
    changed(name, state);
  }

  /** Something of the space is durable. */
  void changed(String space, SpaceState state) {
    if (space.equals(CATALOGUE)) {
      placed.follow(state);
    }
  }

  /** The first node enters the voters, once, before anything else is in the catalogue. */
  private void nameVoters(VirtualSpace catalogue) {
    if (!world.claimFounding()) {
      return;
    }
    catalogue.update(
        name(),
        draft -> world.places().enter(draft, world, world.foundingVoters()),
        VirtualDesk.UNHEARD);
  }

  /** A fragment has come over the network. */
  void onPacket(HostPort from, byte[] fragment) {
    if (running) {
      whenAwake(life, () -> join(from, fragment));
    }
  }

  private void join(HostPort from, byte[] fragment) {
    Message message;
    try {
      Optional<byte[]> whole = reassembly.join(from, fragment);
      if (whole.isEmpty()) {
        return;
      }
      message = world.network().reading().message(whole.get());
    } catch (RejectedException e) {
      rejected++;
      return;
    }
    take(from, message);
  }

  /** A message has come in one piece. */
  void onMessage(HostPort from, Reading.Sent message) {
    if (running && pauses.isPaused()) {
      whenAwake(life, () -> read(from, message));
    } else if (running) {
      read(from, message);
    }
  }

  private void read(HostPort from, Reading.Sent sent) {
    Message message;
    try {
      message = sent.read();
    } catch (RejectedException e) {
      rejected++;
      return;
    }
    take(from, message);
  }

  private void take(HostPort from, Message message) {
    Message heard = PlantedFaults.heard(this, from, message);
    run(gossip().onMessage(from, heard, world.nowMillis()));
  }

  void onProbed(HostPort peer) {
    run(gossip().probed(peer, world.nowMillis()));
  }

  private void tick() {
    gossip().books().clocks().wall(wallMillis(), world.nowMillis());
    run(gossip().onTick(world.nowMillis(), random));
    PlantedFaults.ticks(this);
    later(world.settings().gossip().tickMillis() * MILLI, this::tick);
  }

  /** Runs it in a while, unless the process has ended until then. */
  void later(long nanos, Runnable task) {
    int now = life;
    world.after(nanos, () -> whenAwake(now, task));
  }

  void run(List<Effect> effects) {
    Interpreter.run(this, effects);
  }

  /** Something for a space to do. */
  interface Task {
    void run(VirtualSpace space);
  }

  /** Has the space do it soon, if it is held then. */
  void toSpace(String name, Task task) {
    later(
        ACTOR_NANOS,
        () -> {
          VirtualSpace space = spaces.get(name);
          if (space != null) {
            task.run(space);
          }
        });
  }

  /** The peer brings something. */
  void meet(HostPort peer) {
    contacts.put(peer, gossip().forks().contact(peer));
  }

  /** How often the peer had come into reach when it last brought something. */
  int contact(HostPort peer) {
    return contacts.getOrDefault(peer, 0);
  }

  void served(String space, HostPort to, RepairAnswer answer) {
    Transfers.served(this, space, to, answer);
  }

  /** It gives way to its twin. */
  void becomeAnother(HostPort twin) {
    disk.nodeId = name() + "-" + Long.toHexString(random.nextLong());
    note("is the same node as " + twin + " and becomes another: " + disk.nodeId);
    gossip().become(disk.nodeId);
  }

  /** Something for the timeline. */
  void note(String what) {
    world.note(name() + " " + what);
  }

  /** The space, if the node runs and holds it. */
  @Nullable VirtualSpace spaceIfHeld(String name) {
    return spaces.get(name);
  }

  /** What readers of the node see of a space; null if it does not show any. */
  public @Nullable SpaceState state(String space) {
    VirtualSpace held = spaces.get(space);
    return held == null || !held.isReady() ? null : held.shown();
  }

  /** Spaces whose journal could not be read. */
  List<String> broken() {
    return spaces.values().stream().filter(VirtualSpace::isBroken).map(VirtualSpace::name).toList();
  }

  boolean isSettled(String space) {
    VirtualSpace held = spaces.get(space);
    return held != null && held.isSettled();
  }

  /** The spaces that the process holds. */
  Collection<VirtualSpace> held() {
    return spaces.values();
  }

  @Override
  public String toString() {
    return name();
  }
}
