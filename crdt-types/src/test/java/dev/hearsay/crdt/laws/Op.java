package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import org.jspecify.annotations.Nullable;

/** What an agent does. A transaction is a list of these. */
sealed interface Op {
  /** True if it may do something to the field. */
  boolean touches(FieldKey field);

  /** What is done to one field. */
  sealed interface OnField extends Op {
    FieldKey field();

    @Override
    default boolean touches(FieldKey other) {
      return field().equals(other);
    }
  }

  /** What leaves something behind in its field. */
  sealed interface Write extends OnField {}

  record Add(String name, String element) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_SET);
    }
  }

  record Remove(String name, String element) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_SET);
    }
  }

  record Increment(String name, long amount) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.PN_COUNTER);
    }
  }

  record Reset(String name) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.PN_COUNTER);
    }
  }

  record Assign(String name, String value) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.LWW_REGISTER);
    }
  }

  /** A write of a register that shows all siblings. */
  record Suggest(String name, String value) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.MV_REGISTER);
    }
  }

  /** Refused if the writer sees a claim of more confidence. */
  record Claim(String name, String value, double confidence) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.CONFIDENCE_REGISTER);
    }
  }

  record Enable(String name) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.FLAG);
    }
  }

  record Disable(String name) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.FLAG);
    }
  }

  record Put(String name, String key, String value) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_MAP);
    }
  }

  record RemoveKey(String name, String key) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_MAP);
    }
  }

  /** Removes elements of a set, or keys of a map, from one to below another. */
  record RemoveRange(FieldKey field, @Nullable String from, @Nullable String to)
      implements OnField {
    boolean contains(String key) {
      return (from == null || from.compareTo(key) <= 0) && (to == null || key.compareTo(to) < 0);
    }

    @Override
    public String toString() {
      return "RemoveRange[" + field.name() + ", " + from + ", " + to + "]";
    }
  }

  record Append(String name, String entry) implements Write {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Removes the entry that is seen at that place, counted around. */
  record RemoveEntry(String name, int index) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Removes all entries that are seen but the last few. */
  record KeepLast(String name, int count) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Removes all entries that are seen and earlier than one of them, counted from the last. */
  record TrimBefore(String name, int index) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Removes the entries from one place that is seen to another, both counted around. */
  record RemoveEntries(String name, int from, int to) implements OnField {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Drops everything seen in the field, which is no counter. */
  record Clear(FieldKey field) implements OnField {
    @Override
    public String toString() {
      return "Clear[" + field.name() + "]";
    }
  }

  /** Deletes everything seen under the name, of whatever type. */
  record Delete(String name) implements Op {
    @Override
    public boolean touches(FieldKey field) {
      return field.name().equals(name);
    }
  }

  /** Deletes everything seen under names that begin so. */
  record DeletePrefix(String prefix) implements Op {
    @Override
    public boolean touches(FieldKey field) {
      return field.name().startsWith(prefix);
    }
  }
}
