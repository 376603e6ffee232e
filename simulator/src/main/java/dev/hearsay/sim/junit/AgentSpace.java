package dev.hearsay.sim.junit;

import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.ConfidenceRegister;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.FieldMap;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Flag;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.PnCounter;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.Voters;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.workload.OperatedSpace;
import dev.hearsay.sim.workload.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A space as an agent's code knows it, on a virtual node. What is written through a field is a
 * change of its own, and what is read is read from the state of that moment. Watchers are called on
 * the agent's own thread, while the agent waits for something.
 */
final class AgentSpace implements Space {
  private final String name;
  private final Session session;
  private final VirtualAgent agent;
  private final WriteOptions options;

  AgentSpace(String name, Session session, VirtualAgent agent) {
    this(name, session, agent, WriteOptions.local());
  }

  private AgentSpace(String name, Session session, VirtualAgent agent, WriteOptions options) {
    this.name = name;
    this.session = session;
    this.agent = agent;
    this.options = options;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Frontier update(Consumer<Transaction> body) {
    return update(options, body);
  }

  @Override
  public Frontier update(WriteOptions how, Consumer<Transaction> body) {
    return agent.call(ended -> session.write(name, how, body, ended));
  }

  /** Waits all the same: an agent does one thing after the other. */
  @Override
  public CompletionStage<Frontier> updateAsync(Consumer<Transaction> body) {
    return updateAsync(options, body);
  }

  @Override
  public CompletionStage<Frontier> updateAsync(WriteOptions how, Consumer<Transaction> body) {
    return ended(() -> update(how, body));
  }

  private static <T> CompletionStage<T> ended(Supplier<T> call) {
    try {
      return CompletableFuture.completedFuture(call.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Space with(WriteOptions how) {
    return new AgentSpace(name, session, agent, how);
  }

  @Override
  public Snapshot read(ReadOptions how) {
    // What is looked at in it later is not taken down: the read has ended by then.
    Snapshot[] read = new Snapshot[1];
    agent.<Frontier>call(ended -> session.read(name, how, snapshot -> read[0] = snapshot, ended));
    return read[0];
  }

  @Override
  public CompletionStage<Snapshot> readAsync(ReadOptions how) {
    return ended(() -> read(how));
  }

  @Override
  public Snapshot snapshot() {
    return read(ReadOptions.local());
  }

  @Override
  public Frontier frontier() {
    return snapshot().frontier();
  }

  @Override
  public void awaitFrontier(Frontier frontier, Duration timeout) {
    read(ReadOptions.after(frontier, timeout));
  }

  @Override
  public List<FieldInfo> fields() {
    return snapshot().fields();
  }

  @Override
  public String digest() {
    return snapshot().digest();
  }

  @Override
  public List<String> conflicts() {
    return operated().conflicts();
  }

  @Override
  public Voters voters() {
    return operated().voters();
  }

  @Override
  public void changeVoters(Set<String> nodes, Duration timeout) {
    OperatedSpace operated = operated();
    agent.<Boolean>call(ended -> operated.changeVoters(nodes, timeout, ended));
  }

  @Override
  public void replaceLostVoters(Set<String> lost, Set<String> nodes, Duration timeout) {
    OperatedSpace operated = operated();
    agent.<Boolean>call(ended -> operated.replaceLostVoters(lost, nodes, timeout, ended));
  }

  @Override
  public Placement placement() {
    return operated().placement();
  }

  @Override
  public void place(Placement placement) {
    OperatedSpace operated = operated();
    agent.<Boolean>call(ended -> operated.place(placement, ended));
  }

  @Override
  public Watch watch(Consumer<SpaceChange> watcher) {
    return agent.watch(operated(), watcher);
  }

  /** The space, whose node runs. */
  private OperatedSpace operated() {
    agent.requireRunning();
    return (OperatedSpace) session.client().space(name);
  }

  @Override
  public <T> OrSet<T> orSet(String field, Class<T> elementType) {
    return live(OrSet.class, fields -> fields.orSet(field, elementType));
  }

  @Override
  public PnCounter pnCounter(String field) {
    return live(PnCounter.class, fields -> fields.pnCounter(field));
  }

  @Override
  public <T> LwwRegister<T> lwwRegister(String field, Class<T> valueType) {
    return live(LwwRegister.class, fields -> fields.lwwRegister(field, valueType));
  }

  @Override
  public <V> OrMap<V> orMap(String field, Class<V> valueType) {
    return live(OrMap.class, fields -> fields.orMap(field, valueType));
  }

  @Override
  public <T> AppendLog<T> appendLog(String field, Class<T> entryType) {
    return live(AppendLog.class, fields -> fields.appendLog(field, entryType));
  }

  @Override
  public <T> MvRegister<T> mvRegister(String field, Class<T> valueType) {
    return live(MvRegister.class, fields -> fields.mvRegister(field, valueType));
  }

  @Override
  public <T> ConfidenceRegister<T> confidenceRegister(String field, Class<T> valueType) {
    return live(ConfidenceRegister.class, fields -> fields.confidenceRegister(field, valueType));
  }

  @Override
  public Flag flag(String field) {
    return live(Flag.class, fields -> fields.flag(field));
  }

  @Override
  public FieldMap fieldMap(String field) {
    return live(FieldMap.class, fields -> fields.fieldMap(field));
  }

  @Override
  public void delete(String field) {
    update(transaction -> transaction.delete(field));
  }

  @Override
  public void deletePrefix(String prefix) {
    update(transaction -> transaction.deletePrefix(prefix));
  }

  /** A field that writes what returns nothing, and reads what returns something. */
  private <F> F live(Class<? super F> type, Function<Fields, F> open) {
    Object proxy =
        Proxy.newProxyInstance(
            AgentSpace.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object[] result = new Object[1];
              Consumer<Fields> body =
                  fields -> result[0] = invoke(method, open.apply(fields), arguments);
              if (method.getReturnType() == void.class) {
                update(body::accept);
              } else {
                read(body);
              }
              return result[0];
            });
    @SuppressWarnings("unchecked")
    F field = (F) proxy;
    return field;
  }

  /** What the body throws arrives where the agent called, whichever thread it ran on. */
  private void read(Consumer<Fields> body) {
    RuntimeException[] thrown = new RuntimeException[1];
    agent.<Frontier>call(
        ended ->
            session.read(
                name,
                ReadOptions.local(),
                fields -> {
                  try {
                    body.accept(fields);
                  } catch (RuntimeException e) {
                    thrown[0] = e;
                  }
                },
                ended));
    if (thrown[0] != null) {
      throw thrown[0];
    }
  }

  private static @Nullable Object invoke(
      Method method, Object field, Object @Nullable [] arguments) {
    try {
      return method.invoke(field, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
