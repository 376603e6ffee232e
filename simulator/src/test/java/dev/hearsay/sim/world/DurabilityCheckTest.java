package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.check.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that is not durable is told to others, whichever message tells it. */
class DurabilityCheckTest {
  private static final String SPACE = WorldSettings.SPACE;
  private static final long SECOND = 1_000_000_000L;

  /** Something that a node says that it has. */
  private record Had(SpaceState state, EncodedChange last) {
    VersionVector frontier() {
      return state.frontier();
    }

    List<ForkTalk.Head> heads() {
      List<ForkTalk.Head> heads = new ArrayList<>();
      state.heads().forEach((r, h) -> heads.add(new ForkTalk.Head(r, h.counter(), h.hash())));
      return heads;
    }

    ReplicaId replica() {
      return last.change().replica();
    }
  }

  /** Ways to say it. */
  private enum Way {
    PUSH(had -> List.of(new Message.Push(SPACE, 1, List.of(had.last())))),
    ANSWER(had -> List.of(new Message.Answer(SPACE, List.of(had.last()), Message.Then.DONE))),
    WANT(had -> List.of(new Message.Want(SPACE, had.frontier()))),
    HANDOVER(had -> List.of(new Message.Handover(SPACE, had.frontier(), Digest.ZERO))),
    COVERED(had -> List.of(new Message.Covered(SPACE, had.frontier()))),
    ROWS(had -> List.of(new Message.Rows(rows(had), false))),
    BUCKET_ROWS(had -> List.of(new Message.BucketRows(List.of(1), rows(had)))),
    FRONTIERS(
        had ->
            List.of(
                new Message.Frontiers(List.of(new Message.FrontierRow(SPACE, had.frontier()))))),
    HEADS(
        had -> List.of(new Message.Fork(SPACE, new ForkTalk.Heads(had.heads(), List.of(), true)))),
    LINKS(
        had ->
            List.of(
                links(
                    VersionVector.EMPTY,
                    had.replica(),
                    List.of(new ForkTalk.Link(1, had.last().last(), 7))))),
    FRONTIER_OF_LINKS(had -> List.of(links(had.frontier(), had.replica(), List.of()))),
    ACK_TELL(
        had ->
            List.of(
                new Message.AckTell(SPACE, 1, "n", 1, had.frontier(), null, VersionVector.EMPTY))),
    CHAIN_TELL(had -> List.of(new ChainTell(SPACE, 1, "n", 1, had.heads(), null))),
    STAND_TELL(had -> List.of(new StandTell(SPACE, 1, "n", 1, had.frontier(), Digest.ZERO, null))),
    VOTE_TELL(
        had ->
            List.of(
                new Message.VoteTell(
                    SPACE,
                    1,
                    "n",
                    true,
                    Ballot.NONE,
                    Ballot.NONE,
                    List.of(),
                    had.frontier(),
                    VoterView.NONE))),
    STATE(had -> transfer(new OutgoingState(had.state(), VersionVector.EMPTY).head())),
    RESUME(
        had ->
            List.of(
                new Message.StateResume(
                    SPACE, had.frontier(), VersionVector.EMPTY, VersionVector.EMPTY)));

    @SuppressWarnings("ImmutableEnumChecker") // functions without a state
    private final Function<Had, List<Message>> said;

    Way(Function<Had, List<Message>> said) {
      this.said = said;
    }

    private static List<Message.Row> rows(Had had) {
      return List.of(new Message.Row(SPACE, had.frontier(), Digest.ZERO));
    }

    private static Message links(
        VersionVector frontier, ReplicaId replica, List<ForkTalk.Link> links) {
      return new Message.Fork(SPACE, new ForkTalk.Links(replica, 0, true, frontier, links));
    }

    /** In two pieces, of which the first is sent twice. */
    private static List<Message> transfer(byte[] head) {
      return List.of(
          new Message.StateOffer(SPACE, 5, false, 1, 100, head.length),
          piece(head, 0, 3),
          piece(head, 0, 3),
          piece(head, 3, head.length));
    }

    private static Message piece(byte[] head, int from, int to) {
      Piece piece = Piece.of(Arrays.copyOfRange(head, from, to));
      return new Message.StateHead(SPACE, 5, from, to == head.length, piece);
    }
  }

  private final World world = new World(WorldSettings.of(1, 1));

  /** What the node has; it has written one change. */
  private Had durable() {
    List<EncodedChange> minted = new ArrayList<>();
    world.observe(
        new Observer() {
          @Override
          public void minted(
              long nanos, String node, String space, EncodedChange change, VersionVector past) {
            minted.add(change);
          }
        });
    world.begin();
    world.run(SECOND);
    minted.clear();
    new VirtualClient(world, world.node(0), () -> true)
        .space(SPACE)
        .write(WriteOptions.local(), tx -> tx.orSet("set", String.class).add("x"), outcome -> {});
    world.run(2 * SECOND);
    return new Had(Objects.requireNonNull(world.node(0).state(SPACE)), minted.get(0));
  }

  /** The same and one change more, which is on no disk. */
  private static Had more(Had had) {
    SpaceCore core = new SpaceCore(had.replica(), SpaceLimits.DEFAULT);
    core.restore(had.state());
    EncodedChange change =
        core.mint(
                had.state().latest().next(),
                "x",
                draft -> new DraftTransaction(draft).orSet("set", String.class).add("y"))
            .orElseThrow();
    return new Had(core.head(), change);
  }

  private List<Violation> said(Way way, Had had) {
    for (Message message : way.said.apply(had)) {
      world.sends(world.node(0), World.address(0), message);
    }
    return world.violations();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDurableMayBeToldAndNothingElse(Way way) {
    Had had = durable();
    assertEquals(List.of(), said(way, had));
    List<Violation> found = said(way, more(had));
    assertEquals(1, found.size(), found::toString);
    assertEquals("durable before sent", found.get(0).checker());
    assertTrue(
        found.get(0).message().contains("not durable")
            || found.get(0).message().contains("not in its journal"),
        found::toString);
  }

  @Test
  void aKindOfMessageThatIsForgottenIsNoticedBeforeAnyWorldBegins() {
    IllegalStateException forgotten =
        assertThrows(
            IllegalStateException.class,
            () ->
                new DurabilityCheck.Looks()
                    .silent(Message.Hello.class)
                    .on(ChainTell.class, (check, from, tell) -> {})
                    .never(Message.Remote.class)
                    .complete());
    String message = String.valueOf(forgotten.getMessage());
    assertTrue(message.contains("StandTell") && message.contains("StateHead"), message);
    for (String kind : List.of("Hello", "ChainTell", "FetchMore")) {
      assertFalse(message.contains(kind), message);
    }
  }

  @Test
  void whatVirtualNodesNeverSayIsNoticed() {
    Had had = durable();
    assertTrue(had.frontier().size() > 0);
    assertThrows(
        IllegalStateException.class,
        () -> world.sends(world.node(0), World.address(0), new Message.FetchMore(1, 2)));
    assertThrows(
        IllegalStateException.class,
        () ->
            world.sends(
                world.node(0),
                World.address(0),
                new Message.Fork(SPACE, new ForkTalk.WantStand(1, 2))));
  }
}
