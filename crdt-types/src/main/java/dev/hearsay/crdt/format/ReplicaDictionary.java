package dev.hearsay.crdt.format;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** Replicas by index: 0 is the change's own, the others follow in ascending order. */
final class ReplicaDictionary {
  private final List<ReplicaId> replicas;

  private ReplicaDictionary(List<ReplicaId> replicas) {
    this.replicas = replicas;
  }

  static ReplicaDictionary of(ReplicaId own, SortedSet<ReplicaId> mentioned) {
    List<ReplicaId> replicas = new ArrayList<>(mentioned.size() + 1);
    replicas.add(own);
    for (ReplicaId replica : mentioned) {
      if (!replica.equals(own)) {
        replicas.add(replica);
      }
    }
    return new ReplicaDictionary(replicas);
  }

  int indexOf(ReplicaId replica) {
    // Few replicas: a scan beats a map.
    int index = replicas.indexOf(replica);
    if (index < 0) {
      throw new IllegalStateException(replica + " is not in the dictionary");
    }
    return index;
  }

  ReplicaId at(long index) {
    if (index < 0 || index >= replicas.size()) {
      throw RejectedException.malformed(
          "replica " + Long.toUnsignedString(index) + " of " + replicas.size());
    }
    return replicas.get((int) index);
  }

  /** Count of the others, then 8 bytes each. */
  void writeOthers(ByteWriter out) {
    out.varint(replicas.size() - 1);
    for (int i = 1; i < replicas.size(); i++) {
      out.fixed64(replicas.get(i).value());
    }
  }

  static ReplicaDictionary read(ReplicaId own, ByteReader in) {
    int others = in.count(8, "replicas");
    List<ReplicaId> replicas = new ArrayList<>(others + 1);
    replicas.add(own);
    for (int i = 0; i < others; i++) {
      ReplicaId replica = new ReplicaId(in.fixed64());
      boolean ascending = i == 0 || replicas.get(i).compareTo(replica) < 0;
      if (!ascending || replica.equals(own)) {
        throw RejectedException.malformed("a replica dictionary that is not in ascending order");
      }
      replicas.add(replica);
    }
    return new ReplicaDictionary(replicas);
  }
}
