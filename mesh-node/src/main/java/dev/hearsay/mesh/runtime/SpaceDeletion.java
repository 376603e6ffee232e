package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HearsayException;
import java.util.function.Consumer;

/**
 * Deletes a space in two changes, of the catalogue and of the space itself, so that a definite
 * refusal of either means that nothing is deleted. The note comes first: a space that is noted and
 * not empty is there as before, while one that was emptied first could not be filled again.
 *
 * @param note notes in the catalogue that the space is deleted, or is not; returns when durable
 * @param empty deletes all that is seen in the space; returns when that is durable
 */
record SpaceDeletion(String space, Consumer<Boolean> note, Runnable empty) {
  /**
   * Deletes it.
   *
   * @throws HearsayException as the two do. A definite one has deleted nothing, and says so if the
   *     note could not be taken back.
   */
  void run() {
    note.accept(true);
    try {
      empty.run();
    } catch (HearsayException e) {
      throw e.isDefinite() ? takenBack(e) : e;
    }
  }

  private HearsayException takenBack(HearsayException refusal) {
    try {
      note.accept(false);
      return refusal;
    } catch (HearsayException e) {
      HearsayException both =
          new HearsayException(
              refusal.code(),
              refusal.getMessage()
                  + "; nothing in space '"
                  + space
                  + "' is deleted, but it may stay noted as deleted, and not be listed by nodes that"
                  + " do not hold it, until it is opened or deleted again on one that does: "
                  + e.getMessage(),
              refusal);
      both.addSuppressed(e);
      return both;
    }
  }
}
