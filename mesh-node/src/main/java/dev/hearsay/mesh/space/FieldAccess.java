package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where typed fields read and write: a live space, a transaction, or a snapshot. */
public interface FieldAccess {
  /** The field as it is now; empty if it holds nothing. */
  FieldView view(FieldKey field);

  /** Another type under which the name is in use; null if there is none. */
  @Nullable FieldType otherTypeOf(FieldKey field);

  /** The fields in use. */
  Collection<FieldKey> fieldKeys();

  /** Changes the space, at once or as part of a transaction. */
  void edit(Consumer<Draft> change);
}
