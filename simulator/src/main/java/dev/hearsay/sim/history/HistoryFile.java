package dev.hearsay.sim.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.hearsay.crdt.value.JsonCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a history as lines, one JSON object for each operation, in the order in which calls ended:
 *
 * <pre>
 * {"run":0,"node":"node1","session":"node1/0","transaction":7,"call":"write","operation":"add",
 *  "space":"memory","field":"names","type":"OrSet","key":null,"value":"x7","result":"ok",
 *  "start":1500000,"end":3200000,"acknowledgement":"LOCAL","change":"00c0ffee00c0ffee:12",
 *  "after":null,"frontier":"…","error":null}
 * </pre>
 *
 * <p>Every line has every name. {@code start} and {@code end} are virtual nanoseconds; values are
 * written as {@link JsonCodec} says. Not thread-safe.
 */
public final class HistoryFile implements History, AutoCloseable {
  private final JsonGenerator json;

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

  /**
   * Writes them.
   *
   * @throws UncheckedIOException if the file cannot be written any more
   */
  @Override
  public void ended(List<Operation> operations) {
    try {
      for (Operation operation : operations) {
        write(operation);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written: " + e.getMessage(), e);
    }
  }

  private void write(Operation operation) throws IOException {
    Operation.Call call = operation.call();
    json.writeStartObject();
    json.writeNumberField("run", call.run());
    json.writeStringField("node", call.node());
    json.writeStringField("session", call.session());
    json.writeNumberField("transaction", call.transaction());
    json.writeStringField("call", call.write() ? "write" : "read");
    json.writeStringField("operation", operation.kind());
    json.writeStringField("space", call.space());
    json.writeStringField("field", operation.field());
    json.writeStringField("type", operation.type());
    json.writeFieldName("key");
    json.writeRawValue(operation.key() == null ? "null" : JsonCodec.toJson(operation.key()));
    json.writeFieldName("value");
    json.writeRawValue(JsonCodec.toJson(operation.value()));
    json.writeStringField("result", call.result().label());
    json.writeNumberField("start", call.startNanos());
    json.writeNumberField("end", call.endNanos());
    json.writeStringField("acknowledgement", call.acknowledgement().toString());
    json.writeStringField("change", text(call.change()));
    json.writeStringField("after", text(call.after()));
    json.writeStringField("frontier", text(call.frontier()));
    json.writeStringField("error", call.error());
    json.writeEndObject();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
