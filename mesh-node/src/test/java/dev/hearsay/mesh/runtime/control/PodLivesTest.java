package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Pods without disks come and go for three days, each under an id and an address of its own, beside
 * a node that stays. Whoever is gone is forgotten, and whoever stays is not. In virtual time.
 */
class PodLivesTest {
  private static final int PODS = 5_000;
  private static final long LIFE_MILLIS = 60_000;
  private static final long HALF_HOUR = 1_800_000;
  private static final long DAY = 86_400_000;
  private static final HostPort SELF = new HostPort("127.0.0.2", 7401);
  private static final ControlAddress CONTROL = new ControlAddress(new HostPort("127.0.0.2", 1), 2);
  private static final NodeIdentity IDENTITY =
      new NodeIdentity("id-b", "b", 22, SELF, Set.of(), "1", Names.MESH_DEFAULT);

  private final Map<Integer, NodeDirectory> parts = new HashMap<>();
  private final Map<HostPort, Integer> timesTold = new HashMap<>();
  private long now = 1_000_000;
  private long revision;
  private Formation node = formation();

  @Test
  void nodesThatCameAndWentAreForgotten() {
    node.onControl(now, CONTROL);
    put(own());
    int mostKnown = 0;
    for (int i = 0; i < PODS; i++) {
      live(i);
      node.takeNews().forEach(address -> timesTold.merge(address, 1, Integer::sum));
      mostKnown = Math.max(mostKnown, node.known().size());
      assertTrue(
          part(IDENTITY.nodeId()).containsKey(IDENTITY.nodeId()), "its own row gave way for good");
    }
    assertEquals(PODS, timesTold.size(), "each is met");
    assertTrue(timesTold.values().stream().allMatch(times -> times == 1), "and nobody twice");
    assertTrue(mostKnown <= 1 + HALF_HOUR / LIFE_MILLIS, mostKnown + " addresses at once");
    int rows = parts.values().stream().mapToInt(part -> part.rows().size()).sum();
    assertTrue(rows <= Limits.PARTS * Limits.ROWS_MAX, rows + " rows");
  }

  /** Of all the rows that it finds, it tries a few at a time, and in the end each. */
  @Test
  void aNodeThatStartsAmongTheRowsOfTheDeadDoesNotKnockAtThemAll() {
    for (int i = 0; i < PODS; i++) {
      put(pod(i));
      now += LIFE_MILLIS;
    }
    node = formation();
    node.onControl(now, CONTROL);
    int rows = parts.values().stream().mapToInt(part -> part.rows().size()).sum();
    for (long end = now + 2 * DAY; now < end; now += HALF_HOUR + 1_000) {
      parts.values().forEach(part -> node.onRows(now, part.rows().values()));
      assertTrue(node.known().size() <= Acquaintances.HEARSAY_MAX);
      node.takeNews().forEach(address -> timesTold.merge(address, 1, Integer::sum));
      node.onTick(now + HALF_HOUR + 1);
    }
    assertEquals(rows, timesTold.size());
    assertTrue(timesTold.values().stream().allMatch(times -> times == 1));
  }

  /**
   * A pod is in the cluster for a while, and the rows of its part are read by the node that stays.
   */
  private void live(int number) {
    NodeRow pod = pod(number);
    ControlAddress control = pod.control();
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>(Map.of(CONTROL, true));
    if (control != null) {
      members.put(control, true);
    }
    node.onView(now, new ClusterView(CONTROL, members, true));
    put(pod);
    node.onRows(now, part(pod.nodeId()).values());
    if (node.isMissing(now, part(IDENTITY.nodeId()))) {
      put(own());
    }
    now += LIFE_MILLIS;
    node.onTick(now);
  }

  private void put(NodeRow row) {
    parts.merge(
        NodeDirectory.part(row.nodeId()),
        NodeDirectory.EMPTY.with(row).resetDelta(),
        NodeDirectory::mergeData);
  }

  private Map<String, NodeRow> part(String nodeId) {
    return parts.get(NodeDirectory.part(nodeId)).rows();
  }

  private Formation formation() {
    return new Formation(IDENTITY, now, new Patience(7 * DAY, HALF_HOUR, 7 * DAY));
  }

  private NodeRow own() {
    return row(IDENTITY.nodeId(), 22, node.generation(), SELF, CONTROL);
  }

  private NodeRow pod(int number) {
    HostPort host = new HostPort("10." + number / 62_500 + "." + number / 250 + "." + number, 7401);
    String id = UUID.nameUUIDFromBytes(new byte[] {(byte) (number >> 8), (byte) number}).toString();
    return row(id, 1_000 + number, now, host, new ControlAddress(host, number));
  }

  private NodeRow row(
      String id, long incarnation, long generation, HostPort data, ControlAddress control) {
    return new NodeRow(
        id, id, incarnation, generation, 1, ++revision, data, control, Set.of(), "1", 0, 0);
  }
}
