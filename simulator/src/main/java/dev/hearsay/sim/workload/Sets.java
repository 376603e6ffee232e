package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Jepsen's set-full: every session adds elements that nobody else adds and removes its oldest, all
 * are read now and then and in the end; beside them a few elements that all sessions fight over.
 */
final class Sets implements Workload {
  private static final int OWN_MAX = 24;
  private static final int HOT = 8;

  @Override
  public String name() {
    return "sets";
  }

  @Override
  public String description() {
    return "elements of one session each, added and removed once, and a few that all fight over";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new Adders(options, history);
  }

  private static final class Adders extends PacedRun {
    private final Map<String, Deque<String>> own = new HashMap<>();
    private long added;

    Adders(WorkloadOptions options, History history) {
      super(options, history);
    }

    @Override
    protected void step(Session session, Runnable ended) {
      RandomGenerator random = session.client().random();
      Deque<String> mine = own.computeIfAbsent(session.name(), name -> new ArrayDeque<>());
      int choice = random.nextInt(10);
      if (choice < 2) {
        session.read(MEMORY, this::read);
        ended.run();
        return;
      }
      session.write(
          MEMORY,
          WriteOptions.local(),
          tx -> {
            OrSet<String> elements = elements(tx);
            if (choice < 5) {
              fight(random, hot(tx), "h" + random.nextInt(HOT));
            } else if (mine.size() >= OWN_MAX || (!mine.isEmpty() && choice == 5)) {
              elements.remove(mine.remove());
            } else {
              String element = session.name() + "#" + added++;
              mine.add(element);
              elements.add(element);
            }
          },
          outcome -> ended.run());
    }

    private static void fight(RandomGenerator random, OrSet<String> hot, String element) {
      switch (random.nextInt(8)) {
        case 0 -> hot.clear();
        case 1, 2, 3 -> hot.remove(element);
        default -> hot.add(element);
      }
    }

    private static OrSet<String> elements(Fields fields) {
      return fields.orSet("elements", String.class);
    }

    private static OrSet<String> hot(Fields fields) {
      return fields.orSet("hot", String.class);
    }

    private void read(Fields fields) {
      elements(fields).values();
      hot(fields).values();
    }

    @Override
    protected void look(Session session) {
      session.read(MEMORY, this::read);
    }
  }
}
