package dev.hearsay.sim.world;

/** Is told what came of a fault that the state of a mesh may not allow, once. */
public interface Fate {
  /** It has come about. */
  void cameAbout();

  /** It has not, and never will. */
  void cameToNothing(String why);
}
