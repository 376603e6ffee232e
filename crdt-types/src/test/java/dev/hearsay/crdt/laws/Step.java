package dev.hearsay.crdt.laws;

import java.util.List;

/** What happens in a history. Numbers are taken around, so that every step makes sense anywhere. */
sealed interface Step {
  /** The node writes one transaction. */
  record Write(int node, List<Op> ops) implements Step {}

  /**
   * The node receives a stretch of what the other has applied, shuffled and with every third
   * delivered twice; what comes too early it holds back. {@code from} counts the others.
   */
  record Deliver(int to, int from, int start, int count, long shuffle) implements Step {}

  /** The node asks the other for what it lacks; the answer is taken now and lands later. */
  record Ask(int to, int from) implements Step {}

  /** The answer in flight is joined into what its asker has become. */
  record Land(int answer) implements Step {}

  /** The answer in flight is lost: its asker crashed before it was durable. */
  record Lose(int answer) implements Step {}

  /** The node starts anew with all it had, as a new replica; what it held back is gone. */
  record Restart(int node) implements Step {}

  /** A copy of the node's disk is made. */
  record Backup(int node) implements Step {}

  /** The node starts anew from the copy of its disk, or from nothing, as a new replica. */
  record Restore(int node) implements Step {}
}
