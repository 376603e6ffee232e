package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A frozen state behind the API. Immutable. */
public final class StateSnapshot extends TypedFields implements Snapshot {
  private final SpaceState state;

  public StateSnapshot(SpaceState state) {
    super(new Access(state));
    this.state = state;
  }

  /** What is behind it; for those who compare bytes. */
  public SpaceState state() {
    return state;
  }

  @Override
  public Frontier frontier() {
    return new Frontier(state.frontier());
  }

  @Override
  public List<FieldInfo> fields() {
    return infos(state);
  }

  @Override
  public String digest() {
    return state.digest().toString();
  }

  /** The fields that people made, by name. */
  public static List<FieldInfo> infos(SpaceState state) {
    return inUse(state).stream()
        .filter(key -> !key.name().startsWith(Names.RESERVED_PREFIX))
        .map(key -> new FieldInfo(key.name(), key.type().title(), state.field(key).size()))
        .toList();
  }

  /** The fields in use, by name. */
  public static List<FieldKey> inUse(SpaceState state) {
    return state.fieldKeys().stream().filter(key -> state.field(key).isInUse()).toList();
  }

  private record Access(SpaceState state) implements FieldAccess {
    @Override
    public FieldView view(FieldKey field) {
      return state.field(field);
    }

    @Override
    public @Nullable FieldType otherTypeOf(FieldKey field) {
      return state.otherTypeOf(field);
    }

    @Override
    public Collection<FieldKey> fieldKeys() {
      return inUse(state);
    }

    @Override
    public void edit(Consumer<Draft> change) {
      throw new HearsayException(ErrorCode.READ_ONLY, "a snapshot cannot be written to");
    }
  }
}
