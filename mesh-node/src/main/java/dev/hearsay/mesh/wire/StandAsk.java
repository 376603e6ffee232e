package dev.hearsay.mesh.wire;

/**
 * Where does the receiver stand in the space? To be answered at once with a {@link StandTell}: by
 * what is in it the asker sees whether the voter's history is its own, and not only what it counts.
 *
 * @param request of this asker, to name it in the answer
 * @param known fingerprint of the asker's view of the voters: the same one is not sent back
 */
public record StandAsk(String space, long request, long known) implements Message.OfChains {}
