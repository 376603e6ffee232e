package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one node says to another. */
public sealed interface Message {
  /**
   * A message that speaks of one space, and so goes only where the space may be. Whatever names a
   * space is one, but for rows, which are chosen one by one, and {@link Remote} ones.
   */
  interface About {
    String space();
  }

  /**
   * Who speaks, and whom it knows; also the sign of life. Opens every contact: who has not said
   * this is not listened to, and told nothing else.
   *
   * @param mesh of which the node is
   * @param nodeId durable identity of the node
   * @param incarnation random, drawn at each start
   * @param name for people
   * @param known addresses of other nodes
   */
  record Hello(String mesh, String nodeId, long incarnation, String name, List<HostPort> known)
      implements Message {
    public Hello {
      known = List.copyOf(known);
    }
  }

  /**
   * What the sender says of itself beside its {@link Hello}: by its name and these the receiver
   * knows which spaces may be where. A node that has not said it gets nothing of spaces that do not
   * live everywhere.
   *
   * @param incarnation of the sender; what an earlier process said counts no more
   * @param roles ascending
   * @param ask whether the receiver is to say the same of itself; an answer does not ask
   */
  record Roles(long incarnation, List<String> roles, boolean ask) implements Message {
    public Roles {
      roles = List.copyOf(roles);
    }
  }

  /**
   * The sender holds the space and may not any more, or is about to leave the mesh: whoever may
   * hold it takes from it what it lacks, or says that it has all of it.
   *
   * @param frontier durable there
   */
  record Handover(String space, VersionVector frontier, Digest digest) implements Message, About {}

  /** Everything up to the frontier, of a {@link Handover} or beyond, is durable at the sender. */
  record Covered(String space, VersionVector frontier) implements Message, About {}

  /** As {@link Covered}, of one that is drained itself: it is not to be counted on. */
  record Leaves(String space) implements Message, About {}

  /** As {@link Prune}, for spaces placed as this one is, which is not everywhere. */
  record PruneIn(String space, List<ReplicaId> origins) implements Message, About {
    public PruneIn {
      origins = List.copyOf(origins);
    }
  }

  /** As {@link Graft}, for spaces placed as this one is, which is not everywhere. */
  record GraftIn(String space, List<ReplicaId> origins) implements Message, About {
    public GraftIn {
      origins = List.copyOf(origins);
    }
  }

  /** Between a node that does not hold a space and one that does and serves it. */
  sealed interface Remote extends Message {
    /** Drawn by the asker; an answer bears that of the question. */
    long request();
  }

  /**
   * Asks for the state, as far as it is beyond the base.
   *
   * @param atLeast what the state must hold; the holder waits for it
   * @param waitMillis for so long at most
   */
  record Fetch(
      long request, String space, VersionVector base, VersionVector atLeast, int waitMillis)
      implements Remote {}

  /** Asks for the pieces of what a {@link Fetch} asked for, from this index on. */
  record FetchMore(long request, int fromIndex) implements Remote {}

  /** One of {@code count} pieces of the encoded diff; they are numbered from 0. */
  record Fetched(long request, int index, int count, Piece piece) implements Remote {}

  /** A change that was minted where the space is not held: journal it here. */
  record Submit(long request, String space, EncodedChange change) implements Remote {}

  /** How a {@link Fetch} that brings nothing, or a {@link Submit}, ended. */
  record Outcome(long request, RemoteResult result, String detail) implements Remote {}

  /**
   * A rumour: changes that the sender has just made durable, its own or those of others.
   *
   * @param sequence counts the pushes to this peer, for {@link PushAck}
   */
  record Push(String space, long sequence, List<EncodedChange> changes) implements Message, About {
    public Push {
      changes = List.copyOf(changes);
    }
  }

  /** About branches under one replica of a space; understood also where the space is avoided. */
  record Fork(String space, ForkTalk talk) implements Message, About {}

  /** About closed vectors of a space. */
  record Closing(String space, ClosingTalk talk) implements Message, About {}

  /** The version vector at that place in a message, counted from 0, goes on from a closed one. */
  record ClosedRef(int vector, Digest hash) {}

  /** Of its version vectors some stand without what closed vectors have, held by the receiver. */
  record Closed(List<ClosedRef> refs, Message inner) implements Message {
    public Closed {
      refs = List.copyOf(refs);
    }
  }

