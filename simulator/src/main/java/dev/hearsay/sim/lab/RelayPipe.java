package dev.hearsay.sim.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One direction of a relayed connection. Holds at most one buffer of bytes: while it is full, the
 * source is not read, and TCP holds the sender back.
 */
final class RelayPipe {

  static final int BUFFER_BYTES = 64 << 10;

  /** After so many buffers it is another pipe's turn. */
  private static final int TURNS_MAX = 16;

  private final Link link;
  private final SocketChannel source;
  private final SocketChannel sink;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private boolean sourceEnded;
  private boolean sinkClosed;
  private boolean frozen;

  RelayPipe(Link link, SocketChannel source, SocketChannel sink) {
    this.link = link;
    this.source = source;
    this.sink = sink;
  }

  Link link() {
    return link;
  }

  void freeze(boolean freeze) {
    frozen = freeze;
  }

  /** True once the last byte has passed and the end was passed on, too. */
  boolean isDone() {
    return sinkClosed;
  }

  /**
   * Moves what can be moved without waiting.
   *
   * @return how many bytes reached the sink
   */
  long pump() throws IOException {
    long passed = 0;
    for (int turn = 0; turn < TURNS_MAX && !frozen && !sinkClosed; turn++) {
      int read = sourceEnded ? -1 : source.read(buffer);
      sourceEnded |= read < 0;
      buffer.flip();
      int written = sink.write(buffer);
      boolean drained = !buffer.hasRemaining();
      buffer.compact();
      passed += written;
      if (sourceEnded && drained) {
        sink.shutdownOutput();
        sinkClosed = true;
      } else if (read <= 0 && written == 0) {
        break;
      }
    }
    return passed;
  }

  /** What to wait for at the source so that the pipe can go on. */
  int sourceInterest() {
    boolean room = buffer.hasRemaining();
    return !frozen && !sourceEnded && room ? SelectionKey.OP_READ : 0;
  }

  /** What to wait for at the sink so that the pipe can go on. */
  int sinkInterest() {
    boolean pending = buffer.position() > 0;
    return !frozen && !sinkClosed && pending ? SelectionKey.OP_WRITE : 0;
  }
}
