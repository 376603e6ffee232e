package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Nobody can fill this node's log. */
class NoticesTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final int TIMES = 1_000;

  /** Of so many, the 1st, 2nd, 4th, 8th … 512th. */
  private static final int LINES = 10;

  @TempDir Path directory;

  private final Notices notices = new Notices();

  private interface Provocation {
    void provoke(int time);
  }

  private static List<String> linesOf(Class<?> speaker, Provocation provocation) {
    Logger logger = (Logger) LoggerFactory.getLogger(speaker);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      for (int i = 0; i < TIMES; i++) {
        provocation.provoke(i);
      }
    } finally {
      logger.detachAppender(log);
    }
    List<String> lines = new ArrayList<>();
    log.list.forEach(event -> lines.add(event.getFormattedMessage()));
    return lines;
  }

  @Test
  void ofTheSameKindAndPeerEverySecondPowerIsDue() {
    int due = 0;
    for (int i = 0; i < TIMES; i++) {
      due += notices.isDue(Notices.Kind.DIVERGED, "a") ? 1 : 0;
    }
    assertEquals(LINES, due);
    assertTrue(notices.isDue(Notices.Kind.DIVERGED, "b"));
    assertTrue(notices.isDue(Notices.Kind.CLOCK, "a"));
  }

  @Test
  void inventedPeersCountTogetherInTheEnd() {
    int due = 0;
    for (int i = 0; i < 2 * Notices.ABOUT_MAX; i++) {
      due += notices.isDue(Notices.Kind.DIVERGED, "peer" + i) ? 1 : 0;
    }
    assertTrue(due <= Notices.ABOUT_MAX + 20, due + " lines");
  }

  @Test
  void aPeerThatHoldsAnotherBranchEverySecondMomentIsNamedNowAndThen() {
    Changes writer = new Changes(77);
    SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
    core.receive(List.of(writer.add("x")));
    core.nextEvent();
    core.persisted();
    NodeContext node =
        new NodeContext(
            new HybridClock(),
            new ReplicaId(1),
            Incarnations.read(directory),
            new ConcurrentHashMap<>(),
            SpaceLimits.DEFAULT,
            /* journalHeldBytesMax= */ 0,
            Runnable::run,
            input -> {},
            notices);
    SpaceForks forks = new SpaceForks("s", core, node, done -> {});
    long hash = core.durable().head(new ReplicaId(77)).hash();
    List<String> lines =
        linesOf(
            ForkNotices.class,
            i -> {
              forks.handle(heads(hash + 1));
              forks.handle(heads(hash));
            });
    assertEquals(
        LINES,
        lines.stream().filter(line -> line.contains("holds another branch")).count(),
        lines::toString);
    assertTrue(lines.size() <= 2 * LINES, lines::toString);
  }

  private static SpaceCommand heads(long hash) {
    ForkTalk talk =
        new ForkTalk.Heads(
            List.of(new ForkTalk.Head(new ReplicaId(77), 1, hash)), List.of(), /* answer= */ false);
    return new SpaceCommand.ForkHeard(new Effect.ForkHeard("s", PEER, talk, Map.of()));
  }

  @Test
  void whatAPeerReportsAgainAndAgainIsSaidNowAndThen() {
    Refusals refusals = new Refusals(new TrafficBook());
    for (Effect.Event event :
        List.of(Effect.Event.DIVERGED, Effect.Event.TWINS, Effect.Event.CLOCKS_DIFFER)) {
      List<String> lines =
          linesOf(Refusals.class, i -> refusals.notice(new Effect.Report(PEER, event, "of " + i)));
      assertEquals(LINES, lines.size(), event + ": " + lines);
    }
  }

  @Test
  void formerIncarnationsAreNamedNowAndThen() {
    Incarnations incarnations = Incarnations.read(directory);
    List<String> lines =
        linesOf(Incarnations.class, i -> incarnations.learn(new ReplicaId(100 + i), work -> {}));
    assertEquals(LINES, lines.size(), lines::toString);
  }
}
