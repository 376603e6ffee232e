package dev.hearsay.sim.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.persistence.EventRecord;
import dev.hearsay.persistence.OfflineJournal;
import dev.hearsay.persistence.OfflineRecord;
import dev.hearsay.persistence.SerializedValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an export of a journal, line by line.
 *
 * <pre>
 *   {"format": "hearsay-journal-export", "version": 1}
 *   {"type": "deletion", "entity", "deletedTo", "highest"}                    first all of these
 *   {"type": "event", "entity", "seqNr", "previous", "timestamp", "writer", "eventManifest",
 *    "tags": […], "serializer", "manifest", "payload": base64,
 *    "metadata": {"serializer", "manifest", "payload"}}                       metadata if there are
 *   {"type": "end", "records"}
 * </pre>
 */
public final class JournalExport {
  static final String FORMAT = "hearsay-journal-export";
  static final int VERSION = 1;

  /** Base64 of the longest event that a journal takes. */
  private static final int TEXT_CHARS_MAX = 400_000_000;

  private JournalExport() {}

  /** What is read is no export, or not all of one; the message names the line. */
  public static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * Hands out the records of an export.
   *
   * @throws MalformedException if it does not follow the format, or is cut off
   */
  public static void read(InputStream in, OfflineJournal.Receiver receiver) throws IOException {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxStringLength(TEXT_CHARS_MAX).build())
            .build();
    ObjectMapper mapper = new ObjectMapper(factory);
    long line = 0;
    try (JsonParser parser = factory.createParser(in)) {
      long records = 0;
      boolean ended = false;
      while (parser.nextToken() != null) {
        line++;
        JsonNode node = mapper.readTree(parser);
        if (line == 1) {
          requireFormat(node);
        } else if (ended) {
          throw new IllegalArgumentException("something follows the end");
        } else if (text(node, "type").equals("end")) {
          ended = true;
          if (number(node, "records") != records) {
            throw new IllegalArgumentException(
                "the end counts "
                    + number(node, "records")
                    + " records, and there were "
                    + records);
          }
        } else {
          receiver.record(record(node));
          records++;
        }
      }
      if (!ended) {
        throw new IllegalArgumentException("the export is cut off: its last line is missing");
      }
    } catch (JsonProcessingException e) {
      throw new MalformedException("line " + (line + 1) + ": " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new MalformedException("line " + line + ": " + e.getMessage());
    }
  }

  private static void requireFormat(JsonNode node) {
    if (!node.path("format").asText().equals(FORMAT)) {
      throw new IllegalArgumentException("this is no export of a journal");
    }
    if (number(node, "version") != VERSION) {
      throw new IllegalArgumentException(
          "the export has version " + number(node, "version") + ", and " + VERSION + " is known");
    }
  }

  private static OfflineRecord record(JsonNode node) throws IOException {
    String type = text(node, "type");
    String entity = text(node, "entity");
    if (type.equals("deletion")) {
      return new OfflineRecord.Deletion(
          entity, number(node, "deletedTo"), number(node, "highest"), OfflineRecord.Place.NOWHERE);
    }
    if (!type.equals("event")) {
      throw new IllegalArgumentException("\"" + type + "\" is neither an event nor a deletion");
    }
    List<String> tags = new ArrayList<>();
    node.path("tags").forEach(tag -> tags.add(tag.asText()));
    EventRecord event =
        new EventRecord(
            entity,
            number(node, "seqNr"),
            text(node, "eventManifest"),
            text(node, "writer"),
            number(node, "timestamp"),
            List.copyOf(tags),
            value(node),
            node.has("metadata") ? value(node.path("metadata")) : null);
    return new OfflineRecord.Event(
        event, number(node, "previous"), false, OfflineRecord.Place.NOWHERE);
  }

  private static SerializedValue value(JsonNode node) throws IOException {
    text(node, "payload");
    return new SerializedValue(
        Math.toIntExact(number(node, "serializer")),
        text(node, "manifest"),
        node.path("payload").binaryValue());
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("\"" + field + "\" is missing, or no text");
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("\"" + field + "\" is missing, or no whole number");
    }
    return value.longValue();
  }
}
