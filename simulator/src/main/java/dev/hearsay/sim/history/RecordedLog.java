package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.LogEntry;
import java.time.Instant;
import java.util.List;

/** A log that notes what is done to it. */
record RecordedLog<T>(AppendLog<T> log, Notes notes, Notes.FieldName field, ValueCodec<T> codec)
    implements AppendLog<T> {
  @Override
  public void append(T entry) {
    log.append(entry);
    notes.add("append", field, codec.encode(entry));
  }

  @Override
  public void remove(String id) {
    log.remove(id);
    notes.add("remove", field, Value.of(id));
  }

  @Override
  public void keepLast(int count) {
    log.keepLast(count);
    notes.add("keepLast", field, Value.of(count));
  }

  @Override
  public void trimBefore(Instant time) {
    log.trimBefore(time);
    notes.add("trimBefore", field, Value.of(time.toString()));
  }

  @Override
  public int size() {
    int size = log.size();
    notes.add("size", field, Value.of(size));
    return size;
  }

  @Override
  public List<T> entries() {
    List<T> entries = log.entries();
    notes.add("read", field, Value.of(entries.stream().map(codec::encode).toList()));
    return entries;
  }

  @Override
  public List<LogEntry<T>> read() {
    List<LogEntry<T>> entries = log.read();
    notes.add("read", field, Value.of(entries.stream().map(e -> codec.encode(e.value())).toList()));
    return entries;
  }

  @Override
  public List<T> last(int count) {
    List<T> entries = log.last(count);
    notes.addUnder(
        "last", field, Value.of(count), Value.of(entries.stream().map(codec::encode).toList()));
    return entries;
  }
}
