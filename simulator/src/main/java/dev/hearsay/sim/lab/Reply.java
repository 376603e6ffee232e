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

  /** It is done. */
  record Done() implements Reply {}

  /** The node is stopped; the process ends. */
  record Stopped() implements Reply {}

  /** The request failed. */
  record Failed(String code, String message) implements Reply {}
}
