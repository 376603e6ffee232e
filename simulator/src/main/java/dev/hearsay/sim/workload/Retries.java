package dev.hearsay.sim.workload;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Operation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Writes under operation ids, each repeated until it is acknowledged: a session repeats at its own
 * node what it does not know the end of; and what a quorum has acknowledged, but the
 * acknowledgement was lost on its way, another node is asked for again.
 */
final class Retries implements Workload {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int TRIES_MAX = 20;

  @Override
  public String name() {
    return "retries";
  }

  @Override
  public String description() {
    return "writes under operation ids, repeated after lost acknowledgements, have one effect each";
  }

  @Override
  public List<Checker> checkers() {
    return List.of(new OneEffect());
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new Retriers(options, history);
  }

  private static final class Retriers extends RoamingRun {
    private long ids;

    Retriers(WorkloadOptions options, History history) {
      super(options, history);
    }

    @Override
    protected void step(Session session, Runnable ended) {
      RandomGenerator random = session.client().random();
      String chapter = Chapters.at(session.client());
      if (random.nextInt(4) == 0) {
        session.read(MEMORY, fields -> read(fields, chapter));
        ended.run();
        return;
      }
      String id = session.client().node() + ":" + session.name() + "#" + ids++;
      boolean quorum = random.nextBoolean();
      attempt(session, chapter, id, quorum, TRIES_MAX, ended);
    }

    private void attempt(
        Session session, String chapter, String id, boolean quorum, int tries, Runnable ended) {
      session.write(
          MEMORY,
          options(quorum).operationId(id),
          tx -> put(tx, chapter, id),
          outcome -> {
            RandomGenerator random = session.client().random();
            if (outcome instanceof Outcome.Ok) {
              if (quorum && random.nextInt(3) == 0) {
                elsewhere(session, chapter, id, ended);
              } else if (random.nextInt(4) == 0 && tries > 1) {
                // The acknowledgement is lost: again.
                attempt(session, chapter, id, quorum, 1, ended);
              } else {
                ended.run();
              }
            } else if (tries > 1) {
              session
                  .client()
                  .after(
                      Duration.ofMillis(200 + random.nextInt(800)),
                      () -> attempt(session, chapter, id, quorum, tries - 1, ended));
            } else {
              ended.run();
            }
          });
    }

    private void elsewhere(Session session, String chapter, String id, Runnable ended) {
      MeshClient other = anywhere(session.client().random());
      session(session.name() + ">" + other.node(), other)
          .write(
              MEMORY,
              options(true).operationId(id),
              tx -> put(tx, chapter, id),
              outcome -> ended.run());
    }

    private static WriteOptions options(boolean quorum) {
      return quorum ? WriteOptions.quorum(TIMEOUT) : WriteOptions.local();
    }

    @Override
    protected void look(Session session) {
      for (String chapter : Chapters.upTo(session.client())) {
        session.read(MEMORY, fields -> read(fields, chapter));
      }
    }
  }

  private static void put(Transaction tx, String chapter, String id) {
    tx.appendLog("done-" + chapter, String.class).append(id);
    tx.pnCounter("done-count-" + chapter).increment();
  }

  private static void read(Fields fields, String chapter) {
    fields.appendLog("done-" + chapter, String.class).entries();
    fields.pnCounter("done-count-" + chapter).value();
  }

  /**
   * No operation is done twice. What a node whose disk was damaged had been asked for is not
   * judged: it cannot know what it had done.
   */
  static final class OneEffect extends Checker {
    private final Set<String> damaged = new HashSet<>();

    @Override
    public String name() {
      return "one-effect";
    }

    @Override
    public String description() {
      return "a write that is repeated under its operation id has one effect";
    }

    @Override
    public void diskDamaged(long nanos, String node) {
      damaged.add(node);
    }

    @Override
    public void ended(List<Operation> operations) {
      for (Operation operation : operations) {
        if (operation.kind().equals("read")
            && operation.field().startsWith("done-")
            && operation.value() instanceof Value.Sequence ids) {
          checked();
          Set<Value> once = new HashSet<>();
          ids.values().stream()
              .filter(id -> !once.add(id) && !damaged.contains(nodeOf(id)))
              .findFirst()
              .ifPresent(
                  id ->
                      report(
                          operation.call().endNanos(),
                          operation.call().node(),
                          "operation " + id + " was done twice"));
        }
      }
    }

    private static String nodeOf(Value id) {
      String text = ((Value.Text) id).value();
      return text.substring(0, text.indexOf(':'));
    }
  }
}
