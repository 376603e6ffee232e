package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A register that shows the write of the highest (confidence, time, replica). A write replaces what
 * it saw and beats; one that is weaker than what it saw is refused. Concurrent writes stay as
 * siblings until the next write.
 */
public final class ConfidenceRegister {
  private static final Comparator<Claim> BY_WEIGHT =
      Comparator.comparingDouble(Claim::confidence)
          .thenComparing((a, b) -> a.atom == b.atom ? 0 : a.atom.isLaterThan(b.atom) ? 1 : -1);

  private ConfidenceRegister() {}

  /**
   * A write, as it is read back.
   *
   * @param value what was written
   * @param confidence from 0 to 1
   * @param atom with time and author
   */
  public record Claim(Value value, double confidence, Atom atom) {}

  /**
   * Writes the value, unless what is there has more confidence.
   *
   * @param confidence from 0 to 1
   * @throws RejectedException {@code OUTWEIGHED} if the register holds a value of higher
   *     confidence; {@code LIMIT_EXCEEDED} if the confidence is none
   */
  public static void set(FieldDraft field, Value value, double confidence) {
    if (!isConfidence(confidence)) {
      throw new RejectedException(
          Reason.LIMIT_EXCEEDED, "a confidence of " + confidence + "; 0 to 1 is one");
    }
    Optional<Claim> strongest = get(field);
    if (strongest.isPresent() && strongest.get().confidence() > confidence) {
      throw new RejectedException(
          Reason.OUTWEIGHED,
          "field '"
              + field.field().name()
              + "' holds a value of confidence "
              + strongest.get().confidence()
              + ", which "
              + confidence
              + " does not reach");
    }
    // Minus zero is equal to zero and would not have equal bytes.
    field.put(
        Value.Null.NULL, Value.of(List.of(Value.of(confidence == 0 ? 0.0 : confidence), value)));
  }

  /** Empties the register as far as it was seen; false if it was empty. */
  public static boolean clear(FieldDraft field) {
    return field.drop(Value.Null.NULL);
  }

  public static Optional<Claim> get(FieldView field) {
    return field.atoms(Value.Null.NULL).stream().map(ConfidenceRegister::claim).max(BY_WEIGHT);
  }

  /** All concurrent writes, the strongest first. */
  public static List<Claim> siblings(FieldView field) {
    List<Claim> claims = new ArrayList<>();
    field.atoms(Value.Null.NULL).forEach(atom -> claims.add(claim(atom)));
    claims.sort(BY_WEIGHT.reversed());
    return claims;
  }

  private static Claim claim(Atom atom) {
    List<Value> parts = ((Value.Sequence) atom.payload()).values();
    return new Claim(parts.get(1), ((Value.Real) parts.get(0)).value(), atom);
  }

  static boolean isClaim(Value payload) {
    return payload instanceof Value.Sequence parts
        && parts.values().size() == 2
        && parts.values().get(0) instanceof Value.Real confidence
        && isConfidence(confidence.value())
        && !Value.of(-0.0).equals(confidence);
  }

  private static boolean isConfidence(double confidence) {
    return confidence >= 0 && confidence <= 1; // false for not-a-number
  }
}
