package dev.hearsay.sim.experiment.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThreadsTest {
  @Test
  @Timeout(60)
  void whoIsStuckIsCountedAndInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread stuck =
        new Thread(
            () -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    Thread quick = new Thread(() -> {});
    Threads.start(List.of(stuck, quick));
    assertEquals(1, Threads.join(List.of(stuck, quick), Duration.ofMillis(200)));
    assertTrue(interrupted.await(30, TimeUnit.SECONDS));
    assertTrue(stuck.isDaemon());
  }

  @Test
  void whoEndsIsWaitedFor() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    List<Thread> agents = List.of(new Thread(both::countDown), new Thread(both::countDown));
    Threads.start(agents);
    assertEquals(0, Threads.join(agents, Threads.PATIENCE));
    assertEquals(0, both.getCount());
  }
}
