package dev.hearsay.mesh;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is on its way, and what the limits on peers did since the node was started.
 *
 * @param transfers states on their way in
 * @param transfersIn states that came and were joined
 * @param transfersOut states that were offered to peers
 * @param transfersRefused states over a limit, malformed, or in contradiction to what is here
 * @param transfersBroken states that broke off before their end, to be gone on with
 * @param transfersPutOff requests of peers that were put off because too many states were on their
 *     way out
 * @param transferElementsIn elements that came in states
 * @param transferBytesIn bytes that came in states
 * @param transferBytesOut bytes that were sent in states
 * @param pushesDropped changes that were not pushed because too much was on its way to the peer;
 *     repair brings them
 * @param answersPutOff requests of peers that were put off because they had not taken the last
 *     answer
 * @param heldDropped changes that came before what they depend on, and deliveries that came before
 *     branches were compared with their sender, for which there was no room to wait, or no answer;
 *     repair brings them; {@link NodeMetrics} counts the same by peer
 * @param deliveriesRefused what peers brought faster than this node's disk takes it, beyond the
 *     room for it in memory; repair brings it
 * @param messagesRejected malformed, oversized, of an unknown kind or version, and what contradicts
 *     what is here; {@link NodeMetrics} counts the same by peer
 * @param messagesOutside of these, what nodes of other meshes said; {@link MeshNode#peers} names
 *     them
 * @param closedUnknown messages that named a closed vector, of replicas that are gone, which this
 *     node does not hold: it asks for it
 * @param closedRefused closed vectors, and messages with some, that were not what they claimed to
 *     be, or too large
 * @param peersForgotten addresses that are not tried any more
 * @param unsettledSpaces in how many spaces changes are kept in memory because a node that may hold
 *     them is not known to have them
 * @param inDoubt what spaces wait for on which this node does not speak as a voter, because it may
 *     have lost something that it acknowledged; in words, by space, of 100 at most
 * @param forgotten how often other bounds made this node forget something, or not remember it, by
 *     name of the bound; docs/operations.md lists them. Those that did nothing are left out
 * @since 0.1.0
 */
public record MeshTraffic(
    List<TransferStatus> transfers,
    long transfersIn,
    long transfersOut,
    long transfersRefused,
    long transfersBroken,
    long transfersPutOff,
    long transferElementsIn,
    long transferBytesIn,
    long transferBytesOut,
    long pushesDropped,
    long answersPutOff,
    long heldDropped,
    long deliveriesRefused,
    long messagesRejected,
    long messagesOutside,
    long closedUnknown,
    long closedRefused,
    long peersForgotten,
    int unsettledSpaces,
    SortedMap<String, String> inDoubt,
    SortedMap<String, Long> forgotten) {
  public MeshTraffic {
    forgotten = Collections.unmodifiableSortedMap(new TreeMap<>(forgotten));
    inDoubt = Collections.unmodifiableSortedMap(new TreeMap<>(inDoubt));
    transfers = List.copyOf(transfers);
  }
}
