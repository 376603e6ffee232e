package dev.hearsay.mesh.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a space is in memory, and that no command is lost while it comes or goes:
 *
 * <pre>
 * AWAY ──a command, a read──► HERE ──askToLeave──► LEAVING ──left──► AWAY
 *                              ▲                      │                │
 *                              └── mayLeave: wanted ◄─┘     wanted ────┴──► HERE
 * </pre>
 *
 * From the moment the actor is asked to leave, commands wait here and not in its mailbox, where
 * they would be lost when it stops. When it has written what it has to, it asks {@link #mayLeave};
 * if something has come meanwhile, it stays and gets it. The order of commands is kept throughout.
 * Thread-safe; the lock is this object.
 */
final class Residence {
  private enum Stage {
    AWAY,
    HERE,
    LEAVING
  }

  private final Supplier<Consumer<SpaceCommand>> load;
  private Stage stage = Stage.AWAY;
  private @Nullable Consumer<SpaceCommand> inbox;
  private List<SpaceCommand> waiting = List.of();
  private boolean wanted;
  private boolean over;

  /**
   * Away.
   *
   * @param load starts the actor and returns its inbox; runs under the lock
   */
  Residence(Supplier<Consumer<SpaceCommand>> load) {
    this.load = load;
  }

  /** Hands the command over, for which the space comes into memory; drops it after the end. */
  synchronized void tell(SpaceCommand command) {
    if (over) {
      return;
    }
    if (stage == Stage.LEAVING) {
      if (waiting.isEmpty()) {
        waiting = new ArrayList<>();
      }
      waiting.add(command);
    } else {
      here().accept(command);
    }
  }

  /** Hands the command over to a space that is here to stay; to another it would be of no use. */
  synchronized void tellIfHere(SpaceCommand command) {
    Consumer<SpaceCommand> here = inbox;
    if (stage == Stage.HERE && !over && here != null) {
      here.accept(command);
    }
  }

  /** Hands the command over to a space that is here, also if it is about to leave and may stay. */
  synchronized void tellIfLoaded(SpaceCommand command) {
    Consumer<SpaceCommand> here = inbox;
    if (!over && here != null) {
      here.accept(command);
    }
  }

  /** Brings the space into memory, or keeps it there; false after the end. */
  synchronized boolean want() {
    if (over) {
      return false;
    }
    if (stage == Stage.LEAVING) {
      wanted = true;
    } else {
      var unused = here();
    }
    return true;
  }

  private Consumer<SpaceCommand> here() {
    Consumer<SpaceCommand> here = inbox;
    if (here == null) {
      here = load.get();
      inbox = here;
      stage = Stage.HERE;
    }
    return here;
  }

  /** Asks the actor to leave, if there is one that is not asked yet. */
  synchronized boolean askToLeave() {
    if (stage != Stage.HERE || over || inbox == null) {
      return false;
    }
    stage = Stage.LEAVING;
    inbox.accept(new SpaceCommand.Leave());
    return true;
  }

  /** Asked by an actor that was asked to leave and could: if not, it has been handed why. */
  synchronized boolean mayLeave() {
    if (stage != Stage.LEAVING || (waiting.isEmpty() && !wanted)) {
      return true;
    }
    stage = Stage.HERE;
    handOver();
    return false;
  }

  /**
   * The actor has stopped. If it is wanted again, the next is started.
   *
   * @param clear takes out of the readers' hands what it held; runs before the next is started
   * @return false if it was not asked to: then it stays away for good
   */
  synchronized boolean left(Runnable clear) {
    boolean asked = stage == Stage.LEAVING && !over;
    stage = Stage.AWAY;
    inbox = null;
    if (!asked) {
      over = true;
      waiting = List.of();
      return false;
    }
    clear.run();
    if (!waiting.isEmpty() || wanted) {
      var unused = here();
      handOver();
    }
    return true;
  }

  /** The actor is about to stop for good, whether it was asked to leave meanwhile or not. */
  synchronized void endsItself() {
    if (stage == Stage.LEAVING) {
      stage = Stage.HERE;
    }
  }

  private void handOver() {
    wanted = false;
    List<SpaceCommand> late = waiting;
    waiting = List.of();
    Consumer<SpaceCommand> here = inbox;
    if (here != null) {
      late.forEach(here);
    }
  }

  /**
   * Ends it all: nothing is loaded or handed over any more.
   *
   * @return whether there is an actor that has yet to stop, and has been told to
   */
  synchronized boolean end() {
    over = true;
    waiting = List.of();
    if (inbox == null) {
      return false;
    }
    inbox.accept(new SpaceCommand.Close());
    return true;
  }

  synchronized boolean isAway() {
    return stage == Stage.AWAY;
  }

  synchronized boolean isHere() {
    return stage == Stage.HERE;
  }
}
