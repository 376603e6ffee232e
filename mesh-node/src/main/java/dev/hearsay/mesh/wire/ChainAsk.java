package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.VersionVector;

/**
 * As {@link Message.AckAsk} with a target, to be answered with a {@link ChainTell}: by the hashes
 * in it the asker sees whether the voter has the change it asks for, or one of another branch under
 * the same replica.
 *
 * @param request of this asker, to name it in the answer
 * @param target not empty
 * @param known fingerprint of the asker's view of the voters: the same one is not sent back
 */
public record ChainAsk(String space, long request, VersionVector target, long known)
    implements Message.OfChains {}
