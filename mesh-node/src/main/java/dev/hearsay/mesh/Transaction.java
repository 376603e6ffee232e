package dev.hearsay.mesh;

/**
 * The fields of a space inside one atomic change. Reads see the space's newest state and the
 * transaction's own writes. Valid only on the thread and during the call it was handed to; after
 * that every use is a {@link ErrorCode#READ_ONLY} error.
 */
public interface Transaction extends Fields {}
