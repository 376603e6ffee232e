package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.ByteWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Who votes on a space, as one node durably knows it. A quorum is a majority of every list here.
 *
 * @param version of the settled list, from 1; 0 if none is
 * @param settled the list in force; more than one only where two sides of a cut each named a first
 * @param pending lists that a voter has accepted for the next version: they may become the list
 */
public record VoterView(long version, List<List<String>> settled, List<List<String>> pending) {
  /** Most voters in one list. */
  public static final int VOTERS_MAX = 15;

  /** Most lists of each sort. */
  static final int LISTS_MAX = 16;

  /** No voters are named. */
  public static final VoterView NONE = new VoterView(0, List.of(), List.of());

  public VoterView {
    settled = ordered(settled);
    pending = ordered(pending);
    if (version < 0 || (version == 0) != settled.isEmpty()) {
      throw new IllegalArgumentException("version " + version + " of " + settled);
    }
  }

  /** A list with every name once, in ascending order. */
  public static List<String> list(Iterable<String> names) {
    NavigableSet<String> sorted = new TreeSet<>();
    names.forEach(sorted::add);
    return List.copyOf(sorted);
  }

  private static List<List<String>> ordered(List<List<String>> lists) {
    List<List<String>> sorted = new ArrayList<>();
    for (List<String> each : lists) {
      List<String> list = list(each);
      if (list.isEmpty()) {
        throw new IllegalArgumentException("a list without voters");
      }
      if (!sorted.contains(list)) {
        sorted.add(list);
      }
    }
    sorted.sort((a, b) -> String.join("\n", a).compareTo(String.join("\n", b)));
    return Collections.unmodifiableList(sorted);
  }

  public boolean isNamed() {
    return version > 0;
  }

  /** Everybody in a settled list. */
  public NavigableSet<String> voters() {
    NavigableSet<String> voters = new TreeSet<>();
    settled.forEach(voters::addAll);
    return voters;
  }

  /** The settled and the pending lists: a quorum needs a majority of each. */
  public List<List<String>> lists() {
    List<List<String>> lists = new ArrayList<>(settled);
    lists.addAll(pending);
    return lists;
  }

  /** Everybody in any list. */
  public NavigableSet<String> everybody() {
    NavigableSet<String> voters = voters();
    pending.forEach(voters::addAll);
    return voters;
  }

  /** What two nodes know together: the later version wins, and at the same version all lists. */
  public VoterView join(VoterView other) {
    if (version != other.version) {
      return version > other.version ? this : other;
    }
    if (equals(other)) {
      return this;
    }
    List<List<String>> moreSettled = new ArrayList<>(settled);
    moreSettled.addAll(other.settled);
    List<List<String>> morePending = new ArrayList<>(pending);
    morePending.addAll(other.pending);
    return new VoterView(version, moreSettled, morePending);
  }

  /** Tells views apart; equal ones have the same (FNV-1a over the bytes on the wire). */
  public long fingerprint() {
    ByteWriter out = new ByteWriter(128);
    AckFormat.write(out, this);
    long hash = 0xcbf29ce484222325L;
    for (byte b : out.toByteArray()) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
