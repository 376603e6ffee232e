package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.space.ForkTalk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The bodies of messages about forks, behind the space.
 *
 * <pre>
 * 60 fork heads  answer 1B, forked (count, 8B…), heads (count, (replica 8B, counter varint, hash 8B)…)
 * 61 want links  replica 8B, after varint, hash 8B
 * 62 links       replica 8B, after varint, shares after 1B, frontier vector,
 *                links (count, (first varint, last varint, hash 8B)…)
 * </pre>
 */
final class ForkFormat {
  static final int HEADS = 60;
  static final int WANT_LINKS = 61;
  static final int LINKS = 62;

  private ForkFormat() {}

  static int kind(ForkTalk talk) {
    if (talk instanceof ForkTalk.Heads) {
      return HEADS;
    }
    if (talk instanceof ForkTalk.Inner) {
      throw new IllegalArgumentException(talk + " is said within a node");
    }
    return talk instanceof ForkTalk.WantLinks ? WANT_LINKS : LINKS;
  }

  static void write(ByteWriter out, ForkTalk talk) {
    if (talk instanceof ForkTalk.Heads heads) {
      out.u8(heads.answer() ? 1 : 0).varint(heads.forked().size());
      heads.forked().forEach(replica -> out.fixed64(replica.value()));
      out.varint(heads.heads().size());
      heads
          .heads()
          .forEach(
              head ->
                  out.fixed64(head.replica().value()).varint(head.counter()).fixed64(head.hash()));
    } else if (talk instanceof ForkTalk.WantLinks want) {
      out.fixed64(want.replica().value()).varint(want.after()).fixed64(want.hash());
    } else if (talk instanceof ForkTalk.Links links) {
      out.fixed64(links.replica().value()).varint(links.after()).u8(links.sharesAfter() ? 1 : 0);
      links.frontier().write(out);
      out.varint(links.links().size());
      links
          .links()
          .forEach(link -> out.varint(link.first()).varint(link.last()).fixed64(link.hash()));
    }
  }

  static ForkTalk read(int kind, ByteReader in) {
    return switch (kind) {
      case HEADS -> heads(in);
      case WANT_LINKS ->
          new ForkTalk.WantLinks(
              new ReplicaId(in.fixed64()), in.varintAtLeast(0, "a counter"), in.fixed64());
      default -> links(in);
    };
  }

  private static ForkTalk heads(ByteReader in) {
    boolean answer = flag(in);
    List<ReplicaId> forked = list(in, 8, Integer.MAX_VALUE, r -> new ReplicaId(r.fixed64()));
    List<ForkTalk.Head> heads =
        list(
            in,
            17,
            Integer.MAX_VALUE,
            head ->
                new ForkTalk.Head(
                    new ReplicaId(head.fixed64()),
                    head.varintAtLeast(1, "a counter"),
                    head.fixed64()));
    return new ForkTalk.Heads(heads, forked, answer);
  }

  private static ForkTalk links(ByteReader in) {
    ReplicaId replica = new ReplicaId(in.fixed64());
    long after = in.varintAtLeast(0, "a counter");
    boolean shares = flag(in);
    VersionVector frontier = VersionVector.read(in);
    List<ForkTalk.Link> links = list(in, 10, ForkTalk.LINKS_MAX, ForkFormat::link);
    return new ForkTalk.Links(replica, after, shares, frontier, links);
  }

  private static ForkTalk.Link link(ByteReader in) {
    long first = in.varintAtLeast(0, "a counter");
    long last = in.varintAtLeast(1, "a counter");
    if (first > last) {
      throw RejectedException.malformed("a change from " + first + " to " + last);
    }
    return new ForkTalk.Link(first, last, in.fixed64());
  }

  private static boolean flag(ByteReader in) {
    int flag = in.u8();
    if (flag > 1) {
      throw RejectedException.malformed("a flag of " + flag);
    }
    return flag == 1;
  }

  private static <T> List<T> list(
      ByteReader in, int bytesEach, int most, Function<ByteReader, T> read) {
    int count = in.count(bytesEach, "items");
    if (count > most) {
      throw RejectedException.malformed(count + " items where at most " + most + " can be");
    }
    List<T> items = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      items.add(read.apply(in));
    }
    return items;
  }
}
