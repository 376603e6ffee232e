package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.space.ForkTalk;
import java.util.List;

/**
 * What peers say of branches, and ask and tell as voters, that is with spaces here and not yet
 * heard. A peer may say as much as it likes, and a space may take long to come into memory: so it
 * is bounded, of each peer and of all together, by the memory that it takes. What is beyond is
 * forgotten and counted. Nothing waits for it that is not asked again: whoever compares branches
 * asks every {@link Avoidance#COMPARE_MILLIS}, and whoever asks voters after a pause ({@link
 * Asking#isDue}). Not thread-safe.
 */
final class UnheardTalk {
  /** Most bytes of one peer. */
  static final long PEER_BYTES_MAX = 8L << 20;

  /** Most bytes of all. */
  static final long BYTES_MAX = 64L << 20;

  /** What anything that is said takes, and each entry in it, about. */
  private static final int TALK_BYTES = 256;

  private static final int ENTRY_BYTES = 48;

  private final Traffic traffic;
  private final Loads loads = new Loads(PEER_BYTES_MAX, BYTES_MAX);

  UnheardTalk(Traffic traffic) {
    this.traffic = traffic;
  }

  /** Has the space hear what the peer said; false if there is no room, which is reported. */
  boolean tell(Effect.ForkHeard heard, List<Effect> effects) {
    long weight = weight(heard);
    if (!loads.fits(heard.from(), weight)) {
      traffic.forgot(Bound.TALK, 1);
      String why =
          "it speaks of branches faster than spaces here hear it: "
              + loads.of(heard.from())
              + " bytes of it wait, of "
              + loads.all()
              + " in all";
      effects.add(new Effect.Report(heard.from(), Effect.Event.REFUSED, why));
      return false;
    }
    loads.given(heard.space(), heard.from(), weight);
    effects.add(heard);
    return true;
  }

  /** The space has heard it. */
  void heard(Effect.ForkHeard heard) {
    if (!(heard.talk() instanceof ForkTalk.Silent)) { // which no peer says
      loads.done(heard.space(), heard.from(), weight(heard));
    }
  }

  /** Whatever the space was told is forgotten, or answered later for nothing. */
  void reset(String space) {
    loads.reset(space);
  }

  private static long weight(Effect.ForkHeard heard) {
    return TALK_BYTES + ENTRY_BYTES * (entries(heard.talk()) + heard.others().size());
  }

  private static long entries(ForkTalk talk) {
    if (talk instanceof ForkTalk.Heads heads) {
      return (long) heads.heads().size() + heads.forked().size();
    } else if (talk instanceof ForkTalk.Links links) {
      return (long) links.links().size() + links.frontier().size();
    } else if (talk instanceof ForkTalk.WantEnds want) {
      return want.target().size();
    } else if (talk instanceof ForkTalk.Told told) {
      return told.heads().size();
    } else if (talk instanceof ForkTalk.ToldStand told) {
      return told.frontier().size();
    }
    return 0;
  }
}
