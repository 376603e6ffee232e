package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where a stream is cut. */
class ContentChunkerTest {
  private static final int BYTES = 4_000_000;

  @Test
  void chunksAreNearTheirNormalSizeAndWithinTheirBounds() throws IOException {
    List<byte[]> chunks = chunks(random(BYTES), BYTES);
    assertArrayEquals(random(BYTES), join(chunks));
    for (int i = 0; i < chunks.size(); i++) {
      int length = chunks.get(i).length;
      assertTrue(length <= ContentChunker.CHUNK_BYTES_MAX);
      assertTrue(length > ContentChunker.CHUNK_BYTES_MIN || i == chunks.size() - 1);
    }
    int mean = BYTES / chunks.size();
    assertTrue(mean > 24_000 && mean < 48_000, "mean " + mean);
  }

  @Test
  void howTheBytesArriveDoesNotMatter() throws IOException {
    List<ChunkId> whole = ids(chunks(random(BYTES), BYTES));
    for (int step : new int[] {1, 777, 16_384, 131_072, 131_073}) {
      assertEquals(whole, ids(chunks(random(BYTES), step)), "steps of " + step);
    }
  }

  @Test
  void anInsertionMovesOnlyTheBoundariesBesideIt() throws IOException {
    byte[] bytes = random(BYTES);
    byte[] inserted = new byte[BYTES + 5];
    System.arraycopy(bytes, 0, inserted, 0, 1_000_000);
    System.arraycopy(bytes, 1_000_000, inserted, 1_000_005, BYTES - 1_000_000);
    Set<ChunkId> before = new HashSet<>(ids(chunks(bytes, BYTES)));
    List<ChunkId> after = ids(chunks(inserted, BYTES));
    long fresh = after.stream().filter(id -> !before.contains(id)).count();
    assertTrue(fresh >= 1 && fresh <= 4, fresh + " chunks are new");
  }

  @Test
  void bytesWithoutContentAreCutAtTheLongest() throws IOException {
    List<byte[]> chunks = chunks(new byte[300_000], 300_000);
    assertEquals(ContentChunker.CHUNK_BYTES_MAX, chunks.get(0).length);
    assertEquals(1, new HashSet<>(ids(chunks.subList(0, 2))).size());
  }

  @Test
  void nothingIsNoChunk() throws IOException {
    assertEquals(List.of(), chunks(new byte[0], 1));
  }

  private static List<byte[]> chunks(byte[] bytes, int step) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    ContentChunker chunker =
        new ContentChunker((buffer, length) -> chunks.add(java.util.Arrays.copyOf(buffer, length)));
    for (int at = 0; at < bytes.length; at += step) {
      chunker.write(bytes, at, Math.min(step, bytes.length - at));
    }
    chunker.end();
    return chunks;
  }

  private static List<ChunkId> ids(List<byte[]> chunks) {
    return chunks.stream().map(chunk -> ChunkId.of(chunk, chunk.length)).toList();
  }

  private static byte[] join(List<byte[]> chunks) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    chunks.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(5).nextBytes(bytes);
    return bytes;
  }
}
