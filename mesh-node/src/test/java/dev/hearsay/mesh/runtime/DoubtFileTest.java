package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a voter remembers of what it lost, and of what it was about to give away. */
class DoubtFileTest {
  private static final Message.Row STOOD = row("a space", 4, 7);
  private static final Message.Row LATER = row("a space", 5, 7);
  private static final Message.Row OTHER_CONTENT = row("a space", 4, 8);

  @TempDir Path directory;

  private static Message.Row row(String space, long counter, long digest) {
    VersionVector frontier = VersionVector.EMPTY.with(new ReplicaId(9), counter);
    return new Message.Row(space, frontier, new Digest(1, digest));
  }

  private DoubtFile again() {
    return new DoubtFile(directory);
  }

  /** What a node that is started finds the space to be. */
  private List<Effect> opened(Message.Row row) {
    Gossip gossip =
        new Gossip(
            new HostPort("self", 1),
            Hellos.of("self", 1, "self", List.of()),
            GossipSettings.DEFAULT);
    VoterBooks books = new VoterBooks(() -> null, "self", "self", new Notices());
    AckDesk desk = new AckDesk(gossip.acknowledgements(), books, again(), input -> {});
    gossip.opened(row.space(), row.frontier(), row.digest(), 0);
    return desk.opened(row, 0);
  }

  @Test
  void aSpaceThatWasNeverRemovedAndIsAsItStoodIsInDoubtNoMore() {
    again().left(STOOD);
    assertTrue(again().contains("a space"));
    assertEquals(List.of(), opened(STOOD));
    assertFalse(again().contains("a space"));
    assertEquals(List.of(), opened(LATER));
  }

  @Test
  void oneOfWhichSomethingIsGoneOrThatIsAnotherIsInDoubt() {
    again().left(STOOD);
    List<Effect> doubted = List.of(new Effect.Doubted("a space"));
    assertEquals(doubted, opened(row("a space", 3, 7)));
    assertEquals(doubted, opened(OTHER_CONTENT));
    assertEquals(doubted, opened(LATER));
    assertTrue(again().contains("a space"));
  }

  @Test
  void whatIsLostLaterIsNotForgottenForWhatWasToBeRemoved() {
    again().left(STOOD);
    again().add("a space");
    assertEquals(List.of(new Effect.Doubted("a space")), opened(STOOD));
    // Nor where the note of a removal outlived its doubt.
    again().remove("a space");
    again().left(STOOD);
    assertThrowsNothing(() -> Files.delete(directory.resolve(DoubtFile.FILE_NAME)));
    assertEquals(List.of(), opened(LATER));
    again().add("a space");
    assertEquals(List.of(new Effect.Doubted("a space")), opened(STOOD));
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void assertThrowsNothing(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatCannotBeReadStopsTheStart() throws IOException {
    for (String name : List.of(DoubtFile.FILE_NAME, DoubtFile.LEFT_FILE_NAME)) {
      Path file = directory.resolve(name);
      Files.writeString(file, "something else\n");
      HearsayException failure = assertThrows(HearsayException.class, this::again);
      assertEquals(ErrorCode.DATA_DIRECTORY_UNUSABLE, failure.code());
      Files.delete(file);
    }
    Files.writeString(directory.resolve(DoubtFile.LEFT_FILE_NAME), "hearsay-doubts-left 1\nabc\n");
    assertThrows(HearsayException.class, this::again);
  }
}
