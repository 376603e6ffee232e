package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.VersionVector;
import java.util.Random;

/** Draws messages about transfers. */
final class RandomTransfers {
  private RandomTransfers() {}

  static Message any(Random random, String space, VersionVector some, VersionVector other) {
    long transfer = random.nextLong();
    long from = random.nextLong() >>> (1 + random.nextInt(60));
    int size = 1 + (random.nextInt() >>> (1 + random.nextInt(30)));
    boolean flag = random.nextBoolean();
    return switch (random.nextInt(5)) {
      case 0 -> new Message.StateOffer(space, transfer, flag, from, random.nextLong() >>> 1, size);
      case 1 -> new Message.StateHead(space, transfer, size, flag, piece(random));
      case 2 -> new Message.StatePiece(space, transfer, from, size, flag, piece(random));
      case 3 -> new Message.StateAsk(space, transfer, size, from, size);
      default -> new Message.StateResume(space, some, other, some.join(other));
    };
  }

  private static Piece piece(Random random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return Piece.of(bytes);
  }
}
