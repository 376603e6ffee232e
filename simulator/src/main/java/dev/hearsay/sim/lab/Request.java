package dev.hearsay.sim.lab;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Plant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What the driver asks of a node process: one JSON object a line on its standard input. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Request.Start.class, name = "start"),
  @JsonSubTypes.Type(value = Request.Write.class, name = "write"),
  @JsonSubTypes.Type(value = Request.Find.class, name = "find"),
  @JsonSubTypes.Type(value = Request.Await.class, name = "await"),
  @JsonSubTypes.Type(value = Request.Status.class, name = "status"),
  @JsonSubTypes.Type(value = Request.Dump.class, name = "dump"),
  @JsonSubTypes.Type(value = Request.Fill.class, name = "fill"),
  @JsonSubTypes.Type(value = Request.AwaitFrontiers.class, name = "awaitFrontiers"),
  @JsonSubTypes.Type(value = Request.Stop.class, name = "stop"),
})
public sealed interface Request {

  /**
   * Starts the node; the first request. Answered by {@link Reply.Started}.
   *
   * @param announcedHost where peers reach the node
   * @param boundHost where the node listens
   */
  record Start(
      String name,
      String dataDirectory,
      String announcedHost,
      String boundHost,
      int port,
      int controlPort,
      List<String> join,
      @Nullable Plant plant)
      implements Request {}

  /**
   * Writes a message as one change, once the message before it is visible here or patience ends.
   * Answered by {@link Reply.Written} when the change is durable.
   *
   * @param after the index of the message that this one replies to
   */
  record Write(
      String space, int index, Message message, @Nullable Integer after, long patienceMillis)
      implements Request {}

  /** Which of these messages are here now? Answered by {@link Reply.Found}. */
  record Find(SortedMap<String, List<Integer>> messages) implements Request {}

  /** Answered by {@link Reply.Awaited} when all of these messages are here, or time is up. */
  record Await(SortedMap<String, List<Integer>> messages, long timeoutMillis) implements Request {}

  /** Answered by {@link Reply.Status}. */
  record Status() implements Request {}

  /** Answered by {@link Reply.Dumped}. */
  record Dump() implements Request {}

  /**
   * Sets the registers {@code f0 … f(count-1)} whose number leaves {@code remainder} when divided
   * by {@code divisor}, each in a change of its own. Answered by {@link Reply.Filled} when all are
   * durable.
   */
  record Fill(String space, int count, int divisor, int remainder, String value)
      implements Request {}

  /** Answered by {@link Reply.Awaited} when the space covers all frontiers, or time is up. */
  record AwaitFrontiers(String space, List<String> frontiers, long timeoutMillis)
      implements Request {}

  /** Stops the node and ends the process. Answered by {@link Reply.Stopped}. */
  record Stop() implements Request {}
}
