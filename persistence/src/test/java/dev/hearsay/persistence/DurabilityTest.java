package dev.hearsay.persistence;

import static dev.hearsay.persistence.JournalClient.atomic;
import static dev.hearsay.persistence.JournalClient.expectFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When each mode of durability forces what it acknowledged. */
class DurabilityTest {
  @TempDir Path directory;

  @Test
  void syncForcesEveryWriteAndNothingInTheBackground() {
    try (TestSystem system = system("durability = sync")) {
      system.journal().write("entity", 1, 5);
      FaultyStore store = FaultyStore.of(directory);
      assertEquals(5, store.syncs.get());
      assertEquals(0, store.forces.get());
    }
  }

  @Test
  void intervalForcesAtMostOnceAnIntervalAndOnClose() {
    FaultyStore store;
    try (TestSystem system = system("durability = interval, sync-interval = 1h")) {
      JournalClient journal = system.journal();
      journal.write("entity", 1, 1);
      store = FaultyStore.of(directory);
      await(() -> FaultyStore.of(directory).forces.get() == 1); // the first is due at once
      journal.write("entity", 2, 100);
      assertEquals(1, store.syncs.get(), "that of the opening");
      assertEquals(1, store.forces.get());
    }
    assertEquals(2, store.forces.get());
  }

  @Test
  void intervalForcesTheLastWriteBeforeASilence() {
    try (TestSystem system = system("durability = interval, sync-interval = 20ms")) {
      system.journal().write("entity", 1, 1);
      FaultyStore store = FaultyStore.of(directory);
      await(() -> store.forces.get() >= 1);
      int before = store.forces.get();
      system.journal().write("entity", 2, 2);
      await(() -> store.forces.get() > before);
    }
  }

  @Test
  void osForcesOnCloseOnly() {
    FaultyStore store;
    try (TestSystem system = system("durability = os")) {
      system.journal().write("entity", 1, 100);
      store = FaultyStore.of(directory);
      assertEquals(1, store.syncs.get(), "that of the opening");
      assertEquals(0, store.forces.get());
    }
    assertEquals(1, store.forces.get());
  }

  @Test
  void afterAFailedForceInTheBackgroundNoWriteIsTakenAndReadsGoOn() {
    try (TestSystem system = system("durability = interval, sync-interval = 1ms")) {
      JournalClient journal = system.journal();
      journal.write("entity", 1, 1);
      FaultyStore store = FaultyStore.of(directory);
      await(() -> store.forces.get() >= 1);
      store.failNextForce();
      journal.write("entity", 2, 2);
      await(() -> system.metrics().failedBatches() == 1);
      int forces = store.forces.get();
      int writes = store.writes.get();
      Throwable failure = expectFailure(journal.send(atomic(journal.event("other", 1, "no"))));
      assertInstanceOf(JournalFailedException.class, failure);
      assertTrue(((StorageException) failure).isDefinite());
      assertTrue(failure.getMessage().contains("planted"), failure::getMessage);
      assertEquals(writes, store.writes.get());
      assertEquals(forces, store.forces.get(), "a force that failed is not tried again");
      assertEquals(2, journal.replay("entity").highestSequenceNr());
    }
  }

  @Test
  void aWrongSettingIsNamed() {
    assertRefused("durability = interval(50)", "is not sync, interval or os");
    assertRefused("sync-interval = 0s", "is not between");
    assertRefused("sync-interval = 2h", "is not between");
    assertRefused("sync-interval = often", "sync-interval");
    assertFalse(Durability.of(settings("durability = os")).syncsEveryWrite());
    assertTrue(Durability.of(settings("")).syncsEveryWrite(), "the default");
  }

  private static void assertRefused(String setting, String reason) {
    Config config = settings(setting);
    ConfigException refused =
        assertThrows(ConfigException.class, () -> Durability.of(config), setting);
    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
  }

  private static Config settings(String setting) {
    return ConfigFactory.parseString(setting)
        .withFallback(ConfigFactory.load().getConfig("hearsay.journal"));
  }

  private TestSystem system(String settings) {
    return TestSystem.in(
        directory, FaultyStore.SETTINGS + "\nhearsay.journal { " + settings + " }");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Probe.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it does not come");
      Thread.onSpinWait();
    }
  }
}
