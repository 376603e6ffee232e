package dev.hearsay.persistence;

/** An object as a Pekko serializer wrote it. The array is not copied: do not change it. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record SerializedValue(int serializerId, String manifest, byte[] bytes) {}
