package dev.hearsay.mesh.space;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.mesh.FieldMap;
import dev.hearsay.mesh.Names;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** The fields under a prefix, by what follows it. As thread-safe as the access. */
final class TypedFieldMap extends TypedFields implements FieldMap {
  private final String prefix;

  TypedFieldMap(FieldAccess access, String name) {
    super(access);
    this.prefix = name + "/";
  }

  @Override
  String fullName(String key) {
    return prefix + key.replace("%", "%25").replace("/", "%2F");
  }

  private static String decoded(String key) {
    return key.replace("%2F", "/").replace("%25", "%");
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (FieldKey field : access().fieldKeys()) {
      if (field.name().startsWith(prefix)) {
        String rest = field.name().substring(prefix.length());
        int end = rest.indexOf('/');
        keys.add(decoded(end < 0 ? rest : rest.substring(0, end)));
      }
    }
    return Collections.unmodifiableSet(keys);
  }

  @Override
  public boolean containsKey(String key) {
    String name = fullName(key);
    return access().fieldKeys().stream()
        .anyMatch(field -> field.name().equals(name) || field.name().startsWith(name + "/"));
  }

  @Override
  public void remove(String key) {
    String name = Names.check("field", fullName(key));
    access()
        .edit(
            draft -> {
              draft.delete(name);
              draft.deletePrefix(name + "/");
            });
  }

  @Override
  public void clear() {
    deletePrefix("");
  }
}
