package dev.hearsay.sim.history;

import java.util.List;

/**
 * Takes down what clients do. A call's operations are told together, in the order in which they
 * were done. Called on the one thread of the run.
 */
public interface History {
  /** A client asks for something. The call's result is not known, and it has no end. */
  default void begun(Operation.Call call) {}

  /**
   * A transaction's body has run and its change is minted; nobody has seen it yet. Observers have
   * been told of the change just before. The calls are {@link Operation.Result#UNKNOWN} until they
   * end.
   */
  default void minted(List<Operation> operations) {}

  /**
   * A transaction or a read has ended. Every call ends once, if the run goes on for so long.
   *
   * @param operations empty if none is known; then {@link #endedUnseen} is told before
   */
  void ended(List<Operation> operations);

  /**
   * A call has ended of which no operation is known. Its body did nothing, or did not run: the node
   * was down, nobody answered in time, or what it repeats had been done.
   */
  default void endedUnseen(Operation.Call call) {}

  /** One that tells several. */
  static History of(List<? extends History> several) {
    List<History> all = List.copyOf(several);
    return new History() {
      @Override
      public void begun(Operation.Call call) {
        all.forEach(one -> one.begun(call));
      }

      @Override
      public void endedUnseen(Operation.Call call) {
        all.forEach(one -> one.endedUnseen(call));
      }

      @Override
      public void minted(List<Operation> operations) {
        all.forEach(one -> one.minted(operations));
      }

      @Override
      public void ended(List<Operation> operations) {
        all.forEach(one -> one.ended(operations));
      }
    };
  }
}
