package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.RemoteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The holder's side of a proxied write, with the journal in the hand of the test. */
class RemoteServerTest {
  private static final HostPort ASKER = new HostPort("asker", 1);

  private final List<SpaceCommand> commands = new ArrayList<>();
  private final List<Message> said = new ArrayList<>();
  private final SpaceCell cell =
      new SpaceCell("s", Runnable::run, ResidentsTest.unbounded(), c -> commands::add, c -> {});
  private final RemoteServer server =
      new RemoteServer(
          new RemoteConfig(RemoteAccess.PROXY, Duration.ofSeconds(60), Duration.ofSeconds(1)),
          Map.of("s", cell),
          Runnable::run,
          input -> {
            if (input instanceof GossipInput.SendRemote send) {
              said.add(send.message());
            }
          });
  private final Changes writer = new Changes(7);

  @Test
  void aChangeThatIsHandedInIsConfirmedWhenItIsPublishedAndNotBefore() {
    cell.publish(SpaceState.EMPTY);
    EncodedChange first = writer.increment();
    SpaceState durable = writer.state();
    server.onSubmit(ASKER, new Message.Submit(1, "s", first));
    SpaceCommand.Adopt handedOn = assertInstanceOf(SpaceCommand.Adopt.class, commands.get(0));
    assertEquals(ASKER, handedOn.from());
    assertEquals(first, handedOn.change());
    assertEquals(List.of(), said, "it is not in the journal yet");
    server.onSubmit(ASKER, new Message.Submit(1, "s", first));
    assertEquals(1, commands.size(), "the same question again");
    cell.publish(durable);
    Message done = new Message.Outcome(1, RemoteResult.DONE, "");
    assertEquals(List.of(done), said);
    // Handed in again, because the answer was lost: it is there.
    server.onSubmit(ASKER, new Message.Submit(2, "s", first));
    assertEquals(List.of(done, new Message.Outcome(2, RemoteResult.DONE, "")), said);
    // Another one is not.
    server.onSubmit(ASKER, new Message.Submit(3, "s", writer.increment()));
    assertEquals(2, said.size());
  }

  @Test
  void whatIsNotHeldIsRefusedAndNothingIsHandedOn() {
    server.onSubmit(ASKER, new Message.Submit(1, "elsewhere", writer.increment()));
    assertEquals(
        List.of(new Message.Outcome(1, RemoteResult.REFUSED, "it does not hold the space")), said);
    assertEquals(List.of(), commands);
  }
}
