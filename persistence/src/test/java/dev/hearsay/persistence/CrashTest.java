package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a real process while its entities persist, again and again on one directory. Rounds: {@code
 * -Dhearsay.crash.rounds}, seed: {@code -Dhearsay.crash.seed}.
 */
class CrashTest {
  private static final int ENTITIES = 8;
  private static final int ROUNDS = Integer.getInteger("hearsay.crash.rounds", 4);

  @TempDir Path directory;

  /** Also without fsync: what was written to the operating system outlives the process. */
  @ParameterizedTest
  @ValueSource(strings = {"sync", "os"})
  void everyAcknowledgedEventSurvivesAKill(String durability) throws Exception {
    long seed = Long.getLong("hearsay.crash.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    Map<Integer, Long> acknowledged = new HashMap<>();
    for (int round = 1; round <= ROUNDS; round++) {
      String at = "round " + round + " of -Dhearsay.crash.seed=" + seed;
      killWhileWriting(durability, random, acknowledged);
      try (TestSystem system = TestSystem.in(directory)) {
        JournalClient journal = system.journal();
        for (int entity = 0; entity < ENTITIES; entity++) {
          JournalClient.Replay replay = journal.replay(id(entity));
          long last = replay.highestSequenceNr();
          assertTrue(last >= acknowledged.getOrDefault(entity, 0L), at);
          assertEquals(LongStream.rangeClosed(1, last).boxed().toList(), replay.sequenceNrs(), at);
          assertEquals(
              LongStream.rangeClosed(1, last).<Object>mapToObj(Writer::payload).toList(),
              replay.payloads(),
              at);
          acknowledged.put(entity, last);
        }
      }
    }
  }

  /** Reads acknowledgements for a random while, kills, and reads those still in the pipe. */
  private void killWhileWriting(
      String durability, SplittableRandom random, Map<Integer, Long> acknowledged)
      throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            Writer.class, directory.toString(), Integer.toString(ENTITIES), durability)) {
      int lines = random.nextInt(1, 4_000);
      String line = child.readLine();
      for (int i = 0; i < lines && line != null; i++) {
        note(line, acknowledged);
        line = child.readLine();
      }
      if (line == null) {
        throw new AssertionError("the writer ended by itself");
      }
      child.kill();
      for (; line != null; line = child.readLine()) {
        note(line, acknowledged);
      }
    }
  }

  private static void note(String line, Map<Integer, Long> acknowledged) {
    String[] words = line.split(" ", -1);
    if (words.length == 4 && words[0].equals("ack") && words[3].equals(".")) { // else cut off
      acknowledged.merge(Integer.valueOf(words[1]), Long.valueOf(words[2]), Math::max);
    }
  }

  private static String id(int entity) {
    return "entity-" + entity;
  }

  /** Persists on and on with several entities, and prints what was acknowledged. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      ActorSystem system =
          ActorSystem.create("writer", TestSystem.config(Path.of(args[0]), settings(args)));
      ActorRef printer = system.actorOf(Props.create(Printer.class, Printer::new));
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        int entity = i;
        system.actorOf(Props.create(Entity.class, () -> new Entity(entity, printer)));
      }
    }

    private static String settings(String[] args) {
      return args.length < 3 ? "" : "hearsay.journal.durability = " + args[2];
    }

    /** Of varying length, some longer than a block of LevelDB's log. */
    static String payload(long sequenceNr) {
      int length = (int) (sequenceNr * 7919 % 997);
      return "event " + sequenceNr + " " + "x".repeat(sequenceNr % 50 == 0 ? 50 * length : length);
    }
  }

  private static final class Printer extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              String.class,
              line -> {
                System.out.println(line);
                System.out.flush();
              })
          .build();
    }
  }

  private static final class Entity extends AbstractPersistentActor {
    private final int entity;
    private final ActorRef printer;

    Entity(int entity, ActorRef printer) {
      this.entity = entity;
      this.printer = printer;
    }

    @Override
    public String persistenceId() {
      return id(entity);
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder()
          .match(RecoveryCompleted.class, done -> self().tell("go", self()))
          .matchAny(event -> {})
          .build();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchEquals("go", go -> write()).build();
    }

    /** One, two or three events at a time, which must appear together. */
    private void write() {
      long first = lastSequenceNr() + 1;
      List<String> events =
          LongStream.range(first, first + 1 + first % 3).mapToObj(Writer::payload).toList();
      persistAll(
          events,
          event -> {
            if (event.equals(events.get(events.size() - 1))) {
              printer.tell("ack " + entity + " " + lastSequenceNr() + " .", self());
              self().tell("go", self());
            }
          });
    }
  }
}