  /** The sender does not hold these closed vectors: what named them is left out. */
  record ClosedUnknown(List<Digest> hashes) implements Message {
    public ClosedUnknown {
      hashes = List.copyOf(hashes);
    }
  }

  /**
   * The receiver says that it is the node that the sender is.
   *
   * @param incarnation the sender's
   * @param upMillis how long the sender has been running: the younger one gives the identity up
   * @param giveWay whether that is the receiver, as the one with the lower incarnation decides
   */
  record Twin(long incarnation, long upMillis, boolean giveWay) implements Message {}

  /**
   * The receiver's node was running under this incarnation before: a data directory that does not
   * know it is older than that.
   */
  record Former(long incarnation) implements Message {}

  /** Pushes up to and including this sequence are dealt with, and leave the window. */
  record PushAck(long sequence) implements Message {}

  /** The sum over all spaces of what {@link Row}s say one by one: opens a repair if unequal. */
  record Summary(Digest total) implements Message {}

  /** How many groups the spaces fall into, and how many buckets each group. */
  int GROUPS = 64;

  /** The sum of each group of buckets, in answer to a {@link Summary} that differs. */
  record GroupSums(List<Digest> sums) implements Message {
    public GroupSums {
      sums = Buckets.sums(sums);
    }
  }

  /**
   * The sum of each bucket of a group, in answer to {@link GroupSums} that differ there.
   *
   * @param group from 0
   */
  record BucketSums(int group, List<Digest> sums) implements Message {
    public BucketSums {
      Objects.checkIndex(group, GROUPS);
      sums = Buckets.sums(sums);
    }
  }

  /**
   * Spaces of the sender in buckets whose sums differ.
   *
   * @param buckets ascending; those of which no row is left out
   */
  record BucketRows(List<Integer> buckets, List<Row> rows) implements Message {
    public BucketRows {
      buckets = Buckets.numbers(buckets);
      rows = List.copyOf(rows);
    }
  }

  /** A space's name, durable frontier and digest. */
  record Row(String space, VersionVector frontier, Digest digest) {}

  /**
   * Spaces of the sender.
   *
   * @param answer true in answer to rows, so that the answer is not answered
   */
  record Rows(List<Row> rows, boolean answer) implements Message {
    public Rows {
      rows = List.copyOf(rows);
    }
  }

  /** The sender has this frontier: send what it lacks. */
  record Want(String space, VersionVector frontier) implements Message, About {}

  /**
   * Changes in answer to a {@link Want}, in an order in which they can be applied.
   *
   * @param then what the asker does next
   */
  record Answer(String space, List<EncodedChange> changes, Then then) implements Message, About {
    public Answer {
      changes = List.copyOf(changes);
    }
  }

  /** How an answer goes on. The code is what stands on the wire. */
  enum Then {
    /** Another piece of the same answer follows. */
    WAIT(0),
    /** This was all. */
    DONE(1),
    /** There is more: ask again with the new frontier. */
    ASK_AGAIN(2);

    private final int code;

