package dev.hearsay.persistence;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store that hands all on to another; a test overrides what it wants otherwise. */
abstract class ForwardingStore implements LogStore {
  final LogStore store;

  ForwardingStore(LogStore store) {
    this.store = store;
  }

  @Override
  public void write(LogBatch batch, boolean sync) throws IOException {
    store.write(batch, sync);
  }

  @Override
  public void force() throws IOException {
    store.force();
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    return store.get(key);
  }

  @Override
  public Cursor cursor() throws IOException {
    return store.cursor();
  }

  @Override
  public void compact(byte[] from, byte[] to) throws IOException {
    store.compact(from, to);
  }

  @Override
  public long backgroundBytes() throws IOException {
    return store.backgroundBytes();
  }

  @Override
  public void pause() throws IOException {
    store.pause();
  }

  @Override
  public void resume() {
    store.resume();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
