package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Transaction;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A draft behind the API. For the thread that runs the transaction. */
public final class DraftTransaction extends TypedFields implements Transaction {
  private final Draft draft;

  public DraftTransaction(Draft draft) {
    super(new Access(draft, Thread.currentThread()));
    this.draft = draft;
  }

  /** What is behind it; for those who look on. */
  public Draft draft() {
    return draft;
  }

  private record Access(Draft draft, Thread thread) implements FieldAccess {
    @Override
    public FieldView view(FieldKey field) {
      return open(field);
    }

    @Override
    public @Nullable FieldType otherTypeOf(FieldKey field) {
      open(field);
      return null;
    }

    @Override
    public Collection<FieldKey> fieldKeys() {
      requireUsable();
      return draft.fieldKeys();
    }

    @Override
    public void edit(Consumer<Draft> change) {
      requireUsable();
      try {
        change.accept(draft);
      } catch (RejectedException e) {
        throw Failures.of(e);
      }
    }

    private FieldDraft open(FieldKey field) {
      requireUsable();
      try {
        return draft.field(field);
      } catch (RejectedException e) {
        throw Failures.of(e);
      }
    }

    private void requireUsable() {
      if (draft.hasEnded() || Thread.currentThread() != thread) {
        throw new HearsayException(
            ErrorCode.READ_ONLY,
            "a transaction is used after it has ended, or on another thread than it was given to");
      }
    }
  }
}
