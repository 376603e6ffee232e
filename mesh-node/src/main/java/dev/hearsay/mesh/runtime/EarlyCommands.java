package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HearsayException;
import java.util.ArrayList;
import java.util.List;

/** What a space is told before it is recovered. Used by one actor. */
final class EarlyCommands {
  private List<SpaceCommand> waiting = new ArrayList<>();

  void add(SpaceCommand command) {
    waiting.add(command);
  }

  /** All, in order; none is left. */
  List<SpaceCommand> take() {
    List<SpaceCommand> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }

  /** None of it will be done. */
  void refuse(HearsayException why) {
    take().forEach(command -> refuse(command, why));
  }

  /** Tells whoever waits for it that it will not be done. */
  static void refuse(SpaceCommand command, HearsayException why) {
    if (command instanceof SpaceCommand.Update update) {
      update.done().completeExceptionally(why);
    } else if (command instanceof SpaceCommand.ResolveFork resolve) {
      resolve.done().completeExceptionally(why);
    } else if (command instanceof SpaceCommand.Adopt adopt) {
      adopt.notTaken().run();
    }
  }
}
