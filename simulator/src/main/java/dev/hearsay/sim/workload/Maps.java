package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.random.RandomGenerator;

/** All sessions put and remove the same few keys of a map, and clear it now and then. */
final class Maps implements Workload {
  private static final int KEYS = 24;

  @Override
  public String name() {
    return "maps";
  }

  @Override
  public String description() {
    return "puts and removes of the same few keys by all, and the map is cleared now and then";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long written;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        int choice = random.nextInt(20);
        String key = "k" + random.nextInt(KEYS);
        if (choice < 5) {
          session.read(MEMORY, fields -> read(fields, key));
          ended.run();
          return;
        }
        String value = session.name() + "#" + written++;
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              OrMap<String> map = map(tx);
              if (choice == 5) {
                map.clear();
              } else if (choice < 10) {
                map.remove(key);
              } else {
                map.put(key, value);
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        session.read(MEMORY, fields -> read(fields, "k0"));
      }
    };
  }

  private static OrMap<String> map(Fields fields) {
    return fields.orMap("map", String.class);
  }

  private static void read(Fields fields, String key) {
    map(fields).writes(key);
    map(fields).get(key);
    map(fields).entries();
  }
}
