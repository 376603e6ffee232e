/**
 * A journal and a snapshot store for Pekko Persistence, on LevelDB JNI.
 *
 * <p>Name {@code hearsay.journal} and {@code hearsay.snapshot-store} as the plugins of an
 * application, and give each a {@code dir}. Everything an entity was told is persisted has been
 * forced to the disk before, unless {@code hearsay.journal.durability} says otherwise; what waits
 * together shares one write and one fsync. The bytes are drawn in {@code JournalFormat} and {@code
 * SnapshotFormat}; the errors are kinds of {@link dev.hearsay.persistence.StorageException}.
 */
@NullMarked
package dev.hearsay.persistence;

import org.jspecify.annotations.NullMarked;
