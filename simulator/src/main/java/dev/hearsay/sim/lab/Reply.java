package dev.hearsay.sim.lab;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.sim.sessions.Finding;
import dev.hearsay.sim.sessions.NodeContent;
import java.util.List;
import java.util.SortedMap;

/** What a node process answers: one JSON object a line on its standard output. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Reply.Started.class, name = "started"),
  @JsonSubTypes.Type(value = Reply.Written.class, name = "written"),
  @JsonSubTypes.Type(value = Reply.Found.class, name = "found"),
  @JsonSubTypes.Type(value = Reply.Awaited.class, name = "awaited"),
  @JsonSubTypes.Type(value = Reply.Status.class, name = "status"),
  @JsonSubTypes.Type(value = Reply.Dumped.class, name = "dumped"),
  @JsonSubTypes.Type(value = Reply.Filled.class, name = "filled"),
  @JsonSubTypes.Type(value = Reply.Beats.class, name = "beats"),
  @JsonSubTypes.Type(value = Reply.Measured.class, name = "measured"),
  @JsonSubTypes.Type(value = Reply.Identified.class, name = "identified"),
  @JsonSubTypes.Type(value = Reply.Turn.class, name = "turn"),
  @JsonSubTypes.Type(value = Reply.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = Reply.State.class, name = "state"),
  @JsonSubTypes.Type(value = Reply.News.class, name = "news"),
  @JsonSubTypes.Type(value = Reply.Counted.class, name = "counted"),
  @JsonSubTypes.Type(value = Reply.Weighed.class, name = "weighed"),
  @JsonSubTypes.Type(value = Reply.Done.class, name = "done"),
  @JsonSubTypes.Type(value = Reply.Stopped.class, name = "stopped"),
  @JsonSubTypes.Type(value = Reply.Failed.class, name = "failed"),
})
public sealed interface Reply {

  /**
   * The node runs.
   *
   * @param messages how many messages it has recovered, over all spaces
   */
  record Started(int messages, int spaces) implements Reply {}

  /**
   * The message is durable.
   *
   * @param sawPrevious whether the message it replies to was among what the writer had seen
   */
  record Written(boolean sawPrevious) implements Reply {}

  /** Those of the messages asked for that are here. */
  record Found(SortedMap<String, List<Integer>> messages) implements Reply {}

  /** How many of the things waited for were still missing in the end. */
  record Awaited(int missing) implements Reply {}

  /**
   * How the node is doing.
   *
   * @param messages how many messages it holds
   * @param findings what its witnesses noted
   */
  record Status(int messages, List<PeerStatus> peers, List<Finding> findings) implements Reply {}

  /**
   * Everything the node holds.
   *
   * @param stateDigests each space's own digest of frontier and content
   */
  record Dumped(NodeContent content, SortedMap<String, String> stateDigests) implements Reply {}

  /** The registers are durable, up to this frontier. */
  record Filled(String frontier, long millis) implements Reply {}

  /**
   * Times in nanoseconds, by a clock that all processes of this machine share.
   *
   * @param nanos of the first beat, the second, …
   */
  record Beats(List<Long> nanos) implements Reply {}

  /**
   * What the process has used.
   *
   * @param heapBytes live after a collection
   * @param heapPeakBytes the most that was in use at any time
   * @param gossipBytesSent messages of the node's own, 0 where there are none
   */
  record Measured(long heapBytes, long heapPeakBytes, long gossipBytesSent) implements Reply {}

  /** The node's durable identity. */
  record Identified(String id) implements Reply {}

  /**
   * A transaction's body may run.
   *
   * @param before the state that it finds, in its bytes
   * @param replica who mints
   * @param time of the change, packed
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way to JSON, never compared
  record Turn(byte[] before, long replica, long time) implements Reply {}

  /**
   * A transaction has ended as it was to.
   *
   * @param frontier one that includes its change
   */
  record Ended(String frontier) implements Reply {}

  /**
   * What a read found.
   *
   * @param state in its bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way to JSON, never compared
  record State(byte[] state) implements Reply {}

  /** What watchers saw since the last time, in their order. */
  record News(List<Shown> shown) implements Reply {}

  /** A state of a space that readers of the node may see from now on. */
  record Shown(String space, String frontier, String digest) {}

  /**
   * What the node has sent to all peers since it started.
   *
   * @param sent by kind of message, as {@link dev.hearsay.mesh.NodeMetrics} names them
   */
  record Counted(SortedMap<String, Sent> sent) implements Reply {}

  /** So many messages, of so many bytes together. */
  record Sent(long messages, long bytes) {}

  /** What the node keeps for others, as far as it tells. */
  record Weighed(List<Kept> kept) implements Reply {}

  /**
   * Something that is bounded.
   *
   * @param what it is, with its unit
   * @param most how much it may be
   */
  record Kept(String what, long amount, long most) {}

  /** It is done. */
  record Done() implements Reply {}

  /** The node is stopped; the process ends. */
  record Stopped() implements Reply {}

  /** The request failed. */
  record Failed(String code, String message) implements Reply {}
}
