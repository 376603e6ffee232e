package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;

/** What an agent does to one field. A transaction is a list of these. */
sealed interface Op {
  FieldKey field();

  record Add(String name, String element) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_SET);
    }
  }

  record Remove(String name, String element) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_SET);
    }
  }

  record Increment(String name, long amount) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.PN_COUNTER);
    }
  }

  record Reset(String name) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.PN_COUNTER);
    }
  }

  record Assign(String name, String value) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.LWW_REGISTER);
    }
  }

  record Put(String name, String key, String value) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_MAP);
    }
  }

  record RemoveKey(String name, String key) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.OR_MAP);
    }
  }

  record Append(String name, String entry) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Removes the entry that is seen at that place, counted around. */
  record RemoveEntry(String name, int index) implements Op {
    @Override
    public FieldKey field() {
      return new FieldKey(name, FieldType.APPEND_LOG);
    }
  }

  /** Drops everything seen in the field, which is no counter. */
  record Clear(FieldKey field) implements Op {
    @Override
    public String toString() {
      return "Clear[" + field.name() + "]";
    }
  }
}
