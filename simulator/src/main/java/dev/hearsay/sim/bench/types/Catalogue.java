package dev.hearsay.sim.bench.types;

import static dev.hearsay.sim.bench.types.Contender.CBOR;
import static dev.hearsay.sim.bench.types.Contender.HASH_MAP;
import static dev.hearsay.sim.bench.types.Contender.HASH_SET;
import static dev.hearsay.sim.bench.types.Contender.HEARSAY;
import static dev.hearsay.sim.bench.types.Contender.JSON;
import static dev.hearsay.sim.bench.types.Contender.PEKKO;
import static dev.hearsay.sim.bench.types.Contender.PROTOBUF;
import static dev.hearsay.sim.bench.types.Contender.WURMLOCH;

import java.util.ArrayList;
import java.util.List;

/**
 * Who does what, and what exactly is compared. What a system does not have is left out:
 * wurmloch-crdt replicates by commands, so it has neither join nor diff, and it leaves bytes to its
 * user; nobody else has a diff.
 */
final class Catalogue {

  private final List<Case> cases = new ArrayList<>();

  private Catalogue() {
    writes();
    merges();
    bytes();
    space();
    codecs();
  }

  /** Every case, a work's cases beside each other and Hearsay's first. */
  static List<Case> cases() {
    return List.copyOf(new Catalogue().cases);
  }

  private void timed(Work work, Contender contender, String method, String note) {
    String type =
        switch (work) {
          case INCREMENT, SET -> "FieldWorks";
          case CODEC_ENCODE, CODEC_DECODE -> "CodecWorks";
          default -> contender == WURMLOCH ? "MutableSetWorks" : "SetWorks";
        };
    cases.add(new Case(work, contender, type + "." + method, note));
  }

  private void counted(Work work, Contender contender, String note) {
    cases.add(new Case(work, contender, null, note));
  }

  private void writes() {
    timed(Work.ADD, HEARSAY, "add", "a change of one element: drafted, encoded, hashed, applied");
    timed(Work.ADD, PEKKO, "add", "ORSet.add; no bytes yet");
    timed(Work.ADD, WURMLOCH, "add", "ORSet.add; emits a command, no bytes");
    timed(Work.ADD, HASH_SET, "add", "add, and remove it again");
    timed(
        Work.REMOVE, HEARSAY, "remove", "a change of one drop: drafted, encoded, hashed, applied");
    timed(Work.REMOVE, PEKKO, "remove", "ORSet.remove; no bytes yet");
    timed(Work.REMOVE, WURMLOCH, "remove", "ORSet.remove; emits a command, no bytes");
    timed(Work.REMOVE, HASH_SET, "remove", "remove, and add it again");
    timed(Work.CONTAINS, HEARSAY, "contains", "of an element that is there");
    timed(Work.CONTAINS, PEKKO, "contains", "of an element that is there");
    timed(Work.CONTAINS, WURMLOCH, "contains", "of an element that is there");
    timed(Work.CONTAINS, HASH_SET, "contains", "of an element that is there");
    timed(
        Work.INCREMENT,
        HEARSAY,
        "increment",
        "one of N counters, by a change of its own as in add");
    timed(Work.INCREMENT, PEKKO, "increment", "PNCounter in a HashMap of N; no bytes yet");
    timed(Work.INCREMENT, WURMLOCH, "increment", "PNCounter in a HashMap of N; emits a command");
    timed(Work.INCREMENT, HASH_MAP, "increment", "Long in a HashMap of N");
    timed(Work.SET, HEARSAY, "set", "one of N registers, by a change of its own as in add");
    timed(Work.SET, PEKKO, "set", "LWWRegister in a HashMap of N; no bytes yet");
    timed(Work.SET, WURMLOCH, "set", "LWWRegister in a HashMap of N; emits a command");
    timed(Work.SET, HASH_MAP, "set", "String in a HashMap of N");
  }

  private void merges() {
    timed(Work.APPLY, HEARSAY, "apply", "a decoded change of one element by another replica");
    timed(Work.APPLY, PEKKO, "apply", "ORSet.mergeDelta of one element by another node");
    timed(Work.APPLY, WURMLOCH, "apply", "an AddCommand of another replica");
    String join = "two states of N that differ by min(1,000, N) elements each";
    timed(Work.JOIN, HEARSAY, "join", join);
    timed(Work.JOIN, PEKKO, "join", "ORSet.merge of " + join);
    timed(Work.JOIN, HASH_SET, "join", "the union of two sets in a new one");
    timed(
        Work.DIFF,
        HEARSAY,
        "diff",
        "for a replica that differs by min(1,000, N) elements; nobody else has one");
    timed(Work.DIGEST, HEARSAY, "digest", "kept with the state");
    timed(Work.DIGEST, PEKKO, "digest", "SHA-1 over the encoded state, as the Replicator does");
  }

  private void bytes() {
    timed(
        Work.ENCODE_CHANGE, HEARSAY, "encodeChange", "one element; with checksum and chained hash");
    timed(Work.ENCODE_CHANGE, PEKKO, "encodeChange", "a delta of one element");
    timed(Work.DECODE_CHANGE, HEARSAY, "decodeChange", "one element; checked");
    timed(Work.DECODE_CHANGE, PEKKO, "decodeChange", "a delta of one element");
    timed(Work.ENCODE_STATE, HEARSAY, "encodeState", "diff from nothing and its bytes");
    timed(Work.ENCODE_STATE, PEKKO, "encodeState", "with gzip, as on the wire");
    timed(Work.DECODE_STATE, HEARSAY, "decodeState", "bytes, checks, and a state of them");
    timed(Work.DECODE_STATE, PEKKO, "decodeState", "with gzip, as on the wire");
  }

  private void space() {
    counted(Work.HEAP, HEARSAY, "OrSet, strings included");
    counted(Work.HEAP, PEKKO, "ORSet, strings included");
    counted(Work.HEAP, WURMLOCH, "ORSet, strings included");
    counted(Work.HEAP, HASH_SET, "strings included");
    counted(Work.DIFF_BYTES, HEARSAY, "for a replica that lacks 1,000 elements");
    counted(Work.DIFF_BYTES, PEKKO, "has no diff: the whole state, with gzip");
    counted(Work.DIFF_BYTES_SPARSE, HEARSAY, "the same, after every second element was removed");
    counted(Work.DIFF_BYTES_SPARSE, PEKKO, "has no diff: the whole state, with gzip");
  }

  private void codecs() {
    String plain = "dots and version vector spelled out";
    counted(Work.CODEC_BYTES, HEARSAY, "with checksum and chained hash");
    counted(Work.CODEC_BYTES, JSON, "Jackson, compact; " + plain);
    counted(Work.CODEC_BYTES, CBOR, "Jackson; " + plain);
    counted(Work.CODEC_BYTES, PROTOBUF, plain);
    for (Work work : List.of(Work.CODEC_ENCODE, Work.CODEC_DECODE)) {
      String method = work == Work.CODEC_ENCODE ? "encode" : "decode";
      timed(work, HEARSAY, method, "with checksum and SHA-256 of the chain");
      timed(work, JSON, method, "Jackson, records");
      timed(work, CBOR, method, "Jackson, records");
      timed(work, PROTOBUF, method, "the calls of generated code");
    }
  }
}