    Then(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** Changes of these origins come by another link: do not push them any more. */
  record Prune(List<ReplicaId> origins) implements Message {
    public Prune {
      origins = List.copyOf(origins);
    }
  }

  /** Changes of these origins do not come by another link: push them from now on. */
  record Graft(List<ReplicaId> origins) implements Message {
    public Graft {
      origins = List.copyOf(origins);
    }
  }

  /**
   * Durable frontiers, as far as they moved since they were last told: what the sender has, so that
   * the receiver can ask for what does not come over its own links.
   */
  record Frontiers(List<FrontierRow> rows) implements Message {
    public Frontiers {
      rows = List.copyOf(rows);
    }
  }

  /** A space's durable frontier at the sender. */
  record FrontierRow(String space, VersionVector frontier) {}

  /** Of a state that is on its way in pieces, because its changes are not held one by one. */
  sealed interface Transfer extends Message, About {}

  /**
   * Answer with your durable frontier of the space as soon as it covers the target.
   *
   * @param request of this asker, to name it in the answer
   * @param target empty to be answered at once
   * @param known fingerprint of the asker's view of the voters: the same one is not sent back; or
   *     {@link #OLDER}
   * @param recovering the asker lost data and wants to know what it has to have
   */
  record AckAsk(String space, long request, VersionVector target, long known, boolean recovering)
      implements Message, About {
    /** In place of a fingerprint: only a node that knows no {@link OfChains} is to answer. */
    public static final long OLDER = 0x6f6c6465722e2e2eL;
  }

  /**
   * What is durable here, in answer to {@link AckAsk}.
   *
   * @param frontier of the replicas in the target, if it was not empty
   * @param view the voters as known here; null if it is the one that the asker named
   * @param books the frontier of the catalogue, for one that recovers; else empty
   */
  record AckTell(
      String space,
      long request,
      String nodeId,
      long incarnation,
      VersionVector frontier,
      @Nullable VoterView view,
      VersionVector books)
      implements Message, About {}

  /** By which voters are asked for changes, and not only for their counters. */
  sealed interface OfChains extends Message, About
      permits ChainAsk, ChainTell, StandAsk, StandTell {}

  /**
   * Asks a voter for its vote on the voters of that version (Lamport 2001).
   *
   * @param voters empty to ask for a promise only
   */
  record VoteAsk(String space, long request, long version, Ballot ballot, List<String> voters)
      implements Message, About {
    public VoteAsk {
      voters = List.copyOf(voters);
    }
  }

  /**
   * A durable vote, in answer to {@link VoteAsk}.
   *
   * @param promised nothing below it is granted any more
   * @param accepted the highest ballot under which voters were accepted, with these voters
   * @param frontier of the space, durable when the vote was
   */
  record VoteTell(
      String space,
      long request,
      String nodeId,
      boolean granted,
      Ballot promised,
      Ballot accepted,
      List<String> voters,
      VersionVector frontier,
      VoterView view)
      implements Message, About {
    public VoteTell {
      voters = List.copyOf(voters);
    }
  }

  /** You have told me that you have this: if you have not, you lost data. */
  record Doubt(String space, VersionVector known) implements Message, About {}

  /**
   * In answer to a {@link Want} or {@link StateResume}: a frozen state, to be fetched with {@link
   * StateAsk}.
   *
   * @param transfer names it
   * @param resumes whether it goes on where the asker said that an earlier one came to
   * @param elements how many are to come
   * @param bytes about how many that are
   * @param headBytes of the encoded diff without its elements, at least 1
   */
  record StateOffer(
      String space, long transfer, boolean resumes, long elements, long bytes, int headBytes)
      implements Transfer {}

  /**
   * Bytes of the head of a transfer.
   *
   * @param offset from 0
   * @param last whether this is the last of what was asked for
   */
  record StateHead(String space, long transfer, int offset, boolean last, Piece piece)
      implements Transfer {}

  /**
   * Elements of a transfer, as a diff of their own.
   *
   * @param from place of the first, from 0
   * @param elements how many
   * @param last whether this is the last of what was asked for
   */
  record StatePiece(String space, long transfer, long from, int elements, boolean last, Piece piece)
      implements Transfer {}

  /**
   * Asks for more of a transfer: the credit that its sender has.
   *
   * @param headFrom bytes of the head that are here
   * @param from elements that are here
   * @param bytes to be sent for this; one piece may be larger
   */
  record StateAsk(String space, long transfer, int headFrom, long from, int bytes)
      implements Transfer {}

  /**
   * As {@link Want}, of one to whom a transfer came in part.
   *
   * @param position what of it is here
   * @param snapshot frontier of the state that it was of
   */
  record StateResume(
      String space, VersionVector frontier, VersionVector position, VersionVector snapshot)
      implements Transfer {}

  /** There is no such transfer here any more. */
  record StateGone(String space, long transfer) implements Transfer {}

  /** Most nodes in one {@link BookAsk} or {@link BookTell}. */
  int BOOKS_MAX = 64;

  /**
   * What does the receiver know of nodes that the sender does not reach?
   *
   * @param incarnation the receiver's, whose numbers the places are
   */
  record BookAsk(long incarnation, List<BookPlace> places) implements Message {
    public BookAsk {
      places = List.copyOf(places);
    }
  }

  /**
   * In answer to {@link BookAsk}. Rows are of spaces that both may hold, chosen one by one.
   *
   * @param incarnation the sender's
   */
  record BookTell(long incarnation, List<Book> books) implements Message {
    public BookTell {
      books = List.copyOf(books);
    }
  }

  /**
   * What time is it there?
   *
   * @param asked to be given back
   */
  record ClockAsk(long asked) implements Message {}

  /** The sender's wall clock, in answer to {@link ClockAsk}, in milliseconds since 1970. */
  record ClockTell(long asked, long wallMillis) implements Message {}
}
