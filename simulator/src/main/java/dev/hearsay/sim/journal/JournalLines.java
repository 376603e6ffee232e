package dev.hearsay.sim.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.hearsay.persistence.EventRecord;
import dev.hearsay.persistence.Finding;
import dev.hearsay.persistence.JournalCheck;
import dev.hearsay.persistence.OfflineRecord;
import dev.hearsay.persistence.SerializedValue;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.HexFormat;

/**
 * Writes a journal as lines, one JSON object each. Not thread-safe.
 *
 * <p>A <b>dump</b> is for people: where each record lies, and all of it but its payload. An
 * <b>export</b> is for programs: all that is needed to write the journal again, see {@link
 * JournalExport}.
 */
public final class JournalLines implements AutoCloseable {
  private final JsonGenerator json;

  /** Writes to {@code out}, which stays open. */
  public JournalLines(Writer out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  /** Where a record lies, and what it says. */
  public void dump(OfflineRecord record) throws IOException {
    json.writeStartObject();
    if (record instanceof OfflineRecord.Event event) {
      json.writeStringField("type", "event");
      json.writeStringField("entity", event.persistenceId());
      json.writeNumberField("seqNr", event.event().sequenceNr());
      json.writeNumberField("previous", event.previous());
      json.writeBooleanField("deleted", event.isDeleted());
      json.writeStringField(
          "time", Instant.ofEpochMilli(event.event().timestampMillis()).toString());
      json.writeStringField("writer", event.event().writerUuid());
      json.writeNumberField("serializer", event.event().payload().serializerId());
      json.writeStringField("manifest", event.event().payload().manifest());
      json.writeStringField("eventManifest", event.event().manifest());
      tags(event.event());
      json.writeBooleanField("metadata", event.event().metadata() != null);
      json.writeNumberField("payloadBytes", event.event().payload().bytes().length);
    } else if (record instanceof OfflineRecord.Deletion deletion) {
      deletion(deletion);
    }
    OfflineRecord.Place place = record.place();
    json.writeStringField("key", HexFormat.of().formatHex(place.key()));
    json.writeNumberField("keyBytes", place.key().length);
    json.writeNumberField("valueBytes", place.valueBytes());
    json.writeStringField("crc32c", HexFormat.of().toHexDigits(place.crc()));
    json.writeStringField("file", place.file());
    json.writeNumberField("offset", place.offset());
    json.writeEndObject();
  }

  /** The first line of an export. */
  public void exportBegins() throws IOException {
    json.writeStartObject();
    json.writeStringField("format", JournalExport.FORMAT);
    json.writeNumberField("version", JournalExport.VERSION);
    json.writeEndObject();
  }

  /** All that is needed to write a record again. */
  public void export(OfflineRecord record) throws IOException {
    json.writeStartObject();
    if (record instanceof OfflineRecord.Event event) {
      json.writeStringField("type", "event");
      json.writeStringField("entity", event.persistenceId());
      json.writeNumberField("seqNr", event.event().sequenceNr());
      json.writeNumberField("previous", event.previous());
      json.writeNumberField("timestamp", event.event().timestampMillis());
      json.writeStringField("writer", event.event().writerUuid());
      json.writeStringField("eventManifest", event.event().manifest());
      tags(event.event());
      value(event.event().payload());
      SerializedValue metadata = event.event().metadata();
      if (metadata != null) {
        json.writeObjectFieldStart("metadata");
        value(metadata);
        json.writeEndObject();
      }
    } else if (record instanceof OfflineRecord.Deletion deletion) {
      deletion(deletion);
    }
    json.writeEndObject();
  }

  /** The last line of an export: without it, the export is cut off. */
  public void exportEnds(long records) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "end");
    json.writeNumberField("records", records);
    json.writeEndObject();
  }

  /** Something that is wrong. */
  public void finding(Finding finding) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", finding.isTornTail() ? "torn-tail" : "damage");
    json.writeStringField("file", finding.file());
    json.writeNumberField("offset", finding.offset());
    json.writeStringField("entity", finding.persistenceId());
    json.writeNumberField("seqNr", finding.sequenceNr());
    json.writeStringField("problem", finding.problem());
    json.writeEndObject();
  }

  /** How much was checked. */
  public void summary(JournalCheck.Summary summary) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "summary");
    json.writeNumberField("entities", summary.entities());
    json.writeNumberField("events", summary.events());
    json.writeNumberField("deletions", summary.deletions());
    json.writeNumberField("others", summary.others());
    json.writeNumberField("snapshots", summary.snapshots());
    json.writeNumberField("findings", summary.findings());
    json.writeNumberField("tornTails", summary.tornTails());
    json.writeBooleanField("sound", summary.findings() == 0);
    json.writeEndObject();
  }

  private void deletion(OfflineRecord.Deletion deletion) throws IOException {
    json.writeStringField("type", "deletion");
    json.writeStringField("entity", deletion.persistenceId());
    json.writeNumberField("deletedTo", deletion.deletedTo());
    json.writeNumberField("highest", deletion.highest());
  }

  private void tags(EventRecord event) throws IOException {
    json.writeArrayFieldStart("tags");
    for (String tag : event.tags()) {
      json.writeString(tag);
    }
    json.writeEndArray();
  }

  private void value(SerializedValue value) throws IOException {
    json.writeNumberField("serializer", value.serializerId());
    json.writeStringField("manifest", value.manifest());
    json.writeBinaryField("payload", value.bytes());
  }

  /** Ends the last line. */
  @Override
  public void close() throws IOException {
    json.writeRaw('\n');
    json.close();
  }
}
