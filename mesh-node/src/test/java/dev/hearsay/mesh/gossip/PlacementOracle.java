package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Message;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Looks at every message of a {@link PlacedMesh}: nothing of a space may be said to a node that may
 * not hold it. A node that never was allowed gets no byte of its name or content; one that was and
 * is not any more, only what it has itself.
 */
final class PlacementOracle {
  /** What the elements of a space begin with, so that its content can be seen in the bytes. */
  static String mark(String space) {
    return "content of " + space + ":";
  }

  private final PlacedMesh mesh;
  long messages;

  /** Messages sent, by kind. */
  final Map<String, Integer> kinds = new TreeMap<>();

  PlacementOracle(PlacedMesh mesh) {
    this.mesh = mesh;
  }

  void check(PlacedNode from, PlacedNode to, Message message, byte[] bytes) {
    messages++;
    kinds.merge(message.getClass().getSimpleName(), 1, Integer::sum);
    String raw = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String space : mesh.placements.keySet()) {
      if (!mesh.wasEverAllowed(to, space) && (raw.contains(space) || raw.contains(mark(space)))) {
        throw violation(from, to, message, "names " + space);
      }
    }
    named(message)
        .forEach(
            (space, frontier) -> {
              Placement known =
                  from.known(space)
                      .orElseThrow(
                          () ->
                              violation(from, to, message, "of a place it does not durably know"));
              if (!to.isAllowedBy(known) && !isOwn(to, space, message, frontier)) {
                throw violation(from, to, message, "says what it has not of " + space);
              }
            });
    if (mesh.fault != PlacedMesh.Fault.LEAKS_ROWS) {
      checkSums(from, to, message);
    }
  }

  private static boolean isOwn(
      PlacedNode to, String space, Message message, VersionVector frontier) {
    return (message instanceof Message.Want
            || message instanceof Message.StateResume
            || message instanceof Message.StateAsk
            || message instanceof Message.Covered)
        && !to.everHeld(space).isEmpty()
        && to.everHeld(space).covers(frontier);
  }

  private static MeshOracle.Violation violation(
      PlacedNode from, PlacedNode to, Message message, String why) {
    return new MeshOracle.Violation(
        from.name()
            + " to "
            + to.name()
            + ": "
            + message.getClass().getSimpleName()
            + " "
            + why
            + ": "
            + message);
  }

  /** The spaces a message speaks of, and what of their frontiers. */
  private static Map<String, VersionVector> named(Message message) {
    Map<String, VersionVector> named = new LinkedHashMap<>();
    VersionVector none = VersionVector.EMPTY;
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
      named.put(about.space(), none);
    }
    return named;
  }

  private void checkSums(PlacedNode from, PlacedNode to, Message message) {
    List<Digest> sums;
    Predicate<Integer> buckets = bucket -> true;
    if (message instanceof Message.Summary summary) {
      sums = List.of(summary.total());
    } else if (message instanceof Message.GroupSums groups) {
      sums = groups.sums();
    } else if (message instanceof Message.BucketSums ofGroup) {
      sums = ofGroup.sums();
      buckets = bucket -> bucket / Message.GROUPS == ofGroup.group();
    } else {
      return;
    }
    Digest said = sums.stream().reduce(Digest.ZERO, Digest::plus);
    Digest shared = Digest.ZERO;
    Digest everywhere = Digest.ZERO;
    for (String space : from.held()) {
      Placement placement = from.known(space).orElse(null);
      if (placement == null
          || !from.isAllowedBy(placement)
          || !buckets.test(BucketTree.bucketOf(space))) {
        continue;
      }
      Digest weight =
          SpaceBook.weight(
              new Message.Row(space, from.durable(space).frontier(), from.durable(space).digest()));
      if (placement.isEverywhere()) {
        everywhere = everywhere.plus(weight);
      }
      if (to.isAllowedBy(placement)) {
        shared = shared.plus(weight);
      }
    }
    // Before the receiver has said what it is, it hears only of what lives everywhere.
    if (!said.equals(shared) && !said.equals(everywhere)) {
      throw violation(from, to, message, "says in a sum what the other may not hold");
    }
  }

  /** A planted fault lets through what it is about, and nothing else that may not be said. */
  boolean isSentInSpiteOf(PlacedMesh.Fault fault, PlacedNode from, PlacedNode to, Message message) {
    boolean sums =
        message instanceof Message.Summary
            || message instanceof Message.GroupSums
            || message instanceof Message.BucketSums;
    boolean isAllowed =
        !sums
            && named(message).keySet().stream()
                .allMatch(space -> from.known(space).filter(to::isAllowedBy).isPresent());
    return switch (fault) {
      case LEAKS_DIGESTS -> isAllowed || sums;
      case LEAKS_ANNOUNCEMENTS -> isAllowed || message instanceof Message.Frontiers;
      case LEAKS_BOOKS -> isAllowed || message instanceof Message.BookTell;
      case LEAKS_ROWS ->
          // Rows are only exchanged where sums differ.
          isAllowed
              || sums
              || message instanceof Message.Rows
              || message instanceof Message.BucketRows;
      case LEAKS_PUSHES -> isAllowed || message instanceof Message.Push;
      case ANSWERS_NON_HOLDERS -> isAllowed || message instanceof Message.Answer;
      default -> true;
    };
  }
}
