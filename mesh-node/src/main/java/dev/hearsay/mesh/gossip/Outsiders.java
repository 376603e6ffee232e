package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Nodes that say that they are of another mesh: an address was mistyped, or taken over. Nothing
 * that they say is looked at, and they are told nothing but of which mesh this node is. Not
 * thread-safe.
 */
public final class Outsiders {
  /** How often one is told of which mesh this node is, and its address is tried again. */
  static final long HELLO_MILLIS = 5_000;

  /** To so many in that time, whoever they say they are: each answer opens a connection. */
  static final int HELLOS_MAX = 100;

  /** One that has not spoken for so long has gone; who speaks there next may be of this mesh. */
  static final long GONE_MILLIS = 60_000;

  /**
   * One of them.
   *
   * @param messages that came from it and were refused
   */
  public record View(HostPort address, String mesh, String nodeId, String name, long messages) {}

  private static final class Outsider {
    Message.Hello hello;
    long messages;
    long heardMillis;
    long helloMillis = Long.MIN_VALUE;

    Outsider(Message.Hello hello) {
      this.hello = hello;
    }
  }

  private final String mesh;
  private final Map<HostPort, Peer> peers;
  private final Map<HostPort, Outsider> outsiders = new BoundedMap<>(Gossip.PEERS_MAX);

  /** When those that were named were last heard. */
  private final Map<HostPort, Long> named = new BoundedMap<>(Gossip.PEERS_MAX);

  /** Messages of those who have not said yet of which mesh they are. */
  private final Map<HostPort, Integer> early = new BoundedMap<>(Gossip.PEERS_MAX);

  private long hellosMillis = Long.MIN_VALUE;
  private int hellos;

  Outsiders(String mesh, Map<HostPort, Peer> peers) {
    this.mesh = mesh;
    this.peers = peers;
  }

  /** Whether that is a node of this mesh, as it has said: only then is anything taken from it. */
  public boolean isIntroduced(HostPort address) {
    Peer peer = peers.get(address);
    return peer != null && peer.introduced;
  }

  /** Those that were heard lately. */
  public List<View> views() {
    List<View> views = new ArrayList<>();
    outsiders.forEach(
        (address, outsider) -> {
          Message.Hello hello = outsider.hello;
          views.add(
              new View(address, hello.mesh(), hello.nodeId(), hello.name(), outsider.messages));
        });
    return views;
  }

  boolean contains(HostPort address) {
    return outsiders.containsKey(address);
  }

  /** Whether that is said by a node of another mesh. */
  boolean isHello(Message message) {
    return message instanceof Message.Hello hello && !hello.mesh().equals(mesh);
  }

  /** One has said of which mesh it is. */
  void met(HostPort from, Message.Hello hello, List<Effect> effects, long nowMillis) {
    Outsider outsider = outsiders.computeIfAbsent(from, address -> new Outsider(hello));
    // Also if it says another mesh each time, or this one in between.
    Long namedMillis = named.get(from);
    boolean isNew = namedMillis == null || nowMillis - namedMillis > GONE_MILLIS;
    named.put(from, nowMillis);
    outsider.hello = hello;
    Integer before = early.remove(from);
    refuse(from, outsider, 1 + (before == null ? 0 : before), isNew, effects, nowMillis);
  }

  /** One that has said so says something else. */
  void refuse(HostPort from, List<Effect> effects, long nowMillis) {
    Outsider outsider = outsiders.get(from);
    if (outsider != null) {
      refuse(from, outsider, 1, /* isNew= */ false, effects, nowMillis);
    }
  }

  private void refuse(
      HostPort from,
      Outsider outsider,
      int messages,
      boolean isNew,
      List<Effect> effects,
      long nowMillis) {
    outsider.messages += messages;
    outsider.heardMillis = nowMillis;
    Message.Hello hello = outsider.hello;
    String who =
        "node '" + hello.name() + "' is of mesh '" + hello.mesh() + "', not '" + mesh + "'";
    effects.add(new Effect.Outside(from, messages, isNew, who));
  }

  /** Somebody who has not said of which mesh it is says something else, which is left out. */
  void early(HostPort from) {
    early.merge(from, 1, Integer::sum);
  }

  /** A node of this mesh speaks there. */
  void entered(HostPort from) {
    outsiders.remove(from);
    early.remove(from);
  }

  /** Whether it is time to tell it of which mesh this node is. */
  boolean isHelloDue(HostPort address, long nowMillis) {
    if (hellosMillis == Long.MIN_VALUE || nowMillis - hellosMillis >= HELLO_MILLIS) {
      hellosMillis = nowMillis;
      hellos = 0;
    }
    Outsider outsider = outsiders.get(address);
    boolean isDue =
        outsider != null
            && hellos < HELLOS_MAX
            && (outsider.helloMillis == Long.MIN_VALUE
                || nowMillis - outsider.helloMillis >= HELLO_MILLIS);
    if (isDue) {
      outsider.helloMillis = nowMillis;
      hellos++;
    }
    return isDue;
  }

  void onTick(long nowMillis) {
    if (!outsiders.isEmpty()) {
      outsiders.values().removeIf(outsider -> nowMillis - outsider.heardMillis > GONE_MILLIS);
    }
  }
}
