package dev.hearsay.persistence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event as the journal stores it.
 *
 * @param manifest the event adapter's manifest, empty if there is none
 * @param timestampMillis when it was persisted, as Pekko says it
 * @param writerUuid the incarnation of the entity that wrote it
 * @param tags in no particular order
 * @since 0.1
 */
public record EventRecord(
    String persistenceId,
    long sequenceNr,
    String manifest,
    String writerUuid,
    long timestampMillis,
    List<String> tags,
    SerializedValue payload,
    @Nullable SerializedValue metadata) {
  /** Refuses a sequence number below 1. */
  public EventRecord {
    if (sequenceNr < 1) {
      throw new IllegalArgumentException("sequence number " + sequenceNr);
    }
  }
}
