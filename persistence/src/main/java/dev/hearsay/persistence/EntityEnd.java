package dev.hearsay.persistence;

import java.util.Optional;
import org.apache.pekko.persistence.query.EventEnvelope;

/**
 * Where the history of an entity ends.
 *
 * @param highestSequenceNr the highest ever acknowledged, deleted or not; 0 if there was none
 * @param deletedTo events up to this number are deleted; 0 if none is
 * @param last the event of the highest number; empty if there is none, if it is deleted, or if it
 *     is damaged, of which a recovery says more
 * @since 0.1
 */
public record EntityEnd(
    String persistenceId, long highestSequenceNr, long deletedTo, Optional<EventEnvelope> last) {}
