package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class VoterRecordsTest {
  private static final List<String> OLD = List.of("a", "b", "c");
  private static final List<String> NEW = List.of("c", "d", "e");
  private static final List<String> OTHER = List.of("a", "x");

  private final Changes books = new Changes(1);

  private void name() {
    books.mint(draft -> VoterRecords.name(draft, "s", OLD, /* named= */ true));
  }

  private VoterRecords.Vote vote(Changes at, String self, long round, List<String> voters) {
    AtomicReference<VoterRecords.Vote> vote = new AtomicReference<>();
    Message.VoteAsk ask = new Message.VoteAsk("s", 1, 2, new Ballot(round, round), voters);
    // A vote that changes nothing is no change.
    at.mint(
        draft -> {
          vote.set(VoterRecords.vote(draft, self, ask));
          OrMap.put(draft.field(new FieldKey("noise", FieldType.OR_MAP)), "x", Value.of(round));
        });
    return vote.get();
  }

  private VoterView view() {
    return VoterRecords.view(books.state(), "s");
  }

  @Test
  void aSpaceHasNoVotersUntilSomeAreNamedAndThenKeepsThem() {
    assertEquals(VoterView.NONE, view());
    name();
    books.mint(
        draft -> {
          VoterRecords.name(draft, "s", OTHER, /* named= */ true);
          VoterRecords.name(draft, "t", OTHER, /* named= */ false);
        });
    assertEquals(new VoterView(1, List.of(OLD), List.of()), view());
    assertFalse(VoterRecords.isDefault(books.state(), "s"));
    assertTrue(VoterRecords.isDefault(books.state(), "t"));
  }

  @Test
  void aVoterGrantsNothingBelowWhatItHasPromised() {
    name();
    assertTrue(vote(books, "a", 2, List.of()).granted());
    VoterRecords.Vote refused = vote(books, "a", 1, NEW);
    assertFalse(refused.granted());
    assertEquals(new Ballot(2, 2), refused.promised());
    assertTrue(vote(books, "a", 2, NEW).granted());
    assertEquals(List.of(NEW), view().pending());
  }

  @Test
  void aPromiseTellsWhatWasAcceptedBefore() {
    name();
    vote(books, "a", 1, NEW);
    VoterRecords.Vote promise = vote(books, "a", 2, List.of());
    assertTrue(promise.granted());
    assertEquals(new Ballot(1, 1), promise.accepted());
    assertEquals(NEW, promise.voters());
    assertEquals(List.of(NEW), view().pending());
  }

  @Test
  void whatOthersPromisedBindsAVoterThatHasLostItsOwnRecord() {
    name();
    vote(books, "b", 5, NEW);
    // "a" promised the same and lost it; what it pulled from "b" is what it goes by.
    assertFalse(vote(books, "a", 4, OTHER).granted());
    assertEquals(NEW, vote(books, "a", 6, List.of()).voters());
  }

  @Test
  void nobodyVotesOnAnotherVersionOrWithoutBeingAVoter() {
    name();
    assertFalse(vote(books, "x", 1, NEW).granted());
    books.mint(draft -> VoterRecords.settle(draft, "s", 2, NEW, /* named= */ true));
    assertFalse(vote(books, "c", 9, OTHER).granted());
    assertEquals(new VoterView(2, List.of(NEW), List.of()), view());
  }

  @Test
  void aLaterListIsNotReplacedByAnEarlierOne() {
    name();
    books.mint(draft -> VoterRecords.settle(draft, "s", 3, NEW, /* named= */ true));
    books.mint(
        draft -> {
          VoterRecords.settle(draft, "s", 2, OTHER, /* named= */ true);
          VoterRecords.name(draft, "noise", OTHER, /* named= */ true);
        });
    assertEquals(List.of(NEW), view().settled());
  }

  @Test
  void firstListsOfTwoSidesOfACutBothCount() {
    name();
    Changes elsewhere = new Changes(2);
    books.see(elsewhere.mint(draft -> VoterRecords.name(draft, "s", OTHER, /* named= */ true)));
    assertEquals(new VoterView(1, List.of(OLD, OTHER), List.of()), view());
    assertFalse(Need.QUORUM.isMet(view(), Set.of("a", "b")));
    assertTrue(Need.QUORUM.isMet(view(), Set.of("a", "b", "x")));
  }

  @Test
  void aRecordOfANewerVersionIsNotGuessedAt() {
    books.mint(
        draft ->
            OrMap.put(
                draft.field(new FieldKey("hearsay/voters", FieldType.OR_MAP)),
                "s",
                Value.of("something else")));
    assertThrows(IllegalStateException.class, this::view);
  }

  @Test
  void aQuorumIsAMajorityOfEveryList() {
    VoterView joint = new VoterView(1, List.of(OLD), List.of(NEW));
    assertFalse(Need.QUORUM.isMet(joint, Set.of("a", "b")));
    assertFalse(Need.QUORUM.isMet(joint, Set.of("c", "d", "e")));
    assertTrue(Need.QUORUM.isMet(joint, Set.of("a", "c", "e")));
    assertFalse(Need.atLeast(3).isMet(joint, Set.of("c", "d", "e")));
    assertFalse(Need.QUORUM.isMet(VoterView.NONE, Set.of("a")));
    assertFalse(Need.QUORUM.isPossible(VoterView.NONE));
    assertEquals(
        VersionVector.EMPTY, Electorate.restricted(VersionVector.EMPTY, VersionVector.EMPTY));
  }
}
