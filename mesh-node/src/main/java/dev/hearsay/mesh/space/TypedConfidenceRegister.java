package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Claim;
import dev.hearsay.mesh.ConfidenceRegister;
import java.util.List;
import java.util.Optional;

record TypedConfidenceRegister<T>(TypedField<T> field) implements ConfidenceRegister<T> {
  @Override
  public void set(T value, double confidence) {
    Value encoded = field.encode(value);
    field.edit(draft -> dev.hearsay.crdt.ConfidenceRegister.set(draft, encoded, confidence));
  }

  @Override
  public void clear() {
    field.edit(draft -> dev.hearsay.crdt.ConfidenceRegister.clear(draft));
  }

  @Override
  public Optional<T> get() {
    return dev.hearsay.crdt.ConfidenceRegister.get(field.view())
        .map(claim -> field.decode(claim.value()));
  }

  @Override
  public List<Claim<T>> claims() {
    return dev.hearsay.crdt.ConfidenceRegister.siblings(field.view()).stream()
        .map(
            claim ->
                new Claim<>(
                    field.decode(claim.value()),
                    claim.confidence(),
                    claim.atom().author(),
                    claim.atom().time().toInstant()))
        .toList();
  }
}
