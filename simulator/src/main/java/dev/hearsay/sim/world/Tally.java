package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.mesh.wire.Message;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was sent over the network, lost packets included. */
public final class Tally {
  /** One kind of message. */
  private static final class Kind {
    long messages;
    long bytes;
  }

  private final Map<Class<?>, Kind> kinds = new java.util.HashMap<>();
  private long messages;
  private long bytes;
  private long changes;
  private long elements;
  private long changeBytes;

  void sent(Message message, int size) {
    messages++;
    bytes += size;
    Kind kind = kinds.computeIfAbsent(message.getClass(), c -> new Kind());
    kind.messages++;
    kind.bytes += size;
    if (message instanceof Message.Push push) {
      changes(push.changes());
    } else if (message instanceof Message.Answer answer) {
      changes(answer.changes());
    }
  }

  private void changes(List<EncodedChange> sent) {
    for (EncodedChange change : sent) {
      changes++;
      elements += change.last() - change.change().first() + 1;
      changeBytes += change.sizeBytes();
    }
  }

  /** Messages; a large one counts once, in however many packets it goes. */
  public long messages() {
    return messages;
  }

  public long bytes() {
    return bytes;
  }

  /** Changes in pushes and answers. */
  public long changes() {
    return changes;
  }

  /** Atoms in those changes: the dots that they bear. */
  public long elements() {
    return elements;
  }

  /** Bytes of those changes; the rest of {@link #bytes} is the protocol's own. */
  public long changeBytes() {
    return changeBytes;
  }

  /** Messages of each kind, by its name. */
  public SortedMap<String, Long> messagesByKind() {
    SortedMap<String, Long> named = new TreeMap<>();
    kinds.forEach((kind, counted) -> named.put(kind.getSimpleName(), counted.messages));
    return Collections.unmodifiableSortedMap(named);
  }

  /** Bytes of each kind, by its name. */
  public SortedMap<String, Long> bytesByKind() {
    SortedMap<String, Long> named = new TreeMap<>();
    kinds.forEach((kind, counted) -> named.put(kind.getSimpleName(), counted.bytes));
    return Collections.unmodifiableSortedMap(named);
  }

  /** Forgets everything, to count from here. */
  public void reset() {
    kinds.clear();
    messages = 0;
    bytes = 0;
    changes = 0;
    elements = 0;
    changeBytes = 0;
  }
}
