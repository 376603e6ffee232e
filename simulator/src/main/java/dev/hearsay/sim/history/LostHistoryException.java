package dev.hearsay.sim.history;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A history cannot be written any more: the run is over, and nothing is wrong with the mesh. */
public final class LostHistoryException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  LostHistoryException(IOException cause) {
    super("the history cannot be written: " + cause.getMessage(), cause);
  }
}
