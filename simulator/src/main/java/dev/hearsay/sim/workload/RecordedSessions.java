package dev.hearsay.sim.workload;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Operation;
import dev.hearsay.sim.sessions.Casting;
import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Recording;
import dev.hearsay.sim.sessions.RecordingReader;
import dev.hearsay.sim.sessions.SessionSpace;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Recorded sessions of a user, an assistant and its tools, each role at a node of its own, played
 * message by message: an agent speaks when it has seen the message before, or has waited for it in
 * vain. Each message is one change over the log, counters, sets, registers and a map.
 */
final class RecordedSessions implements Workload {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int LOOKS_MAX = 30;

  private final Recording recording;

  /** The sessions that ship with the project. */
  RecordedSessions() {
    this(RecordingReader.sample());
  }

  RecordedSessions(Recording recording) {
    this.recording = recording;
  }

  @Override
  public String name() {
    return Workloads.SESSIONS;
  }

  @Override
  public String description() {
    return "recorded sessions of a user, an assistant and its tools, a role at each node";
  }

  @Override
  public List<Checker> checkers() {
    return List.of(new SeenMessages());
  }

  @Override
  public Set<String> ignored() {
    return Set.of(WorkloadOptions.SESSIONS);
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new Play(options, history);
  }

  private final class Play implements Run {
    private final WorkloadOptions options;
    private final Session.Takedown takedown;
    private final Map<String, Session> agents = new HashMap<>();

    Play(WorkloadOptions options, History history) {
      this.options = options;
      this.takedown = new Session.Takedown(options.run(), history);
    }

    @Override
    public List<String> spaces() {
      return recording.sessions().stream().map(played -> played.name()).toList();
    }

    @Override
    public void start(MeshClient client) {
      agents.put(client.node(), new Session(client.node() + "/0", client, takedown));
      if (agents.keySet().containsAll(options.nodes()) && options.nodes().contains(client.node())) {
        for (int i = 0; i < recording.sessions().size(); i++) {
          int number = i;
          client.after(
              Duration.ofNanos(client.random().nextLong(options.pause().toNanos() * 4) + 1),
              () -> speak(number, 0, 0));
        }
      }
    }

    /** Has the message written, once its agent has seen the one before or is tired of waiting. */
    private void speak(int number, int index, int looks) {
      var played = recording.sessions().get(number);
      if (index >= played.messages().size()) {
        return;
      }
      Message message = played.messages().get(index);
      int seat = new Casting(options.nodes().size()).nodeOf(number, message.role());
      Session agent = agent(seat);
      MeshClient client = agent.client();
      if (!client.isOpen()) {
        return;
      }
      boolean[] seen = {index == 0};
      if (client.isUp() && index > 0) {
        agent.read(played.name(), snapshot -> seen[0] = saw(snapshot, index - 1));
      }
      if (!client.isUp() || (!seen[0] && looks < LOOKS_MAX)) {
        client.after(LOOK, () -> speak(number, index, looks + 1));
        return;
      }
      agent.write(
          played.name(),
          WriteOptions.local(),
          tx -> SessionSpace.write(tx, index, message, client.node()),
          outcome ->
              client.after(
                  Duration.ofNanos(client.random().nextLong(options.pause().toNanos() * 2) + 1),
                  () -> speak(number, outcome instanceof Outcome.Ok ? index + 1 : index, 0)));
    }

    private static boolean saw(Snapshot snapshot, int index) {
      return SessionSpace.indexes(snapshot).contains(index);
    }

    /** The one at that node of the first, or at the next that has not left. */
    private Session agent(int seat) {
      List<String> nodes = options.nodes();
      for (int i = 0; i < nodes.size(); i++) {
        Session agent = agents.get(nodes.get((seat + i) % nodes.size()));
        if (agent != null && !agent.client().hasLeft()) {
          return agent;
        }
      }
      // It waits until there is nothing more to say.
      return Objects.requireNonNull(agents.get(nodes.get(seat)), "no client at " + seat);
    }

    @Override
    public void finish(MeshClient client) {
      Session last = new Session(client.node() + "/final", client, takedown);
      for (String space : spaces()) {
        last.read(space, SessionSpace::read);
      }
    }
  }

  /** Whoever sees a message sees all that its writer had seen, as the message itself says. */
  static final class SeenMessages extends Checker {
    @Override
    public String name() {
      return "seen-messages";
    }

    @Override
    public String description() {
      return "whoever sees a message sees all that its writer had seen";
    }

    @Override
    public void ended(List<Operation> operations) {
      for (Operation operation : operations) {
        if (operation.type().equals("AppendLog")
            && operation.kind().equals("read")
            && operation.value() instanceof Value.Sequence log) {
          checked();
          Set<Value> visible = new HashSet<>();
          log.values().forEach(entry -> visible.add(part(entry, "index")));
          for (Value entry : log.values()) {
            if (!visible.containsAll(((Value.Sequence) part(entry, "seen")).values())) {
              report(
                  operation.call().endNanos(),
                  operation.call().node(),
                  "message "
                      + part(entry, "index")
                      + " of '"
                      + operation.call().space()
                      + "' is visible without all that its writer had seen");
              return;
            }
          }
        }
      }
    }

    private static Value part(Value entry, String name) {
      Value part = ((Value.Mapping) entry).entries().get(name);
      return part == null ? Value.Null.NULL : part;
    }
  }
}
