package dev.hearsay.sim.history;

import java.util.List;

/**
 * Takes down what clients do. A call's operations are told together, in the order in which they
 * were done. Called on the one thread of the run.
 */
public interface History {
  /**
   * A transaction's body has run and its change is minted; nobody has seen it yet. Observers have
   * been told of the change just before. The calls are {@link Operation.Result#UNKNOWN} until they
   * end.
   */
  default void minted(List<Operation> operations) {}

  /** A transaction or a read has ended. Every call ends once. */
  void ended(List<Operation> operations);

  /** One that tells several. */
  static History of(List<? extends History> several) {
    List<History> all = List.copyOf(several);
    return new History() {
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
