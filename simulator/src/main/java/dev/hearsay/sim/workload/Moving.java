package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Elements of one session each, half of them in a space that lives on some nodes only and moves:
 * who may not hold it cannot write there. Every element there begins with the name of the space, by
 * which it is known where it should not be.
 */
final class Moving implements Workload {
  private static final String VAULT = "vault";
  private static final int OWN_MAX = 24;

  @Override
  public String name() {
    return "moving";
  }

  @Override
  public String description() {
    return "elements in a space that lives on some nodes only, and moves";
  }

  @Override
  public List<String> restricted() {
    return List.of(VAULT);
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new Writers(options, history);
  }

  private static final class Writers extends PacedRun {
    private final Map<String, Deque<String>> own = new HashMap<>();
    private long added;

    Writers(WorkloadOptions options, History history) {
      super(options, history);
    }

    @Override
    public List<String> spaces() {
      return List.of(MEMORY, VAULT);
    }

    @Override
    protected void step(Session session, Runnable ended) {
      int choice = session.client().random().nextInt(10);
      String space = choice % 2 == 0 ? MEMORY : VAULT;
      if (choice < 2) {
        session.read(space, fields -> elements(fields).values());
        ended.run();
        return;
      }
      Deque<String> mine =
          own.computeIfAbsent(session.name() + " in " + space, name -> new ArrayDeque<>());
      session.write(
          space,
          WriteOptions.local(),
          tx -> {
            if (mine.size() >= OWN_MAX || (!mine.isEmpty() && choice < 4)) {
              elements(tx).remove(mine.remove());
            } else {
              String element = space + " of " + session.name() + "#" + added++;
              mine.add(element);
              elements(tx).add(element);
            }
          },
          outcome -> ended.run());
    }

    private static OrSet<String> elements(Fields fields) {
      return fields.orSet("elements", String.class);
    }

    @Override
    protected void look(Session session) {
      for (String space : spaces()) {
        session.read(space, fields -> elements(fields).values());
      }
    }
  }
}
