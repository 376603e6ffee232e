package dev.hearsay.sim.world;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.sim.check.Observer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nothing of a space is said to a node that may not hold it, as far as the sender durably knows,
 * also not in a sum over spaces: of its frontier only what that node has itself. One that was never
 * allowed, and has no copy of one that was, gets no byte of its name or content, but for the
 * catalogue, which everybody holds.
 */
final class PlacementCheck implements Observer {
  private static final String NAME = "placement";
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int BUCKET_BITS = 12;

  private final World world;

  /** By node and space, what it ever had. */
  private final Map<String, Map<String, VersionVector>> everHeld = new HashMap<>();

  PlacementCheck(World world) {
    this.world = world;
  }

  @Override
  public void durable(long nanos, String node, String space, VersionVector frontier) {
    if (world.places().isRestricted(space)) {
      everHeld
          .computeIfAbsent(node, name -> new HashMap<>())
          .merge(space, frontier, VersionVector::join);
    }
  }

  void sends(VirtualNode from, VirtualNode to, Message message) {
    if (!world.places().any()) {
      return;
    }
    String raw = "";
    for (String space : world.places().restricted()) {
      boolean mayKnow = world.places().wasEverAllowed(space, to) || !had(to, space).isEmpty();
      if (!mayKnow && !isOfTheCatalogue(message)) {
        raw = raw.isEmpty() ? raw(message) : raw;
        if (raw.contains(space)) {
          violated(from, to, message, "names '" + space + "'");
        }
      }
    }
    Message whole =
        message instanceof Message.Closed closed
            ? ClosedMessages.whole(from, closed).orElse(closed.inner())
            : message;
    named(whole).forEach((space, frontier) -> check(from, to, whole, space, frontier));
    checkSums(from, to, whole);
  }

  private static String raw(Message message) {
    return new String(MessageFormat.encode(message), StandardCharsets.ISO_8859_1);
  }

  private static boolean isOfTheCatalogue(Message message) {
    Message said = message instanceof Message.Closed closed ? closed.inner() : message;
    return said instanceof Message.About about && about.space().equals(VirtualNode.CATALOGUE);
  }

  private void check(
      VirtualNode from, VirtualNode to, Message message, String space, VersionVector frontier) {
    if (!world.places().isRestricted(space)) {
      return;
    }
    Placement known = from.placed().known(space);
    if (known == null) {
      violated(from, to, message, "is of '" + space + "', whose place it does not durably know");
    } else if (!Places.allows(known, to) && !isOwn(to, space, message, frontier)) {
      violated(from, to, message, "says of '" + space + "' what the other has not");
    }
  }

  private boolean isOwn(VirtualNode to, String space, Message message, VersionVector frontier) {
    boolean asks =
        message instanceof Message.Want
            || message instanceof Message.StateResume
            || message instanceof Message.StateAsk
            || message instanceof Message.Covered
            || message instanceof Message.Fork;
    VersionVector had = had(to, space);
    return asks && !had.isEmpty() && had.covers(frontier);
  }

  /** Also on a disk that was copied from a node that was allowed to. */
  private VersionVector had(VirtualNode node, String space) {
    return everHeld.getOrDefault(node.name(), Map.of()).getOrDefault(space, VersionVector.EMPTY);
  }

  private void violated(VirtualNode from, VirtualNode to, Message message, String why) {
    String kind = message.getClass().getSimpleName();
    world.violated(NAME, from.name(), "a " + kind + " to " + to.name() + " " + why);
  }

  /** The spaces that a message speaks of, and what of their frontiers. */
  private static Map<String, VersionVector> named(Message message) {
    Map<String, VersionVector> named = new LinkedHashMap<>();
    if (message instanceof Message.StateResume resume) {
      named.put(resume.space(), resume.frontier().join(resume.position()).join(resume.snapshot()));
    } else if (message instanceof Message.Want want) {
      named.put(want.space(), want.frontier());
    } else if (message instanceof Message.Covered covered) {
      named.put(covered.space(), covered.frontier());
    } else if (message instanceof Message.Handover handover) {
      named.put(handover.space(), handover.frontier());
    } else if (message instanceof Message.Rows rows) {
      rows.rows().forEach(row -> named.put(row.space(), row.frontier()));
    } else if (message instanceof Message.BucketRows rows) {
      rows.rows().forEach(row -> named.put(row.space(), row.frontier()));
    } else if (message instanceof Message.Frontiers frontiers) {
      frontiers.rows().forEach(row -> named.put(row.space(), row.frontier()));
    } else if (message instanceof Message.BookTell tell) {
      tell.books()
          .forEach(book -> book.rows().forEach(row -> named.put(row.space(), row.frontier())));
    } else if (message instanceof Message.About about) {
      named.put(about.space(), VersionVector.EMPTY);
    }
    return named;
  }

  /** A sum that is right but for spaces that the other may not hold tells their digests. */
  private void checkSums(VirtualNode from, VirtualNode to, Message message) {
    List<Digest> sums;
    int group = -1;
    if (message instanceof Message.Summary summary) {
      sums = List.of(summary.total());
    } else if (message instanceof Message.GroupSums groups) {
      sums = groups.sums();
    } else if (message instanceof Message.BucketSums ofGroup) {
      sums = ofGroup.sums();
      group = ofGroup.group();
    } else {
      return;
    }
    Digest said = sums.stream().reduce(Digest.ZERO, Digest::plus);
    Digest everywhere = Digest.ZERO;
    Digest shared = Digest.ZERO;
    List<Digest> secret = new ArrayList<>();
    for (VirtualSpace space : from.held()) {
      Placement known = from.placed().known(space.name());
      SpaceState state = from.state(space.name());
      boolean counts = group < 0 || bucket(space.name()) / Message.GROUPS == group;
      if (state == null || !counts) {
        continue;
      }
      Digest weight = weight(space.name(), state.digest());
      if (!world.places().isRestricted(space.name())) {
        everywhere = everywhere.plus(weight);
      } else if (known != null && Places.allows(known, to)) {
        shared = shared.plus(weight);
      } else {
        secret.add(weight);
      }
    }
    for (int some = 1; some < 1 << secret.size(); some++) {
      Digest told = everywhere;
      for (int i = 0; i < secret.size(); i++) {
        told = (some & (1 << i)) == 0 ? told : told.plus(secret.get(i));
      }
      if (said.equals(told) || said.equals(told.plus(shared))) {
        violated(from, to, message, "has a sum with the digest of what the other may not hold");
      }
    }
  }

  /** What a space adds to a sum; the format of the wire has this. */
  static Digest weight(String space, Digest digest) {
    long name = space.hashCode() * GOLDEN;
    return new Digest(mix(digest.high() ^ name), mix(digest.low() + name));
  }

  private static int bucket(String space) {
    return (int) (mix(space.hashCode()) >>> (Long.SIZE - BUCKET_BITS));
  }

  /** The finaliser of SplitMix64 (Steele et al. 2014). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
