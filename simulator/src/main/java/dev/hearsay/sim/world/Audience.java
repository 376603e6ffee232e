package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.sim.check.Observer;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who is told what happens in a world. What happens most often is told only to those who have a
 * method of their own for it: most checkers look at a few things of many.
 */
final class Audience {
  /** Is told of what spaces publish, step by step. */
  interface PublicationListener {
    void published(VirtualNode node, String space, Publication publication);
  }

  private final World world;
  private final List<PublicationListener> listeners = new ArrayList<>();
  private final List<Observer> all = new ArrayList<>();
  private final List<Observer> ofSent = new ArrayList<>();
  private final List<Observer> ofMinted = new ArrayList<>();
  private final List<Observer> ofApplied = new ArrayList<>();
  private final List<Observer> ofShown = new ArrayList<>();
  private final List<Observer> ofDurable = new ArrayList<>();
  private final List<Observer> ofHeld = new ArrayList<>();

  Audience(World world) {
    this.world = world;
  }

  void add(Observer observer) {
    all.add(observer);
    addIf(observer, "sent", ofSent);
    addIf(observer, "minted", ofMinted);
    addIf(observer, "applied", ofApplied);
    addIf(observer, "shown", ofShown);
    addIf(observer, "durable", ofDurable);
    addIf(observer, "held", ofHeld);
  }

  private static void addIf(Observer observer, String event, List<Observer> listeners) {
    Method told =
        Arrays.stream(Observer.class.getMethods())
            .filter(method -> method.getName().equals(event))
            .findFirst()
            .orElseThrow();
    try {
      Method own = observer.getClass().getMethod(event, told.getParameterTypes());
      if (own.getDeclaringClass() != Observer.class) {
        listeners.add(observer);
      }
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("no observer is without " + event, e);
    }
  }

  List<Observer> all() {
    return all;
  }

  void sent(VirtualNode from, VirtualNode to, Message message, int bytes) {
    if (!ofSent.isEmpty()) {
      // What is said counts, and not that replicas that are gone stand under a hash in it.
      Message said = message instanceof Message.Closed closed ? closed.inner() : message;
      String kind = said.getClass().getSimpleName();
      for (Observer each : ofSent) {
        each.sent(world.nowNanos(), from.name(), to.name(), kind, bytes);
      }
    }
  }

  void minted(VirtualNode node, String space, EncodedChange change, VersionVector past) {
    for (Observer each : ofMinted) {
      each.minted(world.nowNanos(), node.name(), space, change, past);
    }
  }

  /** Run what is returned to end that. */
  Runnable add(PublicationListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void published(VirtualNode node, String space, Publication publication) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).published(node, space, publication);
    }
    for (Publication.Step step : publication.steps()) {
      if (step.part() instanceof SpaceEvent.Applied applied) {
        for (Observer each : ofApplied) {
          each.applied(world.nowNanos(), node.name(), space, applied.change(), step.after());
        }
      } else if (step.part().isSeen()) {
        shown(node, space, step.after());
      }
    }
    durable(node, space, publication.state());
  }

  void shown(VirtualNode node, String space, SpaceState state) {
    for (Observer each : ofShown) {
      each.shown(world.nowNanos(), node.name(), space, state);
    }
  }

  /** Whether anybody wants to know what nodes keep for others. */
  boolean wantsHeld() {
    return !ofHeld.isEmpty();
  }

  void held(VirtualNode node, String what, long amount, long most) {
    for (Observer each : ofHeld) {
      each.held(world.nowNanos(), node.name(), what, amount, most);
    }
  }

  void durable(VirtualNode node, String space, SpaceState state) {
    for (Observer each : ofDurable) {
      each.durable(world.nowNanos(), node.name(), space, state.frontier());
    }
  }
}
