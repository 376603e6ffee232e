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
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.MvRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.List;

/** A change with flags, suggestions, claims, ranges of each kind and a prefix; always the same. */
final class WideSample {
  private static final FieldKey WORDS = new FieldKey("words", FieldType.OR_SET);
  private static final FieldKey PLAN = new FieldKey("plan", FieldType.OR_MAP);
  private static final FieldKey LOG = new FieldKey("log", FieldType.APPEND_LOG);
  private static final FieldKey TRIMMED = new FieldKey("trimmed", FieldType.APPEND_LOG);
  private static final FieldKey ANSWER = new FieldKey("answer", FieldType.MV_REGISTER);
  private static final FieldKey CLAIM = new FieldKey("claim", FieldType.CONFIDENCE_REGISTER);
  private static final FieldKey ON = new FieldKey("on", FieldType.FLAG);
  private static final FieldKey DONE = new FieldKey("done", FieldType.FLAG);
  private static final FieldKey OLD = new FieldKey("old/note", FieldType.LWW_REGISTER);

  final SpaceState before;
  final EncodedChange change;

  WideSample() {
    Draft first = new Draft(SpaceState.EMPTY, Sample.B, HybridTime.ofMillis(1), "ada");
    for (String word : List.of("a", "b", "c", "d")) {
      OrSet.add(first.field(WORDS), Value.of(word));
      OrMap.put(first.field(PLAN), word, Value.of(1));
      AppendLog.append(first.field(LOG), Value.of(word));
      AppendLog.append(first.field(TRIMMED), Value.of(word));
    }
    MvRegister.set(first.field(ANSWER), Value.of(1));
    ConfidenceRegister.set(first.field(CLAIM), Value.of("maybe"), 0.5);
    Flag.enable(first.field(DONE));
    LwwRegister.set(first.field(OLD), Value.of("gone"));
    before = SpaceState.EMPTY.apply(ChangeFormat.encode(first.toChange()));
    Draft draft = new Draft(before, Sample.A, HybridTime.ofMillis(2), "bob");
    OrSet.removeRange(draft.field(WORDS), Value.of("b"), Value.of("d"));
    OrSet.add(draft.field(WORDS), Value.of("c"));
    OrMap.removeRange(draft.field(PLAN), "c", null);
    FieldDraft log = draft.field(LOG);
    List<Key> keys = new ArrayList<>();
    log.forEach((key, atoms) -> keys.add(key));
    log.drop(new KeyRange(keys.get(1), keys.get(2)));
    AppendLog.keepLast(draft.field(TRIMMED), 1);
    MvRegister.set(draft.field(ANSWER), Value.of(2));
    ConfidenceRegister.set(draft.field(CLAIM), Value.of("yes"), 0.75);
    Flag.enable(draft.field(ON));
    Flag.disable(draft.field(DONE));
    draft.deletePrefix("old/");
    change = ChangeFormat.encode(draft.toChange());
  }
}
