package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.sessions.Finding;
import dev.hearsay.sim.sessions.Judge;
import dev.hearsay.sim.sessions.Ledger;
import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.NodeContent;
import dev.hearsay.sim.sessions.Recording;
import dev.hearsay.sim.sessions.Role;
import dev.hearsay.sim.sessions.Session;
import dev.hearsay.sim.sessions.ToolCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node process with many writes in flight is killed with SIGKILL, again and again. After each
 * restart every acknowledged change must be there, and every other one wholly or not at all: fields
 * of one change are compared with each other and with what was asked for. Two nodes that know
 * nothing of each other take half of the kills each, at the same time.
 */
class AcknowledgedWritesSurviveKillsTest {

  private static final int ROUNDS = Integer.getInteger("hearsay.kill.rounds", 24);
  private static final int AT_ONCE = 2;
  private static final int SPACES_PER_ROUND = 2;
  private static final int MESSAGES_PER_SPACE = 80;
  private static final long ANSWER_SECONDS = 30;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void acknowledgedChangesSurviveEveryKill() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Victim>> victims = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        Victim victim = new Victim(new Random(42 + i));
        int rounds = (ROUNDS + i) / AT_ONCE;
        victims.add(threads.submit(() -> victim.survive(rounds)));
      }
      int kills = 0;
      int acknowledged = 0;
      int inFlight = 0;
      for (Future<Victim> victim : victims) {
        kills += victim.get().kills;
        acknowledged += victim.get().ledger.acknowledged();
        inFlight += victim.get().inFlightAtKills;
      }
      assertEquals(ROUNDS, kills);
      assertTrue(acknowledged >= ROUNDS, "hardly anything was acknowledged");
      assertTrue(inFlight > 0, "no kill met a write in flight: nothing was tested");
    } finally {
      threads.shutdownNow();
    }
  }

  /** A node that is killed, and what it has acknowledged. */
  private static final class Victim {
    private final Ledger ledger = new Ledger();
    private final List<Session> sessions = new ArrayList<>();
    private final Random random;
    private int kills;
    private int inFlightAtKills;

    Victim(Random random) {
      this.random = random;
    }

    Victim survive(int rounds) throws Exception {
      try (Lab lab = new Lab(1, null, Lab.quickStart())) {
        LabNode node = lab.nodes().get(0);
        get(node.start(null));
        for (int round = 1; round <= rounds; round++) {
          inFlightAtKills += writeAndKill(node, round);
          kills++;
          get(node.start(null));
          NodeContent recovered = get(node.ask(new Request.Dump(), Reply.Dumped.class)).content();
          acceptWhatWasInFlight(recovered);
          List<Finding> observed =
              get(node.ask(new Request.Status(), Reply.Status.class)).findings();
          assertEquals(
              List.of(),
              Judge.judge(new Recording(sessions), ledger, Map.of(node.name(), recovered), observed)
                  .findings(),
              "round " + round);
        }
      }
      return this;
    }

    /** Hands over a round's messages all at once and kills after a random number of answers. */
    private int writeAndKill(LabNode node, int round) throws IOException {
      List<Session> mine = new ArrayList<>();
      for (int space = 0; space < SPACES_PER_ROUND; space++) {
        mine.add(session("round-" + round + "-" + space));
      }
      sessions.addAll(mine);
      for (Session session : mine) {
        for (int index = 0; index < MESSAGES_PER_SPACE; index++) {
          ledger.handedOver(session.name(), index, node.name());
        }
      }
      int answersBeforeKill = 1 + random.nextInt(SPACES_PER_ROUND * MESSAGES_PER_SPACE - 2);
      AtomicInteger answers = new AtomicInteger();
      CompletableFuture<Void> enough = new CompletableFuture<>();
      Map<Session, List<CompletableFuture<Reply.Written>>> written = new HashMap<>();
      for (int index = 0; index < MESSAGES_PER_SPACE; index++) {
        for (Session session : mine) {
          CompletableFuture<Reply.Written> write =
              node.ask(
                  new Request.Write(session.name(), index, session.messages().get(index), null, 0),
                  Reply.Written.class);
          written.computeIfAbsent(session, s -> new ArrayList<>()).add(write);
          var unused =
              write.whenComplete(
                  (done, failure) -> {
                    if (answers.incrementAndGet() == answersBeforeKill) {
                      enough.complete(null);
                    }
                  });
        }
      }
      enough.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
      node.kill();
      int inFlight = 0;
      for (Session session : mine) {
        List<CompletableFuture<Reply.Written>> writes = written.get(session);
        for (int index = 0; index < writes.size(); index++) {
          if (writes.get(index).isCompletedExceptionally()) {
            inFlight++;
          } else {
            ledger.acknowledged(session.name(), index);
          }
        }
      }
      return inFlight;
    }

    /** What was not acknowledged may be there; if so, it must be there for good. */
    private void acceptWhatWasInFlight(NodeContent recovered) {
      recovered
          .spaces()
          .forEach(
              (space, content) ->
                  content.messages().forEach(entry -> ledger.acknowledged(space, entry.index())));
    }
  }

  private static Session session(String name) {
    List<Message> messages =
        IntStream.range(0, MESSAGES_PER_SPACE)
            .mapToObj(
                i ->
                    new Message(
                        Role.ASSISTANT,
                        name + ", message " + i,
                        List.of(new ToolCall("call-" + i, "tool-" + i % 3, "{}")),
                        "",
                        ""))
            .toList();
    return new Session(name, messages);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
  }
}
