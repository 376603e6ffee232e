package dev.hearsay.crdt.value;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A total order of values, the same on every machine, for intervals of keys: null, false, true,
 * integers by number, reals by number ({@code -0.0} below {@code 0.0}, not-a-number last), texts
 * and bytes as unsigned bytes (texts in UTF-8), lists element by element, maps entry by entry, each
 * shorter one before what it begins. Consistent with equality.
 */
public final class ValueOrder implements Comparator<Value> {
  public static final ValueOrder INSTANCE = new ValueOrder();

  private ValueOrder() {}

  @Override
  public int compare(Value a, Value b) {
    int byKind = Integer.compare(rank(a), rank(b));
    if (byKind != 0) {
      return byKind;
    }
    if (a instanceof Value.Text x && b instanceof Value.Text y) {
      return Arrays.compareUnsigned(x.unsafe(), y.unsafe());
    } else if (a instanceof Value.Int x && b instanceof Value.Int y) {
      return Long.compare(x.value(), y.value());
    } else if (rank(a) == rank(new Value.Int(0))) {
      return integer(a).compareTo(integer(b));
    } else if (a instanceof Value.Real x && b instanceof Value.Real y) {
      return Double.compare(x.value(), y.value());
    } else if (a instanceof Value.Bytes x && b instanceof Value.Bytes y) {
      return Arrays.compareUnsigned(x.unsafe(), y.unsafe());
    } else if (a instanceof Value.Sequence x && b instanceof Value.Sequence y) {
      return compareLists(x.values(), y.values());
    } else if (a instanceof Value.Mapping x && b instanceof Value.Mapping y) {
      return compareMaps(x.entries(), y.entries());
    }
    return 0; // null, false and true are alone in their rank
  }

  private static int rank(Value value) {
    if (value instanceof Value.Null) {
      return 0;
    } else if (value instanceof Value.Bool bool) {
      return bool.value() ? 2 : 1;
    } else if (value instanceof Value.Int || value instanceof Value.BigInt) {
      return 3;
    } else if (value instanceof Value.Real) {
      return 4;
    } else if (value instanceof Value.Text) {
      return 5;
    } else if (value instanceof Value.Bytes) {
      return 6;
    }
    return value instanceof Value.Sequence ? 7 : 8;
  }

  private static BigInteger integer(Value value) {
    return value instanceof Value.Int small
        ? BigInteger.valueOf(small.value())
        : ((Value.BigInt) value).value();
  }

  private int compareLists(List<Value> a, List<Value> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int byElement = compare(a.get(i), b.get(i));
      if (byElement != 0) {
        return byElement;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private int compareMaps(SortedMap<String, Value> a, SortedMap<String, Value> b) {
    Iterator<Map.Entry<String, Value>> others = b.entrySet().iterator();
    for (Map.Entry<String, Value> entry : a.entrySet()) {
      Map.@Nullable Entry<String, Value> other = others.hasNext() ? others.next() : null;
      if (other == null) {
        return 1;
      }
      int byKey = CodePointOrder.INSTANCE.compare(entry.getKey(), other.getKey());
      int byEntry = byKey != 0 ? byKey : compare(entry.getValue(), other.getValue());
      if (byEntry != 0) {
        return byEntry;
      }
    }
    return others.hasNext() ? -1 : 0;
  }
}
