package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.experiment.icde19.Load;
import dev.hearsay.sim.history.History;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * A load of the comparison by Enes et al. (ICDE 2019): every node changes something each second.
 */
final class Published implements Workload {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Load load;

  Published(Load load) {
    this.load = load;
  }

  @Override
  public String name() {
    return load.label().toLowerCase(Locale.ROOT);
  }

  @Override
  public String description() {
    return "ICDE'19's "
        + load.label()
        + ": every node changes "
        + (load.mapPercent() > 0
            ? load.mapPercent() + " % of its share of a map's keys"
            : load.equals(Load.SET) ? "a set by one element" : "a counter by one")
        + " each second";
  }

  @Override
  public Set<String> ignored() {
    return Set.of(WorkloadOptions.SESSIONS, WorkloadOptions.PAUSE);
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    Session.Takedown takedown = new Session.Takedown(options.run(), history);
    return new Run() {
      @Override
      public void start(MeshClient client) {
        Session session = new Session(client.node() + "/0", client, takedown);
        long phase = client.random().nextLong(INTERVAL.toNanos());
        client.after(Duration.ofNanos(phase + 1), () -> update(session, options, 0));
      }

      @Override
      public void finish(MeshClient client) {
        new Session(client.node() + "/final", client, takedown)
            .read(
                "memory",
                fields -> {
                  if (load.equals(Load.SET)) {
                    fields.orSet("set", String.class).values();
                  } else if (load.equals(Load.COUNTER)) {
                    fields.pnCounter("counter").value();
                  } else {
                    fields.orMap("map", Integer.class).entries();
                  }
                });
      }
    };
  }

  private void update(Session session, WorkloadOptions options, int event) {
    MeshClient client = session.client();
    if (!client.isOpen()) {
      return;
    }
    client.after(INTERVAL, () -> update(session, options, event + 1));
    int node = options.nodes().indexOf(client.node());
    if (client.isUp() && node >= 0) {
      session.write(
          "memory",
          WriteOptions.local(),
          tx -> change(tx, node, options.nodes().size(), event),
          outcome -> {});
    }
  }

  private void change(Transaction tx, int node, int nodes, int event) {
    for (int key : load.keys(node, nodes, event)) {
      if (load.equals(Load.SET)) {
        tx.orSet("set", String.class).add("e" + key);
      } else if (load.equals(Load.COUNTER)) {
        tx.pnCounter("counter").increment();
      } else {
        tx.orMap("map", Integer.class).put("k" + key, event);
      }
    }
  }
}
