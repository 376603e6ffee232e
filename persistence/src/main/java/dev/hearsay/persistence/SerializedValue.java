package dev.hearsay.persistence;

/**
 * An object as a Pekko serializer wrote it. The array is not copied: do not change it.
 *
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record SerializedValue(int serializerId, String manifest, byte[] bytes) {}
