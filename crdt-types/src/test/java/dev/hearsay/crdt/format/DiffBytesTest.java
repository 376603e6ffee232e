package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a diff may take: 1.2 times the missing elements and 0.3 bytes for each that lives. */
class DiffBytesTest {
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);
  private static final int ELEMENTS = 50_000;
  private static final int DIVERGED = 500;
  private static final int PER_CHANGE = 1_000;

  private final Random random = new Random(11);
  private long millis = 1_700_000_000_000L;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDiffIsLittleMoreThanWhatIsMissing(boolean halfRemoved) {
    List<Value> elements = new ArrayList<>();
    SpaceState shared = SpaceState.EMPTY;
    for (int i = 0; i < ELEMENTS; i += PER_CHANGE) {
      List<Value> some = words(PER_CHANGE);
      elements.addAll(some);
      int writer = i / PER_CHANGE % 3;
      shared = write(shared, writer, draft -> some.forEach(e -> OrSet.add(draft.field(SET), e)));
    }
    if (halfRemoved) {
      Collections.shuffle(elements, random);
      List<Value> gone = elements.subList(0, ELEMENTS / 2);
      shared = write(shared, 0, draft -> gone.forEach(e -> OrSet.remove(draft.field(SET), e)));
    }
    SpaceState left = shared;
    SpaceState right = shared;
    int missing = 0;
    for (Value element : words(DIVERGED)) {
      missing += bytes(element);
      left = write(left, 0, draft -> OrSet.add(draft.field(SET), element));
    }
    for (Value element : words(DIVERGED)) {
      right = write(right, 1, draft -> OrSet.add(draft.field(SET), element));
    }
    byte[] diff = DiffFormat.encode(left.diff(right.frontier()));
    double most = 1.2 * missing + 0.3 * shared.field(SET).size();
    assertTrue(diff.length <= most, diff.length + " bytes; " + most + " are allowed");
    SpaceState joined = right.join(DiffFormat.decode(diff));
    assertEquals(left.join(right).digest(), joined.digest());
    assertEquals(elements(left, right), elements(joined));
    SpaceState whole = DiffFormat.decodeState(DiffFormat.encode(joined));
    assertEquals(joined.digest(), whole.digest());
    assertEquals(elements(joined), elements(whole));
  }

  private static Set<Value> elements(SpaceState... states) {
    Set<Value> elements = new HashSet<>();
    for (SpaceState state : states) {
      OrSet.forEach(state.field(SET), elements::add);
    }
    return elements;
  }

  private SpaceState write(SpaceState state, int writer, Consumer<Draft> action) {
    millis += random.nextInt(20);
    HybridTime time = HybridTime.max(HybridTime.ofMillis(millis), state.latest().next());
    ReplicaId replica = new ReplicaId((writer + 1) * 0x9E3779B97F4A7C15L);
    Draft draft = new Draft(state, replica, time, "agent-" + writer);
    action.accept(draft);
    return state.apply(ChangeFormat.encode(draft.toChange()));
  }

  private List<Value> words(int count) {
    List<Value> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 16 + random.nextInt(9); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words.add(Value.of(word.toString()));
    }
    return words;
  }

  private static int bytes(Value value) {
    ByteWriter out = new ByteWriter();
    ValueFormat.write(out, value);
    return out.size();
  }
}
