package dev.hearsay.mesh;

import java.util.List;

/**
 * A frozen state of a space. Immutable; writing through its fields is {@link ErrorCode#READ_ONLY}.
 */
public interface Snapshot extends Fields {
  Frontier frontier();

  List<FieldInfo> fields();

  String digest();
}
