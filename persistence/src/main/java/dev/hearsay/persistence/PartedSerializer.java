package dev.hearsay.persistence;

import java.io.IOException;

/**
 * What a Pekko serializer implements, besides its own methods, to write snapshots in parts: as
 * streams, without the whole in one array, and without what has not changed. Parts of earlier
 * snapshots of the same entity are named and taken over; {@link HearsaySnapshotStore} keeps them as
 * long as a snapshot needs them. Other snapshot stores use the serializer as any other.
 *
 * <p>A snapshot whose serializer is not of this kind is one part, and what it shares with the one
 * before is found by its content.
 *
 * <p>Called on any thread, for one entity never twice at a time.
 *
 * @since 0.1
 */
public interface PartedSerializer {
  /**
   * Writes a snapshot's parts, in any order.
   *
   * @throws IOException from {@code out}; nothing is stored then
   */
  void writeParts(Object snapshot, SnapshotPartsWriter out) throws IOException;

  /**
   * Reads what {@link #writeParts} wrote. Every byte is checked before it is handed out.
   *
   * @param manifest as the serializer told for the snapshot that was written
   * @throws IOException from {@code in}, if a part is damaged; an older snapshot is tried then, as
   *     with any other exception
   */
  Object readParts(String manifest, SnapshotPartsReader in) throws IOException;
}
