package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {
  /** More than are remembered, so that many fall together. */
  private static final int CHANGES = 20_000;

  private static final FieldKey FIELD = new FieldKey("f", FieldType.OR_SET);

  private static List<EncodedChange> changes() {
    SpaceCore space = new SpaceCore(new ReplicaId(7), SpaceLimits.DEFAULT);
    List<EncodedChange> changes = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      HybridTime now = HybridTime.ofMillis(1_000 + i);
      String element = "e" + i;
      changes.add(
          space
              .mint(now, "me", draft -> OrSet.add(draft.field(FIELD), Value.of(element)))
              .orElseThrow());
    }
    return changes;
  }

  private static byte[] push(long sequence, EncodedChange change) {
    return MessageFormat.encode(new Message.Push("s", sequence, List.of(change)));
  }

  @Test
  void whatIsReadIsWhatTheBytesSay() {
    Reading reading = new Reading();
    for (int round = 0; round < 2; round++) {
      for (EncodedChange change : changes()) {
        byte[] bytes = push(round + 1, change);
        Message read = reading.message(bytes);
        assertArrayEquals(bytes, MessageFormat.encode(read));
        EncodedChange got = ((Message.Push) read).changes().get(0);
        assertEquals(change.change().name(), got.change().name());
      }
    }
  }

  @Test
  void theSameChangeIsReadOnce() {
    Reading reading = new Reading();
    EncodedChange change = changes().get(3);
    Message.Push first = (Message.Push) reading.message(push(1, change));
    Message.Push second = (Message.Push) reading.message(push(2, change));
    assertEquals(2, second.sequence());
    assertSame(first.changes().get(0), second.changes().get(0));
  }

  @Test
  void whatIsNoMessageIsRefusedEachTime() {
    Reading reading = new Reading();
    byte[] bytes = push(1, changes().get(0));
    bytes[bytes.length - 1] ^= 1;
    assertThrows(RejectedException.class, () -> reading.message(bytes));
    assertThrows(RejectedException.class, () -> reading.message(bytes));
  }
}
