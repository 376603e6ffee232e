package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Draws messages of every kind. */
public final class RandomMessages {
  /** How many kinds of message there are. */
  static final int KINDS = 50;

  private final Random random;
  private final List<String> names;

  RandomMessages(Random random) {
    this(random, List.of());
  }

  /** With every other name one of these. */
  public RandomMessages(Random random, List<String> names) {
    this.random = random;
    this.names = List.copyOf(names);
  }

  /** Of this mesh: whoever says that it is of another is not listened to any more. */
  public Message any() {
    return of(random.nextInt(KINDS - 1));
  }

  /** So many of each that has a number of its own on the wire, in the order of the numbers. */
  public static List<Message> eachKind(Random random, int count) {
    RandomMessages messages = new RandomMessages(random);
    SortedMap<Integer, List<Message>> byNumber = new TreeMap<>();
    for (int i = 0; i < 200 * KINDS; i++) {
      Message message = messages.of(i % KINDS);
      int number = MessageFormat.encode(message)[2];
      List<Message> some = byNumber.computeIfAbsent(number, each -> new ArrayList<>());
      if (some.size() < count) {
        some.add(message);
      }
    }
    return byNumber.values().stream().flatMap(List::stream).toList();
  }

  Message of(int kind) {
    return switch (kind) {
      case 0 -> Hellos.of(text(), random.nextLong(), text(), list(this::address));
      case 1 -> new Message.Push(text(), 1 + (random.nextLong() >>> 2), changes());
      case 2 -> new Message.PushAck(random.nextLong() >>> 1);
      case 3 -> new Message.Summary(digest());
      case 4 -> new Message.Rows(list(this::row), random.nextBoolean());
      case 5 -> new Message.Want(text(), vector());
      case 6 -> new Message.Answer(text(), changes(), then());
      case 7 -> new Message.Frontiers(list(() -> new Message.FrontierRow(text(), vector())));
      case 8 -> RandomTransfers.any(random, text(), vector(), vector());
      case 9 -> new Message.GroupSums(sums());
      case 10 -> new Message.BucketSums(random.nextInt(Message.GROUPS), sums());
      case 12 -> new Message.Prune(list(() -> new ReplicaId(random.nextLong())));
      case 13 -> new Message.Graft(list(() -> new ReplicaId(random.nextLong())));
      case 11 -> new Message.BucketRows(buckets(), list(this::row));
      case 15 ->
          new Message.AckAsk(
              text(), random.nextLong(), vector(), random.nextLong(), random.nextBoolean());
      case 16 ->
          new Message.AckTell(
              text(),
              random.nextLong(),
              text(),
              random.nextLong(),
              vector(),
              random.nextBoolean() ? null : view(),
              vector());
      case 17 ->
          new Message.VoteAsk(text(), random.nextLong(), 1 + random.nextInt(9), ballot(), voters());
      case 18 ->
          new Message.VoteTell(
              text(),
              random.nextLong(),
              text(),
              random.nextBoolean(),
              ballot(),
              ballot(),
              voters(),
              vector(),
              view());
      case 19 -> new Message.Doubt(text(), vector());
      case 20 -> new Message.Fork(text(), heads());
      case 21 -> new Message.Fork(text(), wantLinks());
      case 22 -> new Message.Fork(text(), links());
      case 23 -> new Message.Twin(random.nextLong(), random.nextLong() >>> 1, random.nextBoolean());
      case 24 -> new Message.Former(random.nextLong());
      case 25 -> new Message.Roles(random.nextLong(), roles(), random.nextBoolean());
      case 26 -> new Message.Handover(text(), vector(), digest());
      case 27 -> new Message.Covered(text(), vector());
      case 28 -> new Message.PruneIn(text(), list(() -> new ReplicaId(random.nextLong())));
      case 29 -> new Message.GraftIn(text(), list(() -> new ReplicaId(random.nextLong())));
      case 30 ->
          new Message.Fetch(random.nextLong(), text(), vector(), vector(), random.nextInt(1_000));
      case 31 -> new Message.FetchMore(random.nextLong(), random.nextInt(1 << 20));
      case 32 -> fetched();
      case 33 ->
          new Message.Submit(random.nextLong(), text(), new Changes(random.nextLong()).add("x"));
      case 35 ->
          new Message.BookAsk(
              random.nextLong(), list(() -> new BookPlace(address(), random.nextLong() >>> 1)));
      case 36 -> new Message.BookTell(random.nextLong(), list(this::book));
      case 37 -> new Message.ClockAsk(random.nextLong());
      case 38 -> new Message.ClockTell(random.nextLong(), random.nextLong() >>> 17);
      case 49 ->
          new Message.Hello("m" + text(), text(), random.nextLong(), text(), list(this::address));
      case 44 -> new ChainAsk(text(), random.nextLong(), vector(), random.nextLong());
      case 45 ->
          new ChainTell(
              text(),
              random.nextLong(),
              text(),
              random.nextLong(),
              list(this::head),
              random.nextBoolean() ? null : view());
      case 46 -> new StandAsk(text(), random.nextLong(), random.nextLong());
      case 47 ->
          new StandTell(
              text(),
              random.nextLong(),
              text(),
              random.nextLong(),
              vector(),
              digest(),
              random.nextBoolean() ? null : view());
      case 48 -> new Message.Leaves(text());
      case 39 -> closed();
      case 43 -> new Message.ClosedUnknown(list(this::digest));
      case 40 -> closing(new ClosingTalk.Held(digest(), random.nextBoolean()));
      case 41 -> closing(new ClosingTalk.Ask(digest(), digest(), random.nextInt(1_000)));
      case 42 -> closing(tell());
      case 34 -> new Message.Outcome(random.nextLong(), result(), text());
      default -> new Message.StateGone(text(), random.nextLong());
    };
  }

