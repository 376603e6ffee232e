package dev.hearsay.sim.world;

import java.util.function.Consumer;

/** Is told what came of a fault that the state of a mesh may not allow, once. */
public interface Fate {
  /** It has come about. */
  void cameAbout();

  /** It has not, and never will. */
  void cameToNothing(String why);

  /**
   * That of a fault which is counted, or told as what came to nothing.
   *
   * @param counts run once it has come about
   * @param notes told if it has not
   */
  static Fate of(Fault fault, Runnable counts, Consumer<String> notes) {
    return new Fate() {
      @Override
      public void cameAbout() {
        counts.run();
      }

      @Override
      public void cameToNothing(String why) {
        notes.accept("comes to nothing: " + fault + ": " + why);
      }
    };
  }
}
