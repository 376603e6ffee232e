package dev.hearsay.sim.workload;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Operation;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Transactions over several fields: one puts the same token into a set, a log and a map and counts
 * it; another moves an amount from one account to another, so that all accounts together always
 * hold nothing.
 */
final class Transactions implements Workload {
  private static final int ACCOUNTS = 6;
  private static final String ACCOUNT = "account-";

  @Override
  public String name() {
    return "transactions";
  }

  @Override
  public String description() {
    return "one token into several fields at once, and amounts from one account to another";
  }

  @Override
  public List<Checker> checkers() {
    return List.of(new ConservedSum());
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long tokens;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        String chapter = Chapters.at(session.client());
        int choice = random.nextInt(10);
        if (choice < 3) {
          session.read(MEMORY, fields -> read(fields, chapter));
          ended.run();
          return;
        }
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              if (choice < 6) {
                put(tx, chapter, session.name() + "#" + tokens++);
              } else {
                move(tx, random);
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        for (String chapter : Chapters.upTo(session.client())) {
          session.read(MEMORY, fields -> read(fields, chapter));
        }
      }
    };
  }

  private static void put(Transaction tx, String chapter, String token) {
    tx.orSet("set-" + chapter, String.class).add(token);
    tx.appendLog("log-" + chapter, String.class).append(token);
    tx.orMap("map-" + chapter, String.class).put(token, "here");
    tx.pnCounter("count-" + chapter).increment();
  }

  private static void move(Transaction tx, RandomGenerator random) {
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    int amount = 1 + random.nextInt(50);
    tx.pnCounter(ACCOUNT + from).increment(-amount);
    tx.pnCounter(ACCOUNT + to).increment(amount);
  }

  private static void read(Fields fields, String chapter) {
    fields.orSet("set-" + chapter, String.class).values();
    fields.appendLog("log-" + chapter, String.class).entries();
    fields.orMap("map-" + chapter, String.class).entries();
    fields.pnCounter("count-" + chapter).value();
    for (int i = 0; i < ACCOUNTS; i++) {
      fields.pnCounter(ACCOUNT + i).value();
    }
  }

  /** Whoever reads all accounts at once finds that together they hold nothing. */
  static final class ConservedSum extends Checker {
    @Override
    public String name() {
      return "conserved-sum";
    }

    @Override
    public String description() {
      return "what is moved from one account to another is never in both or in neither";
    }

    @Override
    public void ended(List<Operation> operations) {
      long sum = 0;
      int accounts = 0;
      for (Operation operation : operations) {
        if (!operation.call().write()
            && operation.field().startsWith(ACCOUNT)
            && operation.value() instanceof Value.Int amount) {
          sum += amount.value();
          accounts++;
        }
      }
      if (accounts == ACCOUNTS) {
        checked();
        if (sum != 0) {
          Operation.Call call = operations.get(0).call();
          report(
              call.endNanos(),
              call.node(),
              "session " + call.session() + " found " + sum + " in all accounts together");
        }
      }
    }
  }
}
