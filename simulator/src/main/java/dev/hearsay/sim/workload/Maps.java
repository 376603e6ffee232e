package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;

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
    return new ReadOrWriteRun(options, history, /* reads= */ 5, /* choices= */ 20) {
      @Override
      void read(Session session, int choice, Runnable ended) {
        String key = key(session);
        session.read(MEMORY, fields -> Maps.read(fields, key));
        ended.run();
      }

      @Override
      void write(Session session, int choice, String value, Runnable ended) {
        String key = key(session);
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              OrMap<String> map = map(tx);
              if (choice == 0) {
                map.clear();
              } else if (choice < 5) {
                map.remove(key);
              } else {
                map.put(key, value);
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        session.read(MEMORY, fields -> Maps.read(fields, "k0"));
      }
    };
  }

  private static String key(Session session) {
    return "k" + session.client().random().nextInt(KEYS);
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
