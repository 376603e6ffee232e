package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Written;
import java.util.List;
import java.util.function.Consumer;

/** A field with the Java class of its values; what all typed fields share. */
record TypedField<T>(FieldAccess access, FieldKey key, ValueCodec<T> codec) {
  FieldView view() {
    return access.view(key);
  }

  void edit(Consumer<FieldDraft> change) {
    access.edit(draft -> change.accept(draft.field(key)));
  }

  Value encode(T value) {
    try {
      return codec.encode(value);
    } catch (RejectedException e) {
      throw named(e);
    }
  }

  T decode(Value value) {
    try {
      return codec.decode(value);
    } catch (RejectedException e) {
      throw named(e);
    }
  }

  /** The atoms' values with who wrote them and when. */
  List<Written<T>> written(List<Atom> atoms) {
    return atoms.stream()
        .map(atom -> new Written<>(decode(atom.payload()), atom.author(), atom.time().toInstant()))
        .toList();
  }

  private HearsayException named(RejectedException e) {
    HearsayException failure = Failures.of(e);
    return new HearsayException(
        failure.code(), "field '" + key.name() + "': " + failure.getMessage(), e);
  }
}
