package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of the messages about acknowledgements and voters.
 *
 * <pre>
 * 30 ack ask    space text, request 8B, target vector, known 8B, recovering 1B
 * 31 ack tell   space text, request 8B, node id text, incarnation 8B, frontier vector,
 *               1B (0 the same view, 1 a view follows), view, books vector
 * 32 vote ask   space text, request 8B, version varint, ballot, voters
 * 33 vote tell  space text, request 8B, node id text, granted 1B, promised ballot, accepted ballot,
 *               voters, frontier vector, view
 * 34 doubt      space text, known vector
 *
 * ballot        round varint, proposer 8B
 * voters        count, text…, ascending
 * view          version varint, settled (count, voters…), pending (count, voters…)
 * </pre>
 */
final class AckFormat {
  private AckFormat() {}

  /** Writes kind and body; false if the message is not of these. */
  static boolean write(ByteWriter out, Message message) {
    if (message instanceof Message.AckAsk ask) {
      ask.target().write(out.u8(30).text(ask.space()).fixed64(ask.request()));
      out.fixed64(ask.known()).u8(ask.recovering() ? 1 : 0);
    } else if (message instanceof Message.AckTell tell) {
      out.u8(31).text(tell.space()).fixed64(tell.request()).text(tell.nodeId());
      tell.frontier().write(out.fixed64(tell.incarnation()));
      VoterView view = tell.view();
      out.u8(view == null ? 0 : 1);
      if (view != null) {
        write(out, view);
      }
      tell.books().write(out);
    } else if (message instanceof Message.VoteAsk ask) {
      out.u8(32).text(ask.space()).fixed64(ask.request()).varint(ask.version());
      write(out, ask.ballot());
      voters(out, ask.voters());
    } else if (message instanceof Message.VoteTell tell) {
      out.u8(33).text(tell.space()).fixed64(tell.request()).text(tell.nodeId());
      write(out.u8(tell.granted() ? 1 : 0), tell.promised());
      write(out, tell.accepted());
      voters(out, tell.voters());
      tell.frontier().write(out);
      write(out, tell.view());
    } else if (message instanceof Message.Doubt doubt) {
      doubt.known().write(out.u8(34).text(doubt.space()));
    } else {
      return false;
    }
    return true;
  }

  static void write(ByteWriter out, VoterView view) {
    out.varint(view.version());
    MessageFormat.list(out, view.settled(), AckFormat::voters);
    MessageFormat.list(out, view.pending(), AckFormat::voters);
  }

  private static void voters(ByteWriter out, List<String> voters) {
    MessageFormat.list(out, voters, ByteWriter::text);
  }

  private static void write(ByteWriter out, Ballot ballot) {
    out.varint(ballot.round()).fixed64(ballot.proposer());
  }

  /** Reads the body of one of these kinds. */
  static Message read(int kind, ByteReader in) {
    String space = MessageFormat.name(in);
    return switch (kind) {
      case 30 ->
          new Message.AckAsk(
              space, in.fixed64(), VersionVector.read(in), in.fixed64(), MessageFormat.flag(in));
      case 31 -> tell(space, in);
      case 32 ->
          new Message.VoteAsk(
              space, in.fixed64(), in.varintAtLeast(1, "a version"), ballot(in), voters(in));
      case 33 ->
          new Message.VoteTell(
              space,
              in.fixed64(),
              MessageFormat.name(in),
              MessageFormat.flag(in),
              ballot(in),
              ballot(in),
              voters(in),
              VersionVector.read(in),
              view(in));
      case 34 -> new Message.Doubt(space, VersionVector.read(in));
      default -> throw new AssertionError(kind);
    };
  }

  private static Message tell(String space, ByteReader in) {
    long request = in.fixed64();
    String nodeId = MessageFormat.name(in);
    long incarnation = in.fixed64();
    VersionVector frontier = VersionVector.read(in);
    @Nullable VoterView view = MessageFormat.flag(in) ? view(in) : null;
    VersionVector books = VersionVector.read(in);
    return new Message.AckTell(space, request, nodeId, incarnation, frontier, view, books);
  }

  private static Ballot ballot(ByteReader in) {
    long round = in.varintAtLeast(0, "a round");
    long proposer = in.fixed64();
    if (round == 0 && proposer != 0) {
      throw RejectedException.malformed("a ballot of no round");
    }
    return new Ballot(round, proposer);
  }

  private static List<String> voters(ByteReader in) {
    List<String> voters = MessageFormat.list(in, 1, MessageFormat::name);
    if (voters.size() > VoterView.VOTERS_MAX || !voters.equals(VoterView.list(voters))) {
      throw RejectedException.malformed("voters that are too many or do not ascend");
    }
    return voters;
  }

  static VoterView view(ByteReader in) {
    long version = in.varintAtLeast(0, "a version");
    List<List<String>> settled = lists(in);
    List<List<String>> pending = lists(in);
    if ((version == 0) != settled.isEmpty()) {
      throw RejectedException.malformed("version " + version + " of no voters");
    }
    VoterView view = new VoterView(version, settled, pending);
    if (!view.settled().equals(settled) || !view.pending().equals(pending)) {
      throw RejectedException.malformed("lists of voters that do not ascend");
    }
    return view;
  }

  private static List<List<String>> lists(ByteReader in) {
    List<List<String>> lists = MessageFormat.list(in, 2, AckFormat::voters);
    if (lists.size() > VoterView.LISTS_MAX || lists.stream().anyMatch(List::isEmpty)) {
      throw RejectedException.malformed("lists of voters that are empty or too many");
    }
    return lists;
  }
}
