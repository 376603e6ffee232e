package dev.hearsay.mesh.space;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.LogKey;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

record TypedAppendLog<T>(TypedField<T> field) implements AppendLog<T> {
  @Override
  public void append(T entry) {
    Value encoded = field.encode(entry);
    field.edit(draft -> dev.hearsay.crdt.AppendLog.append(draft, encoded));
  }

  @Override
  public void remove(String id) {
    LogKey key;
    try {
      key = LogKey.parse(id);
    } catch (RejectedException e) {
      throw new HearsayException(ErrorCode.INVALID_NAME, String.valueOf(e.getMessage()), e);
    }
    field.edit(draft -> dev.hearsay.crdt.AppendLog.remove(draft, key));
  }

  @Override
  public void keepLast(int count) {
    requireCount(count);
    field.edit(draft -> dev.hearsay.crdt.AppendLog.keepLast(draft, count));
  }

  @Override
  public void trimBefore(Instant time) {
    HybridTime bound = bounded(time);
    field.edit(draft -> dev.hearsay.crdt.AppendLog.trimBefore(draft, bound));
  }

  /** Before or beyond all that an entry can have, the nearest that one can. */
  private static HybridTime bounded(Instant time) {
    if (time.isAfter(HybridTime.MAX.toInstant())) {
      return HybridTime.MAX;
    }
    return time.isBefore(Instant.EPOCH)
        ? HybridTime.ZERO
        : HybridTime.ofMillis(time.toEpochMilli());
  }

  private static void requireCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + " is below zero");
    }
  }

  @Override
  public int size() {
    return field.view().size();
  }

  @Override
  public List<T> entries() {
    List<T> entries = new ArrayList<>(size());
    dev.hearsay.crdt.AppendLog.forEach(
        field.view(), atom -> entries.add(field.decode(atom.payload())));
    return Collections.unmodifiableList(entries);
  }

  @Override
  public List<LogEntry<T>> read() {
    List<LogEntry<T>> entries = new ArrayList<>(size());
    dev.hearsay.crdt.AppendLog.forEachEntry(
        field.view(),
        (key, atom) ->
            entries.add(
                new LogEntry<>(
                    key.toString(),
                    field.decode(atom.payload()),
                    atom.author(),
                    atom.time().toInstant())));
    return Collections.unmodifiableList(entries);
  }

  @Override
  public List<T> last(int count) {
    requireCount(count);
    List<Value> all = new ArrayList<>();
    dev.hearsay.crdt.AppendLog.forEach(field.view(), atom -> all.add(atom.payload()));
    return all.subList(Math.max(0, all.size() - count), all.size()).stream()
        .map(field::decode)
        .toList();
  }
}
