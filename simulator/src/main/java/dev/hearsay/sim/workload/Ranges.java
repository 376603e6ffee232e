package dev.hearsay.sim.workload;

import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.FieldMap;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.LogEntry;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Everything that drops much in a few bytes, among writes to the same fields: ranges of sets and
 * maps, logs that are trimmed by number and by time, fields and prefixes that are deleted, and maps
 * of fields. What others write at the same time must stay.
 */
final class Ranges implements Workload {
  private static final int KEYS = 40;
  private static final int KEEP = 12;
  private static final List<String> PLANS = List.of("a", "b", "c");

  @Override
  public String name() {
    return "ranges";
  }

  @Override
  public String description() {
    return "ranges, names and prefixes are dropped, and logs trimmed, where others write";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new ReadOrWriteRun(options, history, /* reads= */ 4, /* choices= */ 24) {
      @Override
      void read(Session session, int choice, Runnable ended) {
        String chapter = Chapters.at(session.client());
        session.read(MEMORY, fields -> Ranges.read(fields, chapter));
        ended.run();
      }

      @Override
      void write(Session session, int choice, String value, Runnable ended) {
        RandomGenerator random = session.client().random();
        String chapter = Chapters.at(session.client());
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              if (choice < 8) {
                drop(tx, chapter, choice, random);
              } else {
                put(tx, chapter, value, random);
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        for (String chapter : Chapters.upTo(session.client())) {
          session.read(MEMORY, fields -> Ranges.read(fields, chapter));
        }
      }
    };
  }

  private static String key(int number) {
    return "k" + (10 + number);
  }

  private static String plan(RandomGenerator random) {
    return PLANS.get(random.nextInt(PLANS.size()));
  }

  private static AppendLog<String> log(Fields fields, String chapter) {
    return fields.appendLog("log-" + chapter, String.class);
  }

  private static void put(Transaction tx, String chapter, String value, RandomGenerator random) {
    switch (random.nextInt(5)) {
      case 0 -> tx.orSet("set", String.class).add(key(random.nextInt(KEYS)));
      case 1 -> tx.orMap("map", String.class).put(key(random.nextInt(KEYS)), value);
      case 2 -> log(tx, chapter).append(value);
      case 3 -> {
        tx.orSet("draft-set", String.class).add(value);
        tx.pnCounter("draft-count").increment(1 + random.nextInt(9));
      }
      default -> {
        FieldMap plans = tx.fieldMap("plans");
        String plan = plan(random);
        plans.lwwRegister(plan, String.class).set(value);
        plans.fieldMap(plan).orSet("steps", String.class).add(value);
      }
    }
  }

  private static void drop(Transaction tx, String chapter, int choice, RandomGenerator random) {
    int from = random.nextInt(KEYS);
    String low = key(from);
    String high = key(from + 1 + random.nextInt(KEYS / 2));
    switch (choice) {
      case 0 -> tx.orSet("set", String.class).removeRange(low, high);
      case 1 -> tx.orMap("map", String.class).removeRange(low, random.nextBoolean() ? high : null);
      case 2 -> log(tx, chapter).keepLast(KEEP);
      case 3 -> trim(log(tx, chapter));
      case 4 -> tx.delete(random.nextBoolean() ? "set" : "map");
      case 5 -> tx.deletePrefix("draft-");
      case 6 -> tx.fieldMap("plans").remove(plan(random));
      default -> tx.fieldMap("plans").clear();
    }
  }

  /** Until the entry in the middle. */
  private static void trim(AppendLog<String> log) {
    List<LogEntry<String>> entries = log.read();
    if (!entries.isEmpty()) {
      log.trimBefore(entries.get(entries.size() / 2).time());
    }
  }

  private static void read(Fields fields, String chapter) {
    fields.orSet("set", String.class).values();
    fields.orMap("map", String.class).entries();
    log(fields, chapter).entries();
    fields.orSet("draft-set", String.class).values();
    fields.pnCounter("draft-count").value();
    FieldMap plans = fields.fieldMap("plans");
    for (String plan : PLANS) {
      plans.lwwRegister(plan, String.class).get();
      plans.fieldMap(plan).orSet("steps", String.class).values();
    }
  }
}
