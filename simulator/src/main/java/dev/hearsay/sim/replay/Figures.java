package dev.hearsay.sim.replay;

/** What a replay measures as it goes. */
final class Figures {
  long cutMillis;
  long healMillisMax;
  int kills;
  long restartMillisMax;
}
