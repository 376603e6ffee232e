package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.AppendLog;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import java.util.Map;

/**
 * One fixed change of 20 operations, as an agent writes it at the end of a step: findings and their
 * tags, sources, counts, a summary, messages to the others. Three other agents have written to the
 * same space, and some of what they wrote is replaced.
 */
final class Transaction {

  static final int OPERATIONS = 20;

  private final VersionVector frontier;
  private final Change change;

  private Transaction(VersionVector frontier, Change change) {
    this.frontier = frontier;
    this.change = change;
  }

  /** What its author had seen. */
  VersionVector frontier() {
    return frontier;
  }

  Change change() {
    return change;
  }

  static Transaction build() {
    SpaceState state = SpaceState.EMPTY;
    state = Space.add(state, Space.COMMON, 0, 3_000);
    state = state.apply(Space.mint(state, Space.HERE, Transaction::first));
    state = state.apply(Space.mint(state, Space.THERE, Transaction::others));
    state = Space.add(state, Space.ELSEWHERE, 3_000, 5_000);
    return new Transaction(
        state.frontier(), Space.mint(state, Space.HERE, Transaction::step).change());
  }

  private static void first(Draft draft) {
    PnCounter.increment(counter(draft, "iterations"), 17);
    PnCounter.increment(counter(draft, "tokens"), 48_211);
    LwwRegister.set(register(draft, "status"), Value.of("reading"));
  }

  private static void others(Draft draft) {
    LwwRegister.set(register(draft, "summary"), Value.of("no trend yet"));
    OrMap.put(map(draft, "sources"), "worldbank.org/gdp", Value.of(0.4));
    OrSet.add(set(draft, "tags"), Value.of("economy"));
  }

  private static void step(Draft draft) {
    FieldDraft findings = set(draft, "findings");
    OrSet.add(findings, Value.of("GDP growth at 7.2% in the third quarter"));
    OrSet.add(findings, Value.of("inflation fell to 2.1%"));
    OrSet.add(findings, Value.of("exports of services up by 11%"));
    OrSet.add(findings, Value.of("youth unemployment unchanged at 14%"));
    FieldDraft tags = set(draft, "tags");
    OrSet.add(tags, Value.of("economy"));
    OrSet.add(tags, Value.of("growth"));
    OrSet.add(tags, Value.of("inflation"));
    OrSet.add(tags, Value.of("trade"));
    FieldDraft sources = map(draft, "sources");
    OrMap.put(sources, "worldbank.org/gdp", Value.of(0.9));
    OrMap.put(sources, "imf.org/weo", Value.of(0.85));
    OrMap.put(sources, "stats.gov/labour", Value.of(0.7));
    OrMap.put(sources, "news.example/trade", Value.of(0.35));
    PnCounter.increment(counter(draft, "iterations"), 1);
    PnCounter.increment(counter(draft, "tokens"), 5_312);
    PnCounter.increment(counter(draft, "pages"), 9);
    LwwRegister.set(register(draft, "status"), Value.of("summarising"));
    LwwRegister.set(
        register(draft, "summary"), Value.of("growth trend detected, driven by services"));
    FieldDraft messages = field(draft, "messages", FieldType.APPEND_LOG);
    AppendLog.append(messages, message("please check the labour figures"));
    AppendLog.append(messages, message("two sources disagree on trade"));
    AppendLog.append(messages, message("done with the third quarter"));
  }

  private static Value message(String text) {
    return Value.of(Map.of("from", Value.of("researcher"), "text", Value.of(text)));
  }

  private static FieldDraft set(Draft draft, String name) {
    return field(draft, name, FieldType.OR_SET);
  }

  private static FieldDraft map(Draft draft, String name) {
    return field(draft, name, FieldType.OR_MAP);
  }

  private static FieldDraft counter(Draft draft, String name) {
    return field(draft, name, FieldType.PN_COUNTER);
  }

  private static FieldDraft register(Draft draft, String name) {
    return field(draft, name, FieldType.LWW_REGISTER);
  }

  private static FieldDraft field(Draft draft, String name, FieldType type) {
    return draft.field(new FieldKey(name, type));
  }
}
