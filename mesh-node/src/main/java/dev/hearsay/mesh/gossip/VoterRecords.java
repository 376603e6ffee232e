package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The voters of every space, as fields of the catalogue: the settled lists, and what each voter has
 * promised and accepted for the next version. The list of a version is chosen once (Paxos: Lamport
 * 2001, with the voters of the version before as acceptors), however many nodes propose at a time.
 *
 * <pre>
 * hearsay/voters  space                → version, voters, named (false: the default)
 * hearsay/votes   space "\n" node id   → version, promised, accepted (round, proposer), voters
 * </pre>
 */
public final class VoterRecords {
  private static final FieldKey VOTERS =
      new FieldKey(Names.RESERVED_PREFIX + "voters", FieldType.OR_MAP);
  private static final FieldKey VOTES =
      new FieldKey(Names.RESERVED_PREFIX + "votes", FieldType.OR_MAP);

  private record Settled(long version, List<String> voters, boolean named) {}

  private record Entry(long version, Ballot promised, Ballot accepted, List<String> voters) {}

  /** What a voter says to a {@link Message.VoteAsk}. */
  public record Vote(boolean granted, Ballot promised, Ballot accepted, List<String> voters) {
    public Vote {
      voters = List.copyOf(voters);
    }
  }

  private VoterRecords() {}

  /** The voters of the space as these books have them. */
  public static VoterView view(SpaceState books, String space) {
    return view(books::field, space);
  }

  private static VoterView view(Function<FieldKey, ? extends FieldView> books, String space) {
    List<Settled> settled = settled(books.apply(VOTERS), space);
    if (settled.isEmpty()) {
      return VoterView.NONE;
    }
    long version = settled.get(0).version();
    VoterView view =
        new VoterView(version, settled.stream().map(Settled::voters).toList(), List.of());
    List<List<String>> pending = new ArrayList<>();
    for (Entry record : records(books.apply(VOTES), space, view)) {
      if (!record.voters().isEmpty()) {
        pending.add(record.voters());
      }
    }
    return new VoterView(version, view.settled(), pending);
  }

  /** Whether nobody has named the voters: they are those that were there when it was created. */
  public static boolean isDefault(SpaceState books, String space) {
    List<Settled> settled = settled(books.field(VOTERS), space);
    return settled.size() == 1 && !settled.get(0).named();
  }

  /** The lists of the highest version. */
  private static List<Settled> settled(FieldView field, String space) {
    List<Settled> newest = new ArrayList<>();
    for (Atom atom : field.atoms(new Value.Text(space))) {
      SortedMap<String, Value> entries = entries(atom.payload());
      Settled read =
          new Settled(
              number(entries, "version"),
              voters(entries),
              !Value.of(false).equals(entries.get("named")));
      if (!newest.isEmpty() && newest.get(0).version() < read.version()) {
        newest.clear();
      }
      if (newest.isEmpty() || newest.get(0).version() == read.version()) {
        newest.add(read);
      }
    }
    return newest;
  }

  /** What the voters have put down for the next version. */
  private static List<Entry> records(FieldView field, String space, VoterView view) {
    List<Entry> records = new ArrayList<>();
    for (String voter : view.voters()) {
      for (Atom atom : field.atoms(new Value.Text(key(space, voter)))) {
        SortedMap<String, Value> entries = entries(atom.payload());
        if (number(entries, "version") == view.version() + 1) {
          records.add(
              new Entry(
                  view.version() + 1,
                  ballot(entries, "promised"),
                  ballot(entries, "accepted"),
                  voters(entries)));
        }
      }
    }
    return records;
  }

