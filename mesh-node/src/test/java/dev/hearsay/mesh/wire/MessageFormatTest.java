package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MessageFormatTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Provide
  Arbitrary<Message> messages() {
    return Arbitraries.randomValue(random -> new RandomMessages(random).any());
  }

  @Property(tries = 500)
  void whatIsReadIsWhatWasWritten(@ForAll("messages") Message message) {
    byte[] bytes = MessageFormat.encode(message);
    Message read = MessageFormat.decode(bytes);
    assertEquals(meaning(message), meaning(read));
    assertArrayEquals(bytes, MessageFormat.encode(read));
  }

  @Property(tries = 100)
  void aMessageCutShortIsRejected(@ForAll("messages") Message message) {
    byte[] bytes = MessageFormat.encode(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThrows(RejectedException.class, () -> MessageFormat.decode(prefix));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(RejectedException.class, () -> MessageFormat.decode(longer));
  }

  private static long allocatedFor(byte[] message) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      MessageFormat.decode(message);
    } catch (RejectedException e) {
      // One of the two that may come of it.
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** No two byte strings mean the same, so that what a flipped bit leaves readable is another. */
  @Property(tries = 200)
  void aDamagedMessageIsRejectedOrIsExactlyWhatItSays(
      @ForAll("messages") Message message, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = MessageFormat.encode(message);
    for (int at = 0; at < bytes.length; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      // The first time a refusal comes about, the JVM links what words it.
      long allocated = Math.min(allocatedFor(damaged), allocatedFor(damaged));
      assertTrue(
          allocated < 100_000 + 200L * bytes.length,
          () -> allocated + " bytes allocated for " + HexFormat.of().formatHex(damaged));
      Message read;
      try {
        read = MessageFormat.decode(damaged);
      } catch (RejectedException e) {
        continue;
      }
      assertArrayEquals(damaged, MessageFormat.encode(read));
    }
  }

  @Property(tries = 500)
  void noiseIsRejected(@ForAll byte[] noise, @ForAll boolean withHeader) {
    byte[] bytes = noise.clone();
    if (withHeader && bytes.length > 3) {
      bytes[0] = (byte) MessageFormat.MAGIC;
      bytes[1] = (byte) MessageFormat.VERSION;
      bytes[2] = (byte) (1 + Math.floorMod(bytes[2], MessageFormat.KIND_MAX));
    }
    try {
      assertArrayEquals(bytes, MessageFormat.encode(MessageFormat.decode(bytes)));
    } catch (RejectedException e) {
      assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
    }
  }

  @Property(tries = 50)
  void aHugeCountIsRejectedBeforeAnythingIsAllocated(
      @ForAll("hugeCounts") long count, @ForAll("listKinds") int kind) {
    ByteWriter out =
        new ByteWriter().u8(MessageFormat.MAGIC).u8(MessageFormat.VERSION).u8(Math.abs(kind));
    switch (kind) {
      case 1 -> out.text("id").fixed64(1).text("name");
      case 2 -> out.text("space").varint(1);
      case 5 -> out.u8(0);
      case 7 -> out.text("space").u8(1);
      case 51 -> out.text("space").fixed64(1).varint(0).u8(1);
      case 52 -> out.text("space").fixed64(1).varint(0).varint(1).u8(1);
      case -14 -> out.varint(0);
      case 40 -> out.fixed64(1).u8(0);
      case 43, 44 -> out.text("space");
      case 45 -> out.fixed64(1).text("space");
      case 47 -> out.fixed64(1).varint(0).varint(1);
      default -> {}
    }
    byte[] bytes = out.varint(count).toByteArray();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThrows(RejectedException.class, () -> MessageFormat.decode(bytes));
    assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before < 100_000);
  }

  @Provide
  Arbitrary<Long> hugeCounts() {
    return Arbitraries.of(1L << 10, 1L << 20, (1L << 31) - 1, 1L << 31, 1L << 40, -1L);
  }

  @Provide
  Arbitrary<Integer> listKinds() {
    return Arbitraries.of(1, 2, 5, 7, 8, 14, -14, 15, 16, 40, 43, 44, 45, 47, 51, 52);
  }

  @Property(tries = 20)
  void aNameBeyondItsLimitIsRejected(@ForAll("namedKinds") int kind) {
    ByteWriter out = new ByteWriter().u8(MessageFormat.MAGIC).u8(MessageFormat.VERSION).u8(kind);
    if (kind == 5) {
      out.u8(0);
    }
    if (kind == 14) {
      out.varint(0);
    }
    if (kind == 45 || kind == 48) {
      out.fixed64(1);
    }
    if (kind == 5 || kind == 8 || kind == 14) {
      out.varint(1);
    }
    byte[] bytes = out.text("x".repeat(257)).raw(new byte[64]).toByteArray();
    RejectedException rejected =
        assertThrows(RejectedException.class, () -> MessageFormat.decode(bytes));
    assertTrue(rejected.getMessage().contains("name"), rejected.getMessage());
  }

  @Provide
  Arbitrary<Integer> namedKinds() {
    return Arbitraries.of(1, 2, 5, 6, 7, 8, 14, 41, 42, 43, 44, 45, 48, 50, 51, 52, 53, 54, 55);
  }

  @Test
  void sumsAndBucketsOutsideOfTheTreeAreRejected() {
    for (String hex :
        List.of("48010d40" + "00".repeat(1024), "48010e01100000", "48010e020002000200")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThrows(RejectedException.class, () -> MessageFormat.decode(bytes), hex);
    }
  }

  /** Changes are compared by their bytes, which are what they are. */
  private static List<Object> meaning(Message message) {
    if (message instanceof Message.Push push) {
      return List.of(push.space(), push.sequence(), bytes(push.changes()));
    }
    if (message instanceof Message.Answer answer) {
      return List.of(answer.space(), answer.then(), bytes(answer.changes()));
    }
    if (message instanceof Message.Submit submit) {
      return List.of(submit.request(), submit.space(), bytes(List.of(submit.change())));
    }
    return List.of(message);
  }

  private static List<String> bytes(List<EncodedChange> changes) {
    return changes.stream()
        .map(change -> HexFormat.of().formatHex(change.toByteArray()) + change.change())
        .toList();
  }
}
