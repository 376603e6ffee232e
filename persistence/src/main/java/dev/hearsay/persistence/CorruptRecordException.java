package dev.hearsay.persistence;

/**
 * A stored event is damaged or missing. Recovery of its entity stops here: going on would hand out
 * a history with a hole.
 *
 * @since 0.1
 */
public final class CorruptRecordException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final String persistenceId;
  private final long sequenceNr;

  CorruptRecordException(String persistenceId, long sequenceNr, String problem) {
    super("event " + sequenceNr + " of entity \"" + persistenceId + "\" " + problem, true, null);
    this.persistenceId = persistenceId;
    this.sequenceNr = sequenceNr;
  }

  /** The entity whose event it is. */
  public String persistenceId() {
    return persistenceId;
  }

  /** The sequence number of the event. */
  public long sequenceNr() {
    return sequenceNr;
  }
}
