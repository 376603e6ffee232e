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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
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
      messages.add(split(Fragments.FRAGMENT_BYTES + 1 + i, i));
    }
    int whole = 0;
    for (int index = 0; index < 2; index++) {
      for (int i = 0; i < messages.size(); i++) {
        List<byte[]> parts = messages.get(i);
        if (index < parts.size()) {
          Optional<byte[]> joined = fragments.join(parts.get(index));
          if (joined.isPresent()) {
            assertArrayEquals(message(Fragments.FRAGMENT_BYTES + 1 + i, i), joined.get());
            whole++;
          }
        }
      }
    }
    assertEquals(messages.size(), whole);
  }

  /** Packets overtake each other, and come twice. */
  @Property(tries = 60)
  void theOrderDoesNotMatter(
      @ForAll @IntRange(min = 1, max = 20) int messages,
      @ForAll @IntRange(max = 2) int twice,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> packets = new ArrayList<>();
    for (int id = 0; id < messages; id++) {
      List<byte[]> parts = split(Fragments.FRAGMENT_BYTES + 1 + random.nextInt(100_000), id);
      packets.addAll(parts);
      // Not all of one: it would come twice.
      packets.addAll(parts.subList(0, Math.min(twice, parts.size() - 1)));
    }
    Collections.shuffle(packets, random);
    List<Long> whole = new ArrayList<>();
    for (byte[] packet : packets) {
      fragments.join(packet).ifPresent(joined -> whole.add(idOf(joined, messages)));
    }
    Collections.sort(whole);
    assertEquals(LongStream.range(0, messages).boxed().toList(), whole);
  }

  private static long idOf(byte[] joined, int messages) {
    return LongStream.range(0, messages)
        .filter(id -> Arrays.equals(message(joined.length, id), joined))
        .findFirst()
        .orElseThrow(() -> new AssertionError("a message that was never sent"));
  }

  @Test
  void aLossLosesThatMessageAndNoOther() {
    List<byte[]> broken = split(4 * Fragments.FRAGMENT_BYTES, 1);
    for (int index : new int[] {0, 2, 3}) {
      assertEquals(Optional.empty(), fragments.join(broken.get(index)));
    }
    List<byte[]> next = split(2 * Fragments.FRAGMENT_BYTES, 2);
    assertEquals(Optional.empty(), fragments.join(next.get(0)));
    assertTrue(fragments.join(next.get(1)).isPresent());
    assertEquals(1, fragments.messages());
  }

  @Test
  void aRestartedSenderMayUseAnIdAgain() {
    assertEquals(Optional.empty(), fragments.join(split(3 * Fragments.FRAGMENT_BYTES, 1).get(0)));
    joinsWhole(message(2 * Fragments.FRAGMENT_BYTES, 99));
    assertEquals(1, fragments.takeForgotten());
    // Of the same size.
    assertEquals(Optional.empty(), fragments.join(split(2 * Fragments.FRAGMENT_BYTES, 1).get(0)));
    joinsWhole(message(2 * Fragments.FRAGMENT_BYTES, 99));
    assertTrue(fragments.isEmpty());
  }

  private void joinsWhole(byte[] message) {
    List<byte[]> parts = Fragments.split(message, 1);
    assertEquals(Optional.empty(), fragments.join(parts.get(0)));
    assertArrayEquals(message, fragments.join(parts.get(1)).orElseThrow());
  }

  @Test
  void theMessageNotHeardOfForTheLongestTimeIsForgottenFirst() {
    for (int id = 0; id <= Fragments.UNFINISHED_MAX; id++) {
      fragments.join(split(3 * Fragments.FRAGMENT_BYTES, id).get(0));
      assertEquals(Optional.empty(), fragments.join(split(3 * Fragments.FRAGMENT_BYTES, 0).get(1)));
    }
    assertEquals(1, fragments.takeForgotten());
    assertTrue(fragments.join(split(3 * Fragments.FRAGMENT_BYTES, 0).get(2)).isPresent());
    assertEquals(Optional.empty(), fragments.join(split(3 * Fragments.FRAGMENT_BYTES, 1).get(1)));
    assertEquals(Optional.empty(), fragments.join(split(3 * Fragments.FRAGMENT_BYTES, 1).get(2)));
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
  void whatCannotBeAFragmentOfItsMessageIsRejected() {
    int total = 3 * Fragments.FRAGMENT_BYTES - 1;
    for (byte[] wrong :
        List.of(
            fragment(1, 1, total, Fragments.FRAGMENT_BYTES - 1),
            fragment(1, 2, total, Fragments.FRAGMENT_BYTES),
            fragment(1, 3, total, 10),
            fragment(1, -1, total, 10),
            fragment(1, Long.MAX_VALUE, total, 10),
            fragment(1, 1L << 32, total, Fragments.FRAGMENT_BYTES))) {
      assertThrows(RejectedException.class, () -> fragments.join(wrong));
    }
    assertTrue(fragments.isEmpty());
    assertEquals(0, fragments.bytes());
  }

  /** However many messages a peer begins and never ends, few are held, and what came of them. */
  @Test
  void memoryIsBoundedByTheMessagesInPieces() {
    for (int id = 0; id < 1_000; id++) {
      fragments.join(fragment(id, 1, MessageFormat.MESSAGE_BYTES_MAX, Fragments.FRAGMENT_BYTES));
      assertEquals(Math.min(id + 1, Fragments.UNFINISHED_MAX), fragments.messages());
      assertEquals(
          fragments.messages() * (Fragments.FRAGMENT_BYTES + Fragments.MESSAGE_BYTES),
          fragments.bytes());
    }
    for (int id = 1_000; id < 1_100; id++) {
      for (int index = 0; index < 12; index++) {
        fragments.join(
            fragment(id, index, MessageFormat.MESSAGE_BYTES_MAX, Fragments.FRAGMENT_BYTES));
        assertTrue(fragments.bytes() <= Fragments.BYTES_MAX);
      }
    }
    assertEquals(1_100, fragments.messages() + fragments.takeForgotten());
    assertTrue(fragments.messages() < 30);
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
