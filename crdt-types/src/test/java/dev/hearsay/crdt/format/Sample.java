package dev.hearsay.crdt.format;

import dev.hearsay.crdt.AppendLog;
import dev.hearsay.crdt.ConfidenceRegister;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.Flag;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.MvRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A small space with something of everything, the same every time. */
final class Sample {
  static final ReplicaId A = new ReplicaId(0xA1A2A3A4A5A6A7A8L);
  static final ReplicaId B = new ReplicaId(0x0102030405060708L);

  private static final FieldKey FINDINGS = new FieldKey("findings", FieldType.OR_SET);
  private static final FieldKey OLD = new FieldKey("old", FieldType.OR_SET);
  private static final FieldKey COUNT = new FieldKey("count", FieldType.PN_COUNTER);
  private static final FieldKey SUMMARY = new FieldKey("summary", FieldType.LWW_REGISTER);
  private static final FieldKey PLAN = new FieldKey("plan", FieldType.OR_MAP);
  private static final FieldKey MESSAGES = new FieldKey("messages", FieldType.APPEND_LOG);

  /** Of B, the first of all. */
  final EncodedChange first;

  /** Of A, which has seen the first. */
  final EncodedChange second;

  /** Of A, concurrent with nothing; something of every kind. */
  final EncodedChange third;

  final SpaceState afterFirst;
  final SpaceState beforeThird;
  final SpaceState afterThird;

  Sample() {
    first =
        write(
            SpaceState.EMPTY,
            B,
            1,
            "ada",
            draft -> {
              OrSet.add(draft.field(FINDINGS), Value.of("α"));
              OrSet.add(draft.field(OLD), Value.of(7));
              PnCounter.increment(draft.field(COUNT), 5);
              AppendLog.append(draft.field(MESSAGES), Value.of("hello"));
            });
    afterFirst = SpaceState.EMPTY.apply(first);
    second =
        write(
            afterFirst,
            A,
            2,
            "bob",
            draft -> {
              PnCounter.increment(draft.field(COUNT), -300);
              LwwRegister.set(draft.field(SUMMARY), Value.of(0.5));
            });
    beforeThird = afterFirst.apply(second);
    third = write(beforeThird, A, 3, "bob", Sample::somethingOfEveryKind);
    afterThird = beforeThird.apply(third);
  }

  private static void somethingOfEveryKind(Draft draft) {
    OrSet.remove(draft.field(FINDINGS), Value.of("α"));
    OrSet.add(draft.field(FINDINGS), Value.of(List.of(Value.of(1), Value.Null.NULL)));
    draft.field(OLD).clear();
    PnCounter.reset(draft.field(COUNT));
    PnCounter.increment(draft.field(COUNT), 1);
    LwwRegister.set(draft.field(SUMMARY), Value.of(BigInteger.ONE.shiftLeft(64)));
    OrMap.put(draft.field(PLAN), "step", Value.of(Map.of("done", Value.of(true))));
    FieldDraft messages = draft.field(MESSAGES);
    Key[] seen = new Key[1];
    messages.forEach((key, atoms) -> seen[0] = key);
    messages.drop(seen[0]);
    AppendLog.append(messages, Value.of(new byte[] {1, 2}));
  }

  private static EncodedChange write(
      SpaceState state, ReplicaId replica, long millis, String author, Consumer<Draft> action) {
    Draft draft = new Draft(state, replica, HybridTime.ofMillis(millis), author);
    action.accept(draft);
    return ChangeFormat.encode(draft.toChange());
  }

  /** Reads everything there is to read, so that nothing decoded can fail later. */
  static void readAll(SpaceState state) {
    for (FieldKey key : state.fieldKeys()) {
      switch (key.type()) {
        case OR_SET -> OrSet.forEach(state.field(key), element -> {});
        case PN_COUNTER -> PnCounter.value(state.field(key));
        case LWW_REGISTER, MV_REGISTER -> {
          LwwRegister.get(state.field(key));
          MvRegister.siblings(state.field(key));
        }
        case CONFIDENCE_REGISTER -> ConfidenceRegister.siblings(state.field(key));
        case FLAG -> Flag.isOn(state.field(key));
        case OR_MAP -> OrMap.forEach(state.field(key), (name, value) -> {});
        case APPEND_LOG -> AppendLog.forEach(state.field(key), atom -> {});
      }
    }
  }
}
