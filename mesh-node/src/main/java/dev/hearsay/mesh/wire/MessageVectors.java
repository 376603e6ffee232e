package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.ArrayList;
import java.util.List;

/**
 * The version vectors that a message between holders has, in the order in which they stand in its
 * bytes: the one place that both who closes them and who opens them goes by.
 */
public final class MessageVectors {
  /** Of which {@link Message.AckTell} has the frontier, whatever its space. */
  private static final String CATALOGUE = Names.RESERVED_PREFIX + "catalogue";

  /** Gives another vector for one of that space. */
  public interface Mapping {
    VersionVector of(String space, VersionVector vector);
  }

  private MessageVectors() {}

  /** How many there are. */
  static int count(Message message) {
    int[] count = new int[1];
    map(
        message,
        (space, vector) -> {
          count[0]++;
          return vector;
        });
    return count[0];
  }

  /** The message with other vectors, asked for in order. */
  public static Message map(Message message, Mapping mapping) {
    if (message instanceof Message.Rows rows) {
      return new Message.Rows(rows(rows.rows(), mapping), rows.answer());
    } else if (message instanceof Message.BucketRows rows) {
      return new Message.BucketRows(rows.buckets(), rows(rows.rows(), mapping));
    } else if (message instanceof Message.Frontiers frontiers) {
      return new Message.Frontiers(frontierRows(frontiers.rows(), mapping));
    } else if (message instanceof Message.BookTell tell) {
      return new Message.BookTell(
          tell.incarnation(),
          tell.books().stream()
              .map(book -> book.with(frontierRows(book.rows(), mapping)))
              .toList());
    } else if (message instanceof Message.Want want) {
      return new Message.Want(want.space(), mapping.of(want.space(), want.frontier()));
    } else if (message instanceof Message.StateResume resume) {
      return new Message.StateResume(
          resume.space(),
          mapping.of(resume.space(), resume.frontier()),
          mapping.of(resume.space(), resume.position()),
          mapping.of(resume.space(), resume.snapshot()));
    } else if (message instanceof Message.Handover handover) {
      return new Message.Handover(
          handover.space(), mapping.of(handover.space(), handover.frontier()), handover.digest());
    } else if (message instanceof Message.Covered covered) {
      return new Message.Covered(covered.space(), mapping.of(covered.space(), covered.frontier()));
    } else if (message instanceof Message.Fork fork
        && fork.talk() instanceof ForkTalk.Links links) {
      return new Message.Fork(
          fork.space(),
          new ForkTalk.Links(
              links.replica(),
              links.after(),
              links.sharesAfter(),
              mapping.of(fork.space(), links.frontier()),
              links.links()));
    }
    return mapVotes(message, mapping);
  }

  private static Message mapVotes(Message message, Mapping mapping) {
    if (message instanceof Message.AckAsk ask) {
      return new Message.AckAsk(
          ask.space(),
          ask.request(),
          mapping.of(ask.space(), ask.target()),
          ask.known(),
          ask.recovering());
    } else if (message instanceof Message.AckTell tell) {
      return new Message.AckTell(
          tell.space(),
          tell.request(),
          tell.nodeId(),
          tell.incarnation(),
          mapping.of(tell.space(), tell.frontier()),
          tell.view(),
          mapping.of(CATALOGUE, tell.books()));
    } else if (message instanceof Message.VoteTell tell) {
      return new Message.VoteTell(
          tell.space(),
          tell.request(),
          tell.nodeId(),
          tell.granted(),
          tell.promised(),
          tell.accepted(),
          tell.voters(),
          mapping.of(tell.space(), tell.frontier()),
          tell.view());
    } else if (message instanceof StandTell tell) {
      return new StandTell(
          tell.space(),
          tell.request(),
          tell.nodeId(),
          tell.incarnation(),
          mapping.of(tell.space(), tell.frontier()),
          tell.chains(),
          tell.view());
    } else if (message instanceof Message.Doubt doubt) {
      return new Message.Doubt(doubt.space(), mapping.of(doubt.space(), doubt.known()));
    }
    return message;
  }

  private static List<Message.Row> rows(List<Message.Row> rows, Mapping mapping) {
    List<Message.Row> mapped = new ArrayList<>(rows.size());
    for (Message.Row row : rows) {
      VersionVector frontier = mapping.of(row.space(), row.frontier());
      mapped.add(new Message.Row(row.space(), frontier, row.digest()));
    }
    return mapped;
  }

  private static List<Message.FrontierRow> frontierRows(
      List<Message.FrontierRow> rows, Mapping mapping) {
    List<Message.FrontierRow> mapped = new ArrayList<>(rows.size());
    for (Message.FrontierRow row : rows) {
      mapped.add(new Message.FrontierRow(row.space(), mapping.of(row.space(), row.frontier())));
    }
    return mapped;
  }
}
