package dev.hearsay.sim.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.hearsay.crdt.value.JsonCodec;
import dev.hearsay.crdt.value.Value;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a history as lines, one JSON object for each operation, in the order in which calls ended,
 * and after them those that had not ended when their run did:
 *
 * <pre>
 * {"run":0,"node":"node1","session":"node1/0","transaction":7,"call":"write","operation":"add",
 *  "space":"memory","field":"names","type":"OrSet","key":null,"value":"x7","result":"ok",
 *  "start":1500000,"end":3200000,"acknowledgement":"LOCAL","change":"00c0ffee00c0ffee:12",
 *  "after":null,"frontier":"…","error":null}
 * </pre>
 *
 * <p>Every line has every name. {@code start} and {@code end} are virtual nanoseconds, {@code end}
 * null if the call never ended; values are written as {@link JsonCodec} says. A call of which no
 * operation is known has one line without one. Not thread-safe.
 */
public final class HistoryFile implements History, AutoCloseable {
  /** A call of a run. */
  private record Key(String session, long transaction) {
    static Key of(Operation.Call call) {
      return new Key(call.session(), call.transaction());
    }
  }

  /** What is known of a call that is under way. */
  private record Open(Operation.Call call, List<Operation> operations) {}

  private final JsonGenerator json;
  private final Map<Key, Open> open = new LinkedHashMap<>();
  private int run;

  /** Writes to {@code out}, and closes it in the end. */
  public HistoryFile(Writer out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  /**
   * Writes to a new file, in place of one that is there.
   *
   * @throws IOException if it cannot be written there
   */
  public static HistoryFile create(Path file) throws IOException {
    return new HistoryFile(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
  }

  /** Takes down the ones of the run before that never ended, if this is the first of another. */
  @Override
  public void begun(Operation.Call call) {
    if (call.run() != run) {
      writing(this::writeOpen);
      run = call.run();
    }
    open.put(Key.of(call), new Open(call, List.of()));
  }

  @Override
  public void minted(List<Operation> operations) {
    if (!operations.isEmpty()) {
      Operation.Call call = operations.get(0).call();
      open.put(Key.of(call), new Open(call, operations));
    }
  }

  /**
   * Writes them.
   *
   * @throws LostHistoryException if the file cannot be written any more
   */
  @Override
  public void ended(List<Operation> operations) {
    writing(
        () -> {
          for (Operation operation : operations) {
            open.remove(Key.of(operation.call()));
            write(operation.call(), operation, /* hasEnded= */ true);
          }
        });
  }

  @Override
  public void endedUnseen(Operation.Call call) {
    open.remove(Key.of(call));
    writing(() -> write(call, null, /* hasEnded= */ true));
  }

  /** Writes to the file. */
  @FunctionalInterface
  private interface Writing {
    void write() throws IOException;
  }

  private static void writing(Writing writing) {
    try {
      writing.write();
    } catch (IOException e) {
      throw new LostHistoryException(e);
    }
  }

  private void writeOpen() throws IOException {
    for (Open one : open.values()) {
      if (one.operations().isEmpty()) {
        write(one.call(), null, /* hasEnded= */ false);
      }
      for (Operation operation : one.operations()) {
        write(operation.call(), operation, /* hasEnded= */ false);
      }
    }
    open.clear();
  }

  private void write(Operation.Call call, @Nullable Operation operation, boolean hasEnded)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("run", call.run());
    json.writeStringField("node", call.node());
    json.writeStringField("session", call.session());
    json.writeNumberField("transaction", call.transaction());
    json.writeStringField("call", call.write() ? "write" : "read");
    json.writeStringField("operation", operation == null ? null : operation.kind());
    json.writeStringField("space", call.space());
    json.writeStringField("field", operation == null ? null : operation.field());
    json.writeStringField("type", operation == null ? null : operation.type());
    writeValue("key", operation == null ? null : operation.key());
    writeValue("value", operation == null ? null : operation.value());
    json.writeStringField("result", call.result().label());
    json.writeNumberField("start", call.startNanos());
    json.writeFieldName("end");
    if (hasEnded) {
      json.writeNumber(call.endNanos());
    } else {
      json.writeNull();
    }
    json.writeStringField("acknowledgement", call.acknowledgement().toString());
    json.writeStringField("change", text(call.change()));
    json.writeStringField("after", text(call.after()));
    json.writeStringField("frontier", text(call.frontier()));
    json.writeStringField("error", call.error());
    json.writeEndObject();
  }

  private void writeValue(String name, @Nullable Value value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value == null ? "null" : JsonCodec.toJson(value));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /**
   * Takes down what never ended.
   *
   * @throws LostHistoryException if not all of the history could be written
   */
  @Override
  public void close() {
    writing(
        () -> {
          try (json) {
            writeOpen();
          }
        });
  }
}
