package dev.hearsay.mesh.runtime.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.ddata.DistributedData;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.Replicator;

/**
 * Writes rows into the replicated node directory of one control system, and reports those that come
 * in. The rows are spread over several keys, because Pekko bounds neither a large update nor a
 * large state, and either must fit a frame: {@link Limits#ROWS_MAX} rows of a key do.
 */
final class DirectoryActor extends AbstractActor {
  record Put(Collection<NodeRow> rows) {
    Put {
      rows = List.copyOf(rows);
    }
  }

  private static final class DirectoryKey extends Key<NodeDirectory> {
    private static final long serialVersionUID = 1L;

    DirectoryKey(int index) {
      super("hearsay-nodes-" + index);
    }
  }

  private final ActorRef replicator = DistributedData.get(getContext().getSystem()).replicator();
  private final List<Key<NodeDirectory>> keys = new ArrayList<>();
  private final Consumer<Map<String, NodeRow>> onRows;

  private DirectoryActor(Consumer<Map<String, NodeRow>> onRows) {
    this.onRows = onRows;
    for (int i = 0; i < Limits.PARTS; i++) {
      keys.add(new DirectoryKey(i));
    }
  }

  static Props props(Consumer<Map<String, NodeRow>> onRows) {
    return Props.create(DirectoryActor.class, () -> new DirectoryActor(onRows));
  }

  @Override
  public void preStart() {
    keys.forEach(key -> replicator.tell(new Replicator.Subscribe<>(key, getSelf()), getSelf()));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Put.class, put -> put.rows().forEach(this::put))
        .match(Replicator.Changed.class, this::changed)
        // A local update that failed shows in the rows that are not there, and is put again.
        .match(Replicator.UpdateResponse.class, response -> {})
        .build();
  }

  private void put(NodeRow row) {
    Key<NodeDirectory> key = keys.get(NodeDirectory.part(row.nodeId()));
    replicator.tell(
        new Replicator.Update<>(
            key, NodeDirectory.EMPTY, Replicator.writeLocal(), directory -> directory.with(row)),
        getSelf());
  }

  private void changed(Replicator.Changed<?> changed) {
    if (changed.dataValue() instanceof NodeDirectory directory) {
      onRows.accept(directory.rows());
    }
  }
}