  private Message closing(ClosingTalk talk) {
    return new Message.Closing(text(), talk);
  }

  private ClosingTalk tell() {
    VersionVector entries = vector().with(new ReplicaId(random.nextLong()), 7);
    int from = random.nextInt(9);
    int total = from + entries.size() + random.nextInt(9);
    return new ClosingTalk.Tell(digest(), digest(), total, from, entries);
  }

  private Message closed() {
    Message inner =
        random.nextBoolean()
            ? new Message.Want(text(), vector())
            : new Message.Rows(List.of(row(), row(), row()), random.nextBoolean());
    int last = MessageVectors.count(inner) - 1;
    return new Message.Closed(List.of(new Message.ClosedRef(last, digest())), inner);
  }

  private Book book() {
    return new Book(
        address(),
        text(),
        text(),
        random.nextLong(),
        random.nextBoolean(),
        roles(),
        random.nextLong() >>> 1,
        random.nextLong() >>> 1,
        list(() -> new Message.FrontierRow(text(), vector())));
  }

  private ForkTalk heads() {
    return new ForkTalk.Heads(
        list(this::head), list(() -> new ReplicaId(random.nextLong())), random.nextBoolean());
  }

  private ForkTalk.Head head() {
    return new ForkTalk.Head(
        new ReplicaId(random.nextLong()), 1 + (random.nextLong() >>> 2), random.nextLong());
  }

  private ForkTalk wantLinks() {
    return new ForkTalk.WantLinks(
        new ReplicaId(random.nextLong()), random.nextLong() >>> 1, random.nextLong());
  }

  private ForkTalk links() {
    return new ForkTalk.Links(
        new ReplicaId(random.nextLong()),
        random.nextLong() >>> 1,
        random.nextBoolean(),
        vector(),
        list(
            () -> {
              long first = random.nextLong() >>> 2;
              return new ForkTalk.Link(first, first + 1 + random.nextInt(9), random.nextLong());
            }));
  }

  private List<String> roles() {
    return list(this::text).stream().distinct().sorted().toList();
  }

  private RemoteResult result() {
    List<RemoteResult> all = List.of(RemoteResult.values());
    return all.get(random.nextInt(all.size()));
  }

  private Message fetched() {
    int count = 1 + random.nextInt(1 << 20);
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return new Message.Fetched(
        random.nextLong(), random.nextInt(count), count, Piece.of(bytes, 0, bytes.length));
  }

  private Ballot ballot() {
    return random.nextBoolean()
        ? Ballot.NONE
        : new Ballot(1 + random.nextInt(300), random.nextLong());
  }

  private List<String> voters() {
    return VoterView.list(list(this::text));
  }

  private VoterView view() {
    List<List<String>> settled = Stream.generate(this::voters).limit(2).toList();
    List<List<String>> named = settled.stream().filter(voters -> !voters.isEmpty()).toList();
    List<List<String>> pending = Stream.of(voters()).filter(voters -> !voters.isEmpty()).toList();
    return named.isEmpty()
        ? new VoterView(0, List.of(), pending)
        : new VoterView(1 + random.nextInt(9), named, pending);
  }

  private List<Digest> sums() {
    return Stream.generate(this::digest).limit(Message.GROUPS).toList();
  }

  private List<Integer> buckets() {
    return random
        .ints(random.nextInt(5), 0, Message.GROUPS * Message.GROUPS)
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }

  private Message.Row row() {
    return new Message.Row(text(), vector(), digest());
  }

  private Message.Then then() {
    List<Message.Then> all = List.of(Message.Then.values());
    return all.get(random.nextInt(all.size()));
  }

  private HostPort address() {
    return new HostPort("10.0.0." + random.nextInt(256), random.nextInt(65_536));
  }

  private Digest digest() {
    return new Digest(random.nextLong(), random.nextLong());
  }

  private List<EncodedChange> changes() {
    Changes writer = new Changes(random.nextLong());
    return list(() -> writer.add(text()));
  }

  private VersionVector vector() {
    VersionVector vector = VersionVector.EMPTY;
    for (int i = random.nextInt(5); i > 0; i--) {
      vector =
          vector.with(
              new ReplicaId(random.nextLong()),
              1 + (random.nextLong() >>> (2 + random.nextInt(60))));
    }
    return vector;
  }

  private String text() {
    if (!names.isEmpty() && random.nextBoolean()) {
      return names.get(random.nextInt(names.size()));
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.appendCodePoint(
          random.nextInt(4) == 0 ? 0x1F600 + random.nextInt(64) : 'a' + random.nextInt(26));
    }
    return text.toString();
  }

  private <T> List<T> list(Supplier<T> item) {
    List<T> items = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      items.add(item.get());
    }
    return items;
  }
}
