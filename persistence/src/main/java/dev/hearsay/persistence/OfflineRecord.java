package dev.hearsay.persistence;

/**
 * A record of a journal that nobody has open.
 *
 * @since 0.1
 */
public sealed interface OfflineRecord {

  /** The entity it is of. */
  String persistenceId();

  /** Where it was found; {@link Place#NOWHERE} if it comes from elsewhere. */
  Place place();

  /**
   * Where a record lies.
   *
   * @param key its key in the store
   * @param valueBytes the length of its value
   * @param crc the CRC32C that it carries, over key and value
   * @param file the file it is in, relative to the directory
   * @param offset of the log's record or the table's block that holds it, in bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Place(byte[] key, int valueBytes, int crc, String file, long offset) {
    /** For a record that is in no journal yet. */
    public static final Place NOWHERE = new Place(new byte[0], 0, 0, "", 0);
  }

  /**
   * An event.
   *
   * @param previous the entity's event before it, 0 for none: so a missing one is noticed
   * @param isDeleted true if it was deleted, and is only still there: nobody may read it
   */
  record Event(EventRecord event, long previous, boolean isDeleted, Place place)
      implements OfflineRecord {
    @Override
    public String persistenceId() {
      return event.persistenceId();
    }
  }

  /**
   * What was deleted of an entity.
   *
   * @param deletedTo events up to here are deleted
   * @param highest the entity's highest sequence number when they were
   */
  record Deletion(String persistenceId, long deletedTo, long highest, Place place)
      implements OfflineRecord {}
}
