package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncarnationsTest {
  @TempDir Path directory;

  @Test
  void whatAPeerSaysIsWrittenElsewhereAndCountsWhenItIsOnTheDisk() {
    Incarnations incarnations = Incarnations.read(directory);
    ReplicaId drawn = incarnations.draw();
    ReplicaId former = new ReplicaId(77);
    List<Runnable> background = new ArrayList<>();
    incarnations.learn(former, background::add);
    incarnations.learn(former, background::add);
    incarnations.learn(drawn, background::add);
    assertEquals(1, background.size());
    assertFalse(incarnations.contains(former));
    assertFalse(Incarnations.read(directory).contains(former), "nothing is written yet");
    background.get(0).run();
    assertTrue(incarnations.contains(former));
    Incarnations again = Incarnations.read(directory);
    assertTrue(again.contains(former) && again.contains(drawn));
  }
}
