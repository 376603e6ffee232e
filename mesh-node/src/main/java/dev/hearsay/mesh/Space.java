package dev.hearsay.mesh;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A named shared memory: the unit of causality, journaling and replication. Every state that can be
 * read is causally consistent across all fields. Thread-safe; each write through a field is one
 * change, and {@link #update} makes one change of many writes. On a node that does not hold the
 * space there are neither acknowledgements by voters nor operation ids ({@link
 * ErrorCode#SPACE_NOT_HELD}).
 */
public interface Space extends Fields {
  String name();

  /**
   * Runs the transaction on the space's newest state and returns when its change is journaled. The
   * body runs on the space's own thread: it should be short and must not block. If it throws,
   * nothing is written and the exception is thrown on. A body that writes nothing changes nothing.
   *
   * @return the frontier that includes the change, for {@link #awaitFrontier} on another node
   * @throws HearsayException definite errors leave nothing written; {@link
   *     ErrorCode#WRITE_UNCONFIRMED} is indefinite
   */
  Frontier update(Consumer<Transaction> body);

  /**
   * As {@link #update}, without waiting; many may be in flight, and take effect in call order. The
   * stage completes on a thread of the node's, and every failure completes it: none is thrown here.
   */
  CompletionStage<Frontier> updateAsync(Consumer<Transaction> body);

  /**
   * As {@link #update(Consumer)}, acknowledged as the options say.
   *
   * @return a frontier that includes the change; of the first, if the operation id repeats one
   * @throws HearsayException definite errors leave nothing written, {@link
   *     ErrorCode#TOO_FEW_VOTERS} among them; {@link ErrorCode#ACKNOWLEDGEMENT_TIMEOUT} and {@link
   *     ErrorCode#WRITE_UNCONFIRMED} are indefinite
   */
  Frontier update(WriteOptions options, Consumer<Transaction> body);

  /**
   * As {@link #update(WriteOptions, Consumer)}, without waiting. With an operation id and an
   * acknowledgement by voters the write begins when the voters have answered, and so may take
   * effect after later calls.
   */
  CompletionStage<Frontier> updateAsync(WriteOptions options, Consumer<Transaction> body);

  /**
   * The same space, whose writes, those of its fields among them, are acknowledged as the options
   * say unless a call says otherwise.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION} if the options have an
   *     operation id, which names one write
   */
  Space with(WriteOptions options);

  /**
   * The state, with at least what the options say in it.
   *
   * @throws HearsayException {@link ErrorCode#TOO_FEW_VOTERS}, {@link ErrorCode#READ_TIMEOUT}
   */
  Snapshot read(ReadOptions options);

  /** As {@link #read}, without waiting. */
  CompletionStage<Snapshot> readAsync(ReadOptions options);

  /** The nodes whose acknowledgements count. */
  Voters voters();

  /**
   * Changes the voters: with a majority of the old and one of the new list, so that every quorum
   * before meets every quorum after. Returns when the new list is in force here; changes from
   * several nodes at a time take effect one after the other.
   *
   * @param nodes {@linkplain MeshNode#id identities}, 1 to 15, of nodes that hold the space
   * @throws HearsayException {@link ErrorCode#VOTERS_UNCHANGED} is definite, and so is {@link
   *     ErrorCode#INVALID_CONFIGURATION} for one that is not known to be a node on which the space
   *     may live; {@link ErrorCode#VOTERS_UNDECIDED} is indefinite
   */
  void changeVoters(Set<String> nodes, Duration timeout);

  /**
   * Changes the voters when so many of them are lost for good that {@link #changeVoters} has no
   * majority to ask. An operator's call, and a loss: what the lost voters alone had acknowledged is
   * given up, and a {@code QUORUM} read does not see it any more. Whatever any other voter or one
   * of the new ones has is kept. If one that is called lost is only cut off, both sides count
   * quorums of their own until they meet: stop it for good.
   *
   * <p>Every voter that is not called lost, and every new one, has to answer. Nobody may have heard
   * of the lost ones for a minute, and this node must have listened for as long.
   *
   * @param lost {@linkplain MeshNode#id identities} of voters, a majority of them
   * @param nodes those of the new voters, 1 to 15, of nodes that hold the space
   * @throws HearsayException {@link ErrorCode#VOTERS_UNCHANGED} is definite, and says which of the
   *     lost are there or who did not answer; {@link ErrorCode#VOTERS_UNDECIDED} is indefinite
   * @since 0.1.0
   */
  void replaceLostVoters(Set<String> lost, Set<String> nodes, Duration timeout);

  /** What this node has applied and made durable: a token that another node can wait for. */
  Frontier frontier();

  /**
   * Returns when this node has applied everything in {@code frontier}.
   *
   * @throws HearsayException {@link ErrorCode#FRONTIER_TIMEOUT}
   */
  void awaitFrontier(Frontier frontier, Duration timeout);

  /** The state now, frozen. O(1). */
  Snapshot snapshot();

  /**
   * Calls {@code watcher} for every change applied from now on, local or remote, in the order of
   * application, never concurrently with itself. A change that the state held before the call is
   * not told again; to miss nothing, watch first and then read. A watcher that throws is logged and
   * goes on. One that falls behind by 10,000 changes gets later ones merged into one call, which
   * names the fields of all of them and holds the last one's state.
   */
  Watch watch(Consumer<SpaceChange> watcher);

  /** All fields that hold something, by name. */
  List<FieldInfo> fields();

  /** Names that exist under more than one type, because two sides of a cut created both. */
  List<String> conflicts();

  /** 32 hexadecimal digits; equal on two nodes if and only if frontier and content are equal. */
  String digest();

  /** Where the space may live, as this node durably knows it. */
  Placement placement();

  /**
   * Moves the space. Returns when the new placement is durable here; it reaches the others with the
   * catalogue. Of placements that were changed at the same time, the one changed more often wins,
   * and of equals only what both allow is allowed. A node that may hold the space from now on pulls
   * it; one that may not any more refuses writes, and keeps what it has until a node that may has
   * all of it on its disk.
   *
   * @throws HearsayException {@link ErrorCode#PLACEMENT_CONFLICT} if it takes the space from one of
   *     its voters, or nobody here knows that it does not: change the voters first
   * @since 0.1.0
   */
  void place(Placement placement);
}
