package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.Claim;
import dev.hearsay.mesh.ConfidenceRegister;
import java.util.List;
import java.util.Optional;

/** A register of claims that notes what is done to it; a claim is [confidence, value]. */
record RecordedClaims<T>(
    ConfidenceRegister<T> register, Notes notes, Notes.FieldName field, ValueCodec<T> codec)
    implements ConfidenceRegister<T> {
  @Override
  public void set(T value, double confidence) {
    register.set(value, confidence);
    notes.add("set", field, claim(value, confidence));
  }

  private Value claim(T value, double confidence) {
    return Value.of(List.of(Value.of(confidence), codec.encode(value)));
  }

  @Override
  public void clear() {
    register.clear();
    notes.add("clear", field, Value.Null.NULL);
  }

  @Override
  public Optional<T> get() {
    Optional<T> value = register.get();
    notes.add("read", field, value.map(codec::encode).orElse(Value.Null.NULL));
    return value;
  }

  @Override
  public List<Claim<T>> claims() {
    List<Claim<T>> claims = register.claims();
    notes.add(
        "claims",
        field,
        Value.of(claims.stream().map(one -> claim(one.value(), one.confidence())).toList()));
    return claims;
  }
}
