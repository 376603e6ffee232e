package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.space.Answers;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Piece;
import dev.hearsay.mesh.wire.RemoteResult;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that reads more spaces of others than it has memory for. */
class RemoteStatesTest {
  private static final HostPort HOLDER = new HostPort("holder", 1);
  private static final FieldKey COUNTER = new FieldKey("n", FieldType.PN_COUNTER);
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);
  private static final int SPACES = 50;
  private static final int STATE_BYTES = 30_000;

  /** For some ten states. */
  private static final long BYTES_MAX = 10 * STATE_BYTES;

  private final NodeThreads threads = new NodeThreads("test");
  private final TrafficBook traffic = new TrafficBook();
  private final RemoteSpaces remotes =
      new RemoteSpaces(
          new RemoteConfig(
              RemoteAccess.PROXY, Duration.ofMillis(400), Duration.ofHours(1), BYTES_MAX),
          threads,
          Map.of(),
          traffic,
          this::answer);
  private final List<RemoteCell> cells = new ArrayList<>();

  /** By space what its holder has. */
  private final Map<String, SpaceState> held = new HashMap<>();

  private final List<EncodedChange> submitted = new ArrayList<>();
  private boolean confirms = true;
  private boolean refuses;
  private boolean waits = true;
  private VersionVector base = VersionVector.EMPTY;

  RemoteStatesTest() {
    remotes.start(new HybridClock());
    for (int i = 0; i < SPACES; i++) {
      EncodedChange change =
          new Changes(100 + i).mint(draft -> OrSet.add(draft.field(SET), text(STATE_BYTES)));
      held.put("s" + i, SpaceState.EMPTY.apply(change));
      cells.add(new RemoteCell("s" + i, remotes));
    }
  }

  private static Value text(int length) {
    return Value.of("x".repeat(length));
  }

  @AfterEach
  void close() {
    remotes.close();
    threads.close();
  }

  /** In the place of the gossip, and of a holder behind it. */
  private void answer(GossipInput input) {
    if (input instanceof GossipInput.AskHolders ask) {
      ask.answer().complete(List.of(HOLDER));
    } else if (input instanceof GossipInput.SendRemote send) {
      if (send.message() instanceof Message.Fetch fetch) {
        fetch(fetch);
      } else if (send.message() instanceof Message.Submit submit) {
        submit(submit);
      }
    }
  }

  private void submit(Message.Submit submit) {
    if (refuses) {
      outcome(submit.request(), RemoteResult.REFUSED);
      return;
    }
    EncodedChange change = submit.change();
    submitted.add(change);
    SpaceState state = Objects.requireNonNull(held.get(submit.space()));
    if (state.admission(change) == SpaceState.Admission.APPLICABLE) {
      held.put(submit.space(), state.apply(change));
    }
    if (confirms) {
      outcome(submit.request(), RemoteResult.DONE);
    }
  }

  private void fetch(Message.Fetch fetch) {
    base = fetch.base();
    SpaceState state = held.get(fetch.space());
    if (waits && !state.frontier().covers(fetch.atLeast())) {
      outcome(fetch.request(), RemoteResult.TIMED_OUT);
    } else if (fetch.base().covers(state.frontier())) {
      outcome(fetch.request(), RemoteResult.DONE);
    } else {
      byte[] diff = DiffFormat.encode(state.diff(Answers.meet(fetch.base(), state.frontier())));
      Message.Fetched fetched = new Message.Fetched(fetch.request(), 0, 1, Piece.of(diff));
      remotes.onMessage(HOLDER, fetched);
    }
  }

  private void outcome(long request, RemoteResult result) {
    remotes.onMessage(HOLDER, new Message.Outcome(request, result, "because"));
  }

  private long dropped() {
    return traffic.forgotten().getOrDefault("proxied", 0L);
  }

  /** Reads so many others, each of which needs room. */
  private void readOthers() {
    for (int i = 1; i < SPACES; i++) {
      assertEquals(1, cells.get(i).fresh().field(SET).size());
    }
  }

  private static BigInteger value(SpaceState state) {
    return PnCounter.value(state.field(COUNTER));
  }

  private void increment(RemoteCell cell) {
    cell.update("a", draft -> PnCounter.increment(draft.field(COUNTER), 1));
  }

  @Test
  void whatProxiedSpacesTakeIsBoundedAndWhoWasUsedLastStays() {
    cells.get(0).fresh();
    readOthers();
    assertTrue(remotes.states().bytes() <= BYTES_MAX, remotes.states().bytes() + " bytes");
    assertTrue(remotes.states().bytes() > BYTES_MAX / 2, remotes.states().bytes() + " bytes");
    long before = dropped();
    assertTrue(before >= SPACES - 11 && before < SPACES, before + " left");
    cells.get(SPACES - 1).fresh();
    assertEquals(held.get("s" + (SPACES - 1)).frontier(), base, "it is here");
    cells.get(0).fresh();
    assertEquals(VersionVector.EMPTY, base, "it is fetched as a whole");
    assertEquals(before + 1, dropped(), "and another leaves for it");
  }

  @Test
  void aStateThatIsFetchedAgainHasWhatWasWrittenAndReadBefore() {
    RemoteCell cell = cells.get(0);
    SpaceState older = held.get("s0");
    increment(cell);
    SpaceState written = held.get("s0");
    readOthers();
    // Another holder that lacks the write is the only one in reach.
    held.put("s0", older);
    HearsayException failure = assertThrows(HearsayException.class, cell::fresh);
    assertEquals(ErrorCode.NO_HOLDER, failure.code());
    assertTrue(failure.getMessage().contains("must have all that was read"), failure::getMessage);
    assertEquals(
        ErrorCode.NO_HOLDER,
        assertThrows(HearsayException.class, () -> increment(cell)).code(),
        "or it would write the same dots twice");
    waits = false; // one that does not even look at what is asked for
    assertThrows(HearsayException.class, cell::fresh);
    held.put("s0", written);
    assertEquals(BigInteger.ONE, value(cell.fresh()));
    increment(cell);
    assertEquals(BigInteger.TWO, value(held.get("s0")));
    assertEquals(submitted.get(0).change().replica(), submitted.get(1).change().replica());
    assertEquals(submitted.get(0).last() + 1, submitted.get(1).change().first());
  }

  @Test
  void whatIsWatchedOrNotConfirmedStays() {
    RemoteCell watched = cells.get(0);
    Watch watch = watched.watch(change -> {});
    RemoteCell unconfirmed = cells.get(1);
    confirms = false;
    assertThrows(HearsayException.class, () -> increment(unconfirmed));
    confirms = true;
    for (int i = 2; i < SPACES; i++) {
      cells.get(i).fresh();
    }
    VersionVector before = held.get("s0").frontier();
    watched.fresh();
    assertEquals(before, base);
    unconfirmed.fresh();
    assertEquals(held.get("s1").frontier(), base, "it was handed in again on top of what was here");
    assertEquals(submitted.get(0), submitted.get(submitted.size() - 1));
    watch.close();
    readOthers();
    watched.fresh();
    assertEquals(VersionVector.EMPTY, base);
  }

  @Test
  void aWriteThatIsRefusedDoesNotLetReadsGoBack() {
    RemoteCell cell = cells.get(0);
    SpaceState older = held.get("s0");
    increment(cell);
    SpaceState written = held.get("s0");
    refuses = true;
    assertThrows(HearsayException.class, () -> increment(cell));
    refuses = false;
    held.put("s0", older);
    assertThrows(HearsayException.class, cell::fresh);
    held.put("s0", written);
    assertEquals(BigInteger.ONE, value(cell.fresh()));
  }

  @Test
  void theSizeIsRead() {
    assertEquals(
        Runtime.getRuntime().maxMemory() / 8,
        RemoteConfig.read(ConfigFactory.empty()).bytesMax(),
        "where nothing is said");
    assertEquals(5 << 20, read("5 MiB").bytesMax());
    assertEquals(Runtime.getRuntime().maxMemory() / 8, read("0").bytesMax());
    for (String wrong : List.of("-1", "much")) {
      HearsayException refused = assertThrows(HearsayException.class, () -> read(wrong));
      assertEquals(ErrorCode.INVALID_CONFIGURATION, refused.code());
      assertTrue(refused.getMessage().startsWith("hearsay.space.remote-bytes-max"));
    }
  }

  private static RemoteConfig read(String size) {
    return RemoteConfig.read(ConfigFactory.parseString("hearsay.space.remote-bytes-max = " + size));
  }
}
