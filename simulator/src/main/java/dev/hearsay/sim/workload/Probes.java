package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mesh that has healed works again, and is not only equal. At every node and in every
 * space that it holds an agent writes; one at the next node waits for that write; and where most of
 * the voters are there, it writes and reads with a quorum. What is refused is asked again until
 * time is up. The writes bear operation ids and do nothing else: no field shows them. For the
 * thread of the run.
 */
public final class Probes {
  private static final Duration AGAIN = Duration.ofMillis(200);

  /** Is told what does not work. */
  @FunctionalInterface
  public interface Complaints {
    /** At that node, in that way. */
    void failed(String node, String message);
  }

  /** One call, made until it has taken effect. */
  private interface Call {
    /** What cannot be done, if it cannot. */
    String what();

    /** The node that is asked. */
    MeshClient asked();

    void make(Duration timeout, Consumer<Outcome<?>> done);
  }

  private final Duration patience;
  private final long deadlineNanos;
  private final Complaints complaints;
  private final List<Probe> probes = new ArrayList<>();
  private boolean over;

  private Probes(Duration patience, long deadlineNanos, Complaints complaints) {
    this.patience = patience;
    this.deadlineNanos = deadlineNanos;
    this.complaints = complaints;
  }

  /**
   * Begins with it. All has ended, or a complaint is made, a second after the patience does.
   *
   * @param clients at least one; those whose nodes have left are passed over
   * @param patience within which everything must work
   * @param holds whether a client's node is to hold a space
   * @param quorum whether most of the voters of a space can answer a client's node
   * @param complaints told of the first thing that does not work
   */
  public static Probes begin(
      List<? extends MeshClient> clients,
      List<String> spaces,
      Duration patience,
      BiPredicate<MeshClient, String> holds,
      BiPredicate<MeshClient, String> quorum,
      Complaints complaints) {
    MeshClient clock = clients.get(0);
    Probes probes = new Probes(patience, clock.nanos() + patience.toNanos(), complaints);
    for (String space : spaces) {
      List<MeshClient> holders = new ArrayList<>();
      for (MeshClient client : clients) {
        if (!client.hasLeft() && holds.test(client, space)) {
          holders.add(client);
        }
      }
      for (int i = 0; i < holders.size(); i++) {
        MeshClient client = holders.get(i);
        MeshClient next = holders.get((i + 1) % holders.size());
        probes.add(client, next, space, quorum.test(client, space));
      }
    }
    clock.after(patience.plusSeconds(1), probes::timeIsUp);
    List.copyOf(probes.probes).forEach(Probe::make);
    return probes;
  }

  private void add(MeshClient client, MeshClient next, String space, boolean quorum) {
    probes.add(new Probe(client, next, space, quorum));
  }

  /** Whether everything has been seen to work. */
  public boolean areDone() {
    return probes.stream().allMatch(Probe::isDone);
  }

  private void timeIsUp() {
    for (Probe probe : probes) {
      if (!probe.isDone()) {
        probe.complain("the call has not ended");
      }
    }
  }

  private Duration left(MeshClient client) {
    long nanos = Math.min(deadlineNanos - client.nanos(), WriteOptions.TIMEOUT_MAX.toNanos());
    return Duration.ofNanos(Math.max(1_000_000, nanos));
  }

  private static String error(Outcome<?> outcome) {
    if (outcome instanceof Outcome.Failed<?> failed) {
      return failed.error();
    }
    return outcome instanceof Outcome.Unknown<?> unknown ? unknown.error() : "";
  }

  /** One node and one space. */
  private final class Probe {
    private final MeshClient client;
    private final String space;
    private final List<Call> calls = new ArrayList<>();
    private @Nullable Frontier written;
    private int done;

    Probe(MeshClient client, MeshClient next, String space, boolean quorum) {
      this.client = client;
      this.space = space;
      calls.add(new Write(this, /* quorum= */ false));
      if (next != client) {
        calls.add(new Read(this, next, /* quorum= */ false));
      }
      if (quorum) {
        calls.add(new Write(this, /* quorum= */ true));
        calls.add(new Read(this, client, /* quorum= */ true));
      }
    }

    boolean isDone() {
      return done == calls.size();
    }

    void make() {
      if (!over && !isDone()) {
        Call call = calls.get(done);
        call.make(left(call.asked()), this::ended);
      }
    }

    private void ended(Outcome<?> outcome) {
      if (outcome instanceof Outcome.Ok) {
        done++;
        make();
      } else if (client.nanos() + AGAIN.toNanos() < deadlineNanos) {
        client.after(AGAIN, this::make);
      } else {
        complain(error(outcome));
      }
    }

    void complain(String why) {
      if (!over) {
        over = true;
        Call call = calls.get(done);
        complaints.failed(
            call.asked().node(),
            call.what()
                + ", "
                + patience.toSeconds()
                + " s after all were equal and everything had healed: "
                + why);
      }
    }
  }

  private record Write(Probe probe, boolean quorum) implements Call {
    @Override
    public String what() {
      return "cannot write to '" + probe.space + "' with " + (quorum ? "QUORUM" : "LOCAL");
    }

    @Override
    public MeshClient asked() {
      return probe.client;
    }

    @Override
    public void make(Duration timeout, Consumer<Outcome<?>> done) {
      WriteOptions how = quorum ? WriteOptions.quorum(timeout) : WriteOptions.local();
      String id = "works-again-" + probe.client.node() + (quorum ? "-quorum" : "");
      probe
          .client
          .space(probe.space)
          .write(
              how.operationId(id),
              tx -> {},
              outcome -> {
                if (outcome instanceof Outcome.Ok<Frontier> ok) {
                  probe.written = ok.value();
                }
                done.accept(outcome);
              });
    }
  }

  private record Read(Probe probe, MeshClient asked, boolean quorum) implements Call {
    @Override
    public String what() {
      return quorum
          ? "cannot read '" + probe.space + "' with QUORUM"
          : "cannot read '" + probe.space + "' after what " + probe.client.node() + " has written";
    }

    @Override
    public void make(Duration timeout, Consumer<Outcome<?>> done) {
      Frontier written = probe.written;
      ReadOptions how =
          quorum || written == null
              ? ReadOptions.quorum(timeout)
              : ReadOptions.after(written, timeout);
      asked.space(probe.space).read(how, done::accept);
    }
  }
}