  /**
   * Votes, as part of a transaction on the catalogue; the vote may be told once that is durable.
   * Counts what other voters are known to have promised as if it had been promised here: a voter
   * that lost its own record and pulled theirs does not vote twice.
   *
   * @param self the node that votes
   */
  public static Vote vote(Draft books, String self, Message.VoteAsk ask) {
    VoterView view = view(books::field, ask.space());
    if (ask.version() != view.version() + 1 || !view.voters().contains(self)) {
      return new Vote(false, Ballot.NONE, Ballot.NONE, List.of());
    }
    Ballot promised = Ballot.NONE;
    Entry accepted = new Entry(ask.version(), Ballot.NONE, Ballot.NONE, List.of());
    for (Entry record : records(books.field(VOTES), ask.space(), view)) {
      promised = max(promised, record.promised());
      accepted = record.accepted().compareTo(accepted.accepted()) > 0 ? record : accepted;
    }
    if (ask.ballot().compareTo(promised) < 0) {
      return new Vote(false, promised, accepted.accepted(), accepted.voters());
    }
    Entry vote =
        ask.voters().isEmpty()
            ? new Entry(ask.version(), ask.ballot(), accepted.accepted(), accepted.voters())
            : new Entry(ask.version(), ask.ballot(), ask.ballot(), ask.voters());
    String key = key(ask.space(), self);
    Value value = value(vote);
    if (!value.equals(OrMap.get(books.field(VOTES), key).orElse(null))) {
      OrMap.put(books.field(VOTES), key, value);
    }
    return new Vote(true, vote.promised(), vote.accepted(), vote.voters());
  }

  private static Ballot max(Ballot a, Ballot b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /**
   * Names the voters of a space that has none, as part of a transaction on the catalogue.
   *
   * @param named false for a default that nobody chose
   */
  public static void name(Draft books, String space, List<String> voters, boolean named) {
    if (!view(books::field, space).isNamed()) {
      settle(books, space, 1, voters, named);
    }
  }

  /** Puts the chosen list of that version in force, unless a later one is. */
  public static void settle(
      Draft books, String space, long version, List<String> voters, boolean named) {
    if (view(books::field, space).version() < version) {
      OrMap.put(
          books.field(VOTERS),
          space,
          Value.of(
              Map.of(
                  "version",
                  Value.of(version),
                  "voters",
                  texts(voters),
                  "named",
                  Value.of(named))));
    }
  }

  private static String key(String space, String voter) {
    return space + "\n" + voter;
  }

  private static Value value(Entry record) {
    return Value.of(
        Map.of(
            "version",
            Value.of(record.version()),
            "promised",
            value(record.promised()),
            "accepted",
            value(record.accepted()),
            "voters",
            texts(record.voters())));
  }

  private static Value value(Ballot ballot) {
    return Value.of(List.of(Value.of(ballot.round()), Value.of(ballot.proposer())));
  }

  private static Value texts(List<String> texts) {
    return Value.of(VoterView.list(texts).stream().map(Value::of).toList());
  }

  private static SortedMap<String, Value> entries(Value value) {
    return value instanceof Value.Mapping mapping ? mapping.entries() : new TreeMap<>();
  }

  private static long number(SortedMap<String, Value> entries, String name) {
    return number(entries.get(name));
  }

  private static long number(@Nullable Value value) {
    if (value instanceof Value.Int number) {
      return number.value();
    }
    throw unreadable(value);
  }

  private static Ballot ballot(SortedMap<String, Value> entries, String name) {
    if (entries.get(name) instanceof Value.Sequence pair && pair.values().size() == 2) {
      return new Ballot(number(pair.values().get(0)), number(pair.values().get(1)));
    }
    throw unreadable(entries.get(name));
  }

  private static List<String> voters(SortedMap<String, Value> entries) {
    List<String> voters = new ArrayList<>();
    if (!(entries.get("voters") instanceof Value.Sequence sequence)) {
      throw unreadable(entries.get("voters"));
    }
    for (Value each : sequence.values()) {
      if (!(each instanceof Value.Text text)) {
        throw unreadable(each);
      }
      voters.add(text.value());
    }
    return voters;
  }

  /** Guessing at the voters of a newer version would make two majorities of one. */
  private static IllegalStateException unreadable(@Nullable Value value) {
    return new IllegalStateException(
        "the catalogue's voters were written by a newer version and cannot be read: " + value);
  }
}
