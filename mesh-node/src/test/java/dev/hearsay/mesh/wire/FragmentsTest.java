package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FragmentsTest {
  private final Fragments fragments = new Fragments();

  /** A message's first bytes, and noise behind them. */
  private static byte[] message(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    bytes[0] = (byte) MessageFormat.MAGIC;
    bytes[1] = (byte) MessageFormat.VERSION;
    bytes[2] = 4;
    return bytes;
  }

  private static List<byte[]> split(int length, long id) {
    return Fragments.split(message(length, id), id);
  }

  private static byte[] fragment(long id, long index, long total, int payload) {
    return new ByteWriter()
        .u8(MessageFormat.MAGIC)
        .u8(MessageFormat.VERSION)
        .u8(MessageFormat.FRAGMENT)
        .fixed64(id)
        .varint(index)
        .varint(total)
        .raw(new byte[payload])
        .toByteArray();
  }

  @Property(tries = 60)
  void whatIsSplitJoinsToTheSame(
      @ForAll @IntRange(min = 3, max = MessageFormat.MESSAGE_BYTES_MAX) int length,
      @ForAll long seed) {
    byte[] message = message(length, seed);
    List<byte[]> parts = Fragments.split(message, seed);
    for (int i = 0; i < parts.size() - 1; i++) {
      assertEquals(Optional.empty(), fragments.join(parts.get(i)));
      assertTrue(parts.get(i).length <= Fragments.FRAGMENT_BYTES + 32);
    }
    assertArrayEquals(message, fragments.join(parts.get(parts.size() - 1)).orElseThrow());
  }

  @Test
  void aMessageThatFitsIsNotTouched() {
    byte[] message = message(Fragments.FRAGMENT_BYTES, 1);
    assertSame(message, Fragments.split(message, 1).get(0));
    assertSame(message, fragments.join(message).orElseThrow());
    assertEquals(2, split(Fragments.FRAGMENT_BYTES + 1, 1).size());
  }

  @Test
  void messagesMayBeInterleaved() {
    List<List<byte[]>> messages = new ArrayList<>();
    for (int i = 0; i < Fragments.UNFINISHED_MAX; i++) {
      messages.add(split(3 * Fragments.FRAGMENT_BYTES + i, i));
    }
    int whole = 0;
    for (int index = 0; index < 4; index++) {
      for (int i = 0; i < messages.size(); i++) {
        List<byte[]> parts = messages.get(i);
        if (index < parts.size()) {
          Optional<byte[]> joined = fragments.join(parts.get(index));
          if (joined.isPresent()) {
            assertArrayEquals(message(3 * Fragments.FRAGMENT_BYTES + i, i), joined.get());
            whole++;
          }
        }
      }
    }
    assertEquals(messages.size(), whole);
  }

  @Test
  void aGapLosesThatMessageAndNoOther() {
    List<byte[]> broken = split(4 * Fragments.FRAGMENT_BYTES, 1);
    assertEquals(Optional.empty(), fragments.join(broken.get(0)));
    assertThrows(RejectedException.class, () -> fragments.join(broken.get(2)));
    assertEquals(Optional.empty(), fragments.join(broken.get(3)));
    for (byte[] part : split(Fragments.FRAGMENT_BYTES * 2, 2)) {
      if (fragments.join(part).isPresent()) {
        return;
      }
    }
    throw new AssertionError("the next message did not come through");
  }

  @Test
  void aFragmentWithoutItsFirstIsNothing() {
    List<byte[]> parts = split(3 * Fragments.FRAGMENT_BYTES, 1);
    assertEquals(Optional.empty(), fragments.join(parts.get(1)));
    assertEquals(Optional.empty(), fragments.join(parts.get(2)));
  }

  @Test
  void aRestartedSenderMayUseAnIdAgain() {
    assertEquals(Optional.empty(), fragments.join(split(3 * Fragments.FRAGMENT_BYTES, 1).get(0)));
    byte[] message = message(2 * Fragments.FRAGMENT_BYTES, 99);
    List<byte[]> parts = Fragments.split(message, 1);
    assertEquals(Optional.empty(), fragments.join(parts.get(0)));
    assertArrayEquals(message, fragments.join(parts.get(1)).orElseThrow());
  }

  @Test
  void theOldestUnfinishedMessageIsForgottenFirst() {
    for (int id = 0; id <= Fragments.UNFINISHED_MAX; id++) {
      assertEquals(
          Optional.empty(), fragments.join(split(2 * Fragments.FRAGMENT_BYTES, id).get(0)));
    }
    assertEquals(Optional.empty(), fragments.join(split(2 * Fragments.FRAGMENT_BYTES, 0).get(1)));
    assertTrue(fragments.join(split(2 * Fragments.FRAGMENT_BYTES, 1).get(1)).isPresent());
  }

  @Test
  void sizesThatCannotBeAreRejectedBeforeAnythingIsAllocated() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (long total :
        new long[] {
          0,
          1,
          Fragments.FRAGMENT_BYTES,
          MessageFormat.MESSAGE_BYTES_MAX + 1,
          1L << 31,
          1L << 62,
          -1
        }) {
      byte[] hostile = fragment(7, 0, total, 16);
      assertThrows(RejectedException.class, () -> fragments.join(hostile), "total " + total);
    }
    assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 100_000);
  }

  @Test
  void fragmentsThatContradictTheFirstAreRejected() {
    int total = 3 * Fragments.FRAGMENT_BYTES;
    fragments.join(fragment(1, 0, total, Fragments.FRAGMENT_BYTES));
    byte[] otherTotal = fragment(1, 1, total + 1, Fragments.FRAGMENT_BYTES);
    assertThrows(RejectedException.class, () -> fragments.join(otherTotal));
    fragments.join(fragment(2, 0, total, Fragments.FRAGMENT_BYTES));
    byte[] tooShort = fragment(2, 1, total, Fragments.FRAGMENT_BYTES - 1);
    assertThrows(RejectedException.class, () -> fragments.join(tooShort));
    byte[] hugeIndex = fragment(3, Long.MAX_VALUE, total, 10);
    assertEquals(Optional.empty(), fragments.join(hugeIndex));
  }

  /** However many messages a peer begins and never ends, few are held. */
  @Test
  void memoryIsBoundedByTheMessagesInPieces() {
    for (int id = 0; id < 10_000; id++) {
      fragments.join(fragment(id, 0, MessageFormat.MESSAGE_BYTES_MAX, Fragments.FRAGMENT_BYTES));
    }
    int held = 0;
    for (int id = 0; id < 10_000; id++) {
      byte[] second =
          fragment(id, 1, MessageFormat.MESSAGE_BYTES_MAX, Fragments.FRAGMENT_BYTES - 1);
      try {
        fragments.join(second);
      } catch (RejectedException e) {
        held++;
      }
    }
    assertEquals(Fragments.UNFINISHED_MAX, held);
  }

  @Property(tries = 200)
  void noiseIsRejectedOrPassedOn(@ForAll byte[] noise) {
    byte[] bytes =
        new ByteWriter()
            .u8(MessageFormat.MAGIC)
            .u8(MessageFormat.VERSION)
            .u8(MessageFormat.FRAGMENT)
            .raw(noise)
            .toByteArray();
    try {
      assertEquals(Optional.empty(), fragments.join(bytes));
    } catch (RejectedException e) {
      assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
    }
  }
}
