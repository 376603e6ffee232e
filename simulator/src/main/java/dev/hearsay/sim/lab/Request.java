package dev.hearsay.sim.lab;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Plant;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
  @JsonSubTypes.Type(value = Request.Beat.class, name = "beat"),
  @JsonSubTypes.Type(value = Request.Sightings.class, name = "sightings"),
  @JsonSubTypes.Type(value = Request.WatchFields.class, name = "watchFields"),
  @JsonSubTypes.Type(value = Request.AwaitFields.class, name = "awaitFields"),
  @JsonSubTypes.Type(value = Request.FillSet.class, name = "fillSet"),
  @JsonSubTypes.Type(value = Request.AwaitSet.class, name = "awaitSet"),
  @JsonSubTypes.Type(value = Request.OpenSpaces.class, name = "openSpaces"),
  @JsonSubTypes.Type(value = Request.AwaitSpaces.class, name = "awaitSpaces"),
  @JsonSubTypes.Type(value = Request.Measure.class, name = "measure"),
  @JsonSubTypes.Type(value = Request.Identify.class, name = "identify"),
  @JsonSubTypes.Type(value = Request.OpenSpace.class, name = "openSpace"),
  @JsonSubTypes.Type(value = Request.Transact.class, name = "transact"),
  @JsonSubTypes.Type(value = Request.Commit.class, name = "commit"),
  @JsonSubTypes.Type(value = Request.Look.class, name = "look"),
  @JsonSubTypes.Type(value = Request.News.class, name = "news"),
  @JsonSubTypes.Type(value = Request.Count.class, name = "count"),
  @JsonSubTypes.Type(value = Request.Weigh.class, name = "weigh"),
  @JsonSubTypes.Type(value = Request.Elect.class, name = "elect"),
  @JsonSubTypes.Type(value = Request.Drain.class, name = "drain"),
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

  /**
   * Increments a counter so many times, one after the other with a pause of random length between.
   * Answered by {@link Reply.Beats} with the time at which each began. For measured processes.
   */
  record Beat(String space, int count, int pauseMillisMin, int pauseMillisMax) implements Request {}

  /**
   * When did a watcher first see the counter at 1, 2, …? Answered by {@link Reply.Beats} once it
   * has seen the count, or time is up. The first such request begins the watch and is to ask for a
   * count of 0. For measured processes.
   */
  record Sightings(String space, int count, long timeoutMillis) implements Request {}

  /**
   * Begins to watch the registers {@code f0 … f(count-1)}. Answered by {@link Reply.Done}. For
   * measured processes.
   */
  record WatchFields(String space, int count) implements Request {}

  /**
   * Answered by {@link Reply.Awaited} once a watcher has seen that value in so many of the
   * registers that are watched, or time is up. For measured processes.
   */
  record AwaitFields(String value, int count, long timeoutMillis) implements Request {}

  /**
   * Adds so many strings of that length to a set, so many in each change. Answered by {@link
   * Reply.Done}. For measured processes.
   */
  record FillSet(String space, int count, int chars, int perChange) implements Request {
    private static final int RADIX = 36;

    /** The element of that number: text that does not compress to nothing. */
    String element(int number) {
      SplittableRandom random = new SplittableRandom(number);
      StringBuilder text = new StringBuilder(chars);
      while (text.length() < chars) {
        text.append(Character.forDigit(random.nextInt(RADIX), RADIX));
      }
      return text.toString();
    }

    /** The elements from that number on that one change adds. */
    List<String> elements(int from) {
      return IntStream.range(from, Math.min(count, from + perChange))
          .mapToObj(this::element)
          .toList();
    }
  }

  /**
   * Answered by {@link Reply.Awaited} once the set has so many elements, or time is up. For
   * measured processes.
   */
  record AwaitSet(String space, int count, long timeoutMillis) implements Request {}

  /** Opens spaces and writes once to each. Answered by {@link Reply.Done}. For measured nodes. */
  record OpenSpaces(String prefix, int count) implements Request {}

  /**
   * Answered by {@link Reply.Awaited} once so many spaces hold what {@link OpenSpaces} wrote, or
   * time is up. For measured nodes.
   */
  record AwaitSpaces(String prefix, int count, long timeoutMillis) implements Request {}

  /** Answered by {@link Reply.Measured}. For measured processes. */
  record Measure() implements Request {}

  /** Answered by {@link Reply.Identified}. For driven nodes, as all that follow but the last. */
  record Identify() implements Request {}

  /**
   * Opens a space for a client and begins to tell of it in {@link News}. With voters it is made;
   * without, it is opened once the node knows of it. Answered by {@link Reply.Done}.
   *
   * @param author the agent as which the client writes
   * @param voters identities of nodes
   */
  record OpenSpace(String space, String author, List<String> voters, long timeoutMillis)
      implements Request {}

  /**
   * What is asked of a space's voters, and for how long.
   *
   * @param kind of {@link dev.hearsay.mesh.Acknowledgement}
   * @param count for as many as that; else 0
   */
  record Demand(Acknowledgement.Kind kind, int count, long timeoutMillis) {}

  /**
   * Begins a transaction in a space that is open. Answered by {@link Reply.Turn} once its body may
   * run, which waits then for {@link Commit}; or by {@link Reply.Ended}, if the operation id
   * repeats one.
   *
   * @param call the driver's number of it, which no other in this process has
   */
  record Transact(long call, String space, Demand demand, @Nullable String operationId)
      implements Request {}

  /**
   * Does these things in the transaction whose turn it is, and ends it. Answered by {@link
   * Reply.Ended}.
   *
   * @param refusal the name of an {@link dev.hearsay.mesh.ErrorCode}, if the body threw: nothing is
   *     written then
   */
  record Commit(long call, List<Edit> edits, @Nullable String refusal) implements Request {}

  /**
   * Reads a space that is open. Answered by {@link Reply.State}.
   *
   * @param after the frontier to wait for; null for none
   */
  record Look(String space, Demand demand, @Nullable String after) implements Request {}

  /**
   * Answered by {@link Reply.News} as soon as the open spaces have shown a state that was not told
   * yet. One at a time.
   */
  record News() implements Request {}

  /** What has the node sent to peers since it started? Answered by {@link Reply.Counted}. */
  record Count() implements Request {}

  /** What does the node keep for others, that it tells of? Answered by {@link Reply.Weighed}. */
  record Weigh() implements Request {}

  /**
   * Has these nodes vote in all spaces that are open. Answered by {@link Reply.Done} when it is so.
   *
   * @param voters identities of nodes
   */
  record Elect(List<String> voters, long timeoutMillis) implements Request {}

  /**
   * Answered by {@link Reply.Done} when one other node has, durably, all that this one had when it
   * was asked.
   */
  record Drain(long timeoutMillis) implements Request {}

  /** Stops the node and ends the process. Answered by {@link Reply.Stopped}. */
  record Stop() implements Request {}
}
