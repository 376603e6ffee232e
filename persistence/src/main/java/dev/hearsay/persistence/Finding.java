package dev.hearsay.persistence;

/**
 * Something that is wrong in a journal or among its snapshots.
 *
 * @param file the file it is in, relative to the directory; empty if it is in none, such as an
 *     event that is missing
 * @param offset where in the file, in bytes: the record of a log, or the block of a table; 0 if the
 *     whole file is meant
 * @param persistenceId the entity it is about; empty if it is not known
 * @param sequenceNr the event or snapshot it is about; 0 if it is not known
 * @param problem what is wrong, for a person
 * @param isTornTail a write that a crash cut short at the end of a log, and that nobody was told
 *     was stored: {@link OfflineJournal#cutTornTails} takes it away
 * @since 0.1
 */
public record Finding(
    String file,
    long offset,
    String persistenceId,
    long sequenceNr,
    String problem,
    boolean isTornTail) {

  /** Without a torn tail. */
  public Finding(String file, long offset, String persistenceId, long sequenceNr, String problem) {
    this(file, offset, persistenceId, sequenceNr, problem, false);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (!file.isEmpty()) {
      text.append(file).append(" at ").append(offset).append(": ");
    }
    if (!persistenceId.isEmpty()) {
      text.append("entity \"").append(persistenceId).append("\"");
      if (sequenceNr > 0) {
        text.append(" number ").append(sequenceNr);
      }
      text.append(": ");
    }
    return text.append(problem).toString();
  }
}
