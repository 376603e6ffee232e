package dev.hearsay.sim.history;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.Frontier;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a client did to one field, or saw in it. Immutable.
 *
 * @param call what it is a part of: the operations of one transaction, or of one read, share it
 * @param kind what was done, as the API calls it: {@code add}, {@code increment}, {@code put},
 *     {@code read}, …
 * @param field the field's name
 * @param type the field's type: OrSet, PnCounter, …
 * @param key of a map; null where there is none
 * @param value what was written; of a read, what was seen
 */
public record Operation(
    Call call, String kind, String field, String type, @Nullable Value key, Value value) {

  /** Whether it took effect. */
  public enum Result {
    /** It did. */
    OK,
    /** It did not and never will. */
    FAIL,
    /** It may have, or may still. */
    UNKNOWN;

    /** As history files spell it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One transaction, or one read.
   *
   * @param run the number of the run, from 0
   * @param write whether it was a transaction
   * @param node where it was asked for
   * @param session who asked: its calls follow each other, on whichever nodes
   * @param transaction counts the calls of a run, from 1
   * @param space the space's name
   * @param acknowledgement how many voters were asked for
   * @param result whether it took effect
   * @param startNanos the virtual time when it was asked for
   * @param endNanos the virtual time when the client was told the result; of a call that is under
   *     way, the time now
   * @param change the change's name; null if none was minted, or for a read
   * @param after what a read was told to wait for; null if nothing
   * @param frontier of a write, one that includes it; of a read, that of the state that was read;
   *     null if it is not known
   * @param error what the client was told, if not OK; null if OK
   */
  public record Call(
      int run,
      boolean write,
      String node,
      String session,
      long transaction,
      String space,
      Acknowledgement acknowledgement,
      Result result,
      long startNanos,
      long endNanos,
      @Nullable Dot change,
      @Nullable Frontier after,
      @Nullable Frontier frontier,
      @Nullable String error) {}

  /** The same, of a call that has come further. */
  public Operation with(Call other) {
    return new Operation(other, kind, field, type, key, value);
  }
}
