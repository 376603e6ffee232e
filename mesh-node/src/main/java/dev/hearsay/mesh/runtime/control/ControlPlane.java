package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part in the cluster: it forms one with whoever it can reach, merges clusters that formed
 * apart, and shares the node directory.
 *
 * <p>Starting returns at once, and nothing in here blocks the data system or fails the node: what
 * goes wrong is logged and tried again. Thread-safe.
 *
 * @since 0.1
 */
public final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final Duration GOODBYE_MAX = Duration.ofSeconds(1);
  private static final Duration TERMINATE_MAX = Duration.ofSeconds(5);

  private final NodeIdentity identity;
  private final ControlState state;
  private final ThreadPoolExecutor keeper;
  private final ActorRef formation;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ControlPlane(
      ActorSystem data,
      NodeIdentity identity,
      ControlSettings settings,
      Collection<HostPort> peers,
      Consumer<Set<String>> onAddresses,
      BiConsumer<String, String> onOutside) {
    this.identity = identity;
    this.state = new ControlState(identity.nodeId(), onAddresses, onOutside);
    this.keeper = keeper(identity.name());
    this.formation =
        data.actorOf(
            FormationActor.props(identity, settings, peers, state, keeper), FormationActor.NAME);
  }

  /**
   * Starts the control plane of a node and returns at once.
   *
   * @param data the node's data system, made with {@link RemoteSettings#data}; peers must have
   *     given theirs the same name. The actor {@code /user/control} is taken in it
   * @param identity what this node says of itself
   * @param settings where the control system listens
   * @param peers {@code host:port} of the data systems of peers; this node's own may be among them
   * @param onAddresses called with data addresses (without this node's own) that are news: learned
   *     for the first time, or again after they were forgotten, or heard again after a silence. On
   *     a thread of the data system, so that it must not block
   * @param onOutside called for each message of a node of another mesh, which is not listened to,
   *     with its {@code host:port} and what it is; on the same thread
   * @throws HearsayException {@code INVALID_ADDRESS} if a peer is not of that form
   */
  public static ControlPlane start(
      ActorSystem data,
      NodeIdentity identity,
      ControlSettings settings,
      Collection<String> peers,
      Consumer<Set<String>> onAddresses,
      BiConsumer<String, String> onOutside) {
    return new ControlPlane(data, identity, settings, parse(peers), onAddresses, onOutside);
  }

  /**
   * Adds data addresses that were learned elsewhere, to meet their nodes.
   *
   * @param addresses each {@code host:port}
   * @throws HearsayException {@code INVALID_ADDRESS} if one has another form; none is added then
   */
  public void knownAddresses(Collection<String> addresses) {
    formation.tell(new FormationActor.Know(parse(addresses)), ActorRef.noSender());
  }

  /** The cluster as this node sees it now; empty while it is in none. */
  public List<MeshMember> members() {
    return state.members();
  }

  /** The node directory as known here, by node id; this node's row is among them. */
  public Map<String, NodeRow> directory() {
    return state.directory();
  }

  /** The control system's address, while there is one. */
  public Optional<ControlAddress> control() {
    ControlSystem current = state.control();
    return current == null ? Optional.empty() : Optional.of(current.address());
  }

  /** Enters this node's load and clock offset in the directory; every few seconds is enough. */
  public void report(NodeLoad load) {
    formation.tell(new FormationActor.Report(load), ActorRef.noSender());
  }

  /** How many control messages were rejected because they were malformed. */
  public long malformedMessages() {
    return state.malformed();
  }

  /**
   * Says goodbye to the peers and ends the control system; waits a few seconds at most. To be
   * called before the data system is terminated. A second call does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop(true);
  }

  /** Ends as a killed process does: without a word to the peers. For tests. */
  void abandon() {
    if (closed.compareAndSet(false, true)) {
      stop(false);
    }
  }

  private void stop(boolean sayGoodbye) {
    stopActor(sayGoodbye);
    keeper.shutdown();
    ControlSystem last = state.close();
    if (last != null && !last.terminate(TERMINATE_MAX)) {
      LOG.warn("{}: the control system takes long to end", identity.name());
    }
  }

  private void stopActor(boolean sayGoodbye) {
    CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    formation.tell(new FormationActor.Stop(sayGoodbye, stopped), ActorRef.noSender());
    try {
      stopped.get(GOODBYE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("{}: the control plane did not stop in time", identity.name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<HostPort> parse(Collection<String> addresses) {
    return addresses.stream().map(HostPort::parse).toList();
  }

  /** One thread at most, and none while there is nothing to start or end. */
  private static ThreadPoolExecutor keeper(String name) {
    ThreadPoolExecutor keeper =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "hearsay-control-keeper-" + name);
              thread.setDaemon(true);
              return thread;
            });
    keeper.allowCoreThreadTimeOut(true);
    return keeper;
  }
}
