package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The nodes of a lab, who write numbered messages to one space, and a ledger of what was kept. */
final class Crew implements AutoCloseable {
  private static final String SPACE = "work";
  private static final long ANSWER_SECONDS = 60;

  final Lab lab;
  private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
  private int next;

  Crew(Lab lab) throws Exception {
    this.lab = lab;
    List<CompletableFuture<Reply.Started>> starts = new ArrayList<>();
    for (LabNode node : lab.nodes()) {
      starts.add(node.start(null));
    }
    for (CompletableFuture<Reply.Started> start : starts) {
      get(start);
    }
    // All have met, and hold the space.
    write(0);
    everybodyHasWithin(30_000, lab.nodes());
  }

  LabNode node(int number) {
    return lab.nodes().get(number);
  }

  /** Writes a message on that node and waits until it is acknowledged. */
  int write(int number) throws Exception {
    int index = next;
    get(writeLater(number));
    return index;
  }

  /** Writes a message on that node; it enters the ledger once it is acknowledged. */
  CompletableFuture<Reply.Written> writeLater(int number) {
    int index = next++;
    Message message = new Message(Role.USER, "message " + index, List.of(), "", "");
    return node(number)
        .ask(new Request.Write(SPACE, index, message, null, 0), Reply.Written.class)
        .thenApply(
            written -> {
              acknowledged.add(index);
              return written;
            });
  }

  /** Starts a node's process again on its old address. */
  void start(int number) throws Exception {
    get(node(number).start(null));
  }

  /** How many of these messages the node lacks after so long. */
  int missing(int number, List<Integer> messages, long millis) throws Exception {
    return get(askFor(node(number), messages, millis)).missing();
  }

  /** Checks that all that was acknowledged comes to these nodes within that time. */
  void everybodyHasWithin(long millis, List<LabNode> nodes) throws Exception {
    List<CompletableFuture<Reply.Awaited>> answers = new ArrayList<>();
    for (LabNode node : nodes) {
      answers.add(askFor(node, List.copyOf(acknowledged), millis));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(
          0,
          get(answers.get(i)).missing(),
          nodes.get(i).name() + " lacks messages after " + millis + " ms");
    }
  }

  /** Checks that all nodes hold all that was acknowledged, and the same. */
  void allAgree() throws Exception {
    everybodyHasWithin(20_000, lab.nodes());
    // What was not acknowledged may be there, and then is everywhere.
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Set<String> digests = digests();
    while (digests.size() > 1 && System.nanoTime() < until) {
      digests = digests();
    }
    assertEquals(1, digests.size(), digests.toString());
    for (LabNode node : lab.nodes()) {
      assertEquals(List.of(), get(node.ask(new Request.Status(), Reply.Status.class)).findings());
    }
  }

  private Set<String> digests() throws Exception {
    List<Reply.Dumped> dumps = new ArrayList<>();
    for (LabNode node : lab.nodes()) {
      dumps.add(get(node.ask(new Request.Dump(), Reply.Dumped.class)));
    }
    return dumps.stream().map(dump -> dump.stateDigests().toString()).collect(Collectors.toSet());
  }

  private static CompletableFuture<Reply.Awaited> askFor(
      LabNode node, List<Integer> messages, long millis) {
    SortedMap<String, List<Integer>> wanted = new TreeMap<>();
    wanted.put(SPACE, messages);
    return node.ask(new Request.Await(wanted, millis), Reply.Awaited.class);
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(ANSWER_SECONDS + 120, TimeUnit.SECONDS);
  }

  /** Whether the write was acknowledged; a node that was killed has not. */
  static boolean succeeded(CompletableFuture<?> write) throws Exception {
    try {
      get(write);
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    lab.close();
  }
}
