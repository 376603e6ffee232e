package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The comparisons of branches that a drain waits for, so many at a time with each node: each reads
 * its space into memory, here and there. Not thread-safe.
 */
final class BranchChecks {
  static final int AT_ONCE = 100;

  private final Electorate electorate;

  /** By node and request. */
  private final Map<String, Map<Long, BranchCheck>> checks = new TreeMap<>();

  BranchChecks(Electorate electorate) {
    this.electorate = electorate;
  }

  /** Begins to compare what the peer has, unless that is under way or too much is. */
  void check(Copies wanted, Message.Row target, Peer peer, List<Effect> effects, long nowMillis) {
    Map<Long, BranchCheck> ofNode =
        checks.computeIfAbsent(peer.nodeId, node -> new LinkedHashMap<>());
    if (wanted.check(target.space(), peer) == null && ofNode.size() < AT_ONCE) {
      BranchCheck check = new BranchCheck(electorate, wanted, target, peer);
      wanted.check(target.space(), peer, check);
      ofNode.put(check.request, check);
      check.ask(effects, nowMillis);
    }
  }

  /** What asks under that number; null if nothing does. */
  @Nullable BranchCheck asking(long request) {
    for (Map<Long, BranchCheck> ofNode : checks.values()) {
      BranchCheck check = ofNode.get(request);
      if (check != null) {
        return check;
      }
    }
    return null;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    if (!checks.isEmpty()) {
      end(check -> check.goOn(effects, nowMillis));
      checks.values().stream()
          .map(Map::values)
          .flatMap(Collection::stream)
          .filter(check -> check.isDue(nowMillis))
          .forEach(check -> check.ask(effects, nowMillis));
    }
  }

  /** Something of the space has become durable here, or been told. */
  void goOn(String space, List<Effect> effects, long nowMillis) {
    end(check -> check.space.equals(space) && check.goOn(effects, nowMillis));
  }

  /** Another state has taken the place of what was here: it is asked for anew. */
  void replaced(String space) {
    end(check -> check.space.equals(space));
  }

  private void end(Predicate<BranchCheck> over) {
    checks.values().forEach(ofNode -> ofNode.values().removeIf(over));
    checks.values().removeIf(Map::isEmpty);
  }
}
