package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real nodes that were configured apart, with spaces on both sides. */
class MeshesThatMeetTest extends WithNodes {
  private static final Duration WAIT_MAX = Duration.ofSeconds(10);
  private static final String SHARED = "shared";

  private final int d = TestNodes.freePort();
  private final int e = TestNodes.freePort();

  /** Each writes to the space that all have, and to one that only its mesh knows. */
  private static void write(MeshNode node, String own) {
    for (String name : List.of(SHARED, own)) {
      Space space = node.agent(node.name()).space(name);
      space.orSet("by", String.class).add(node.name());
      space.pnCounter("n").increment();
    }
  }

  private static void assertHasAll(MeshNode node, String name, String... writers) {
    Set<String> expected = new TreeSet<>(List.of(writers));
    Space space = space(node, name);
    Await.until(
        node.name() + " has what " + expected + " wrote to " + name,
        () -> by(space).equals(expected) && space.pnCounter("n").value() == writers.length);
  }

  private static Set<String> by(Space space) {
    return space.orSet("by", String.class).values().stream()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void awaitMembers(MeshNode... all) {
    for (MeshNode node : all) {
      Set<String> others =
          Arrays.stream(all)
              .map(MeshNode::name)
              .filter(name -> !name.equals(node.name()))
              .collect(Collectors.toCollection(TreeSet::new));
      Await.until(node.name() + " has the members " + others, () -> members(node).equals(others));
    }
  }

  private static Set<String> members(MeshNode node) {
    return node.peers().stream()
        .filter(peer -> peer.member())
        .map(peer -> peer.name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void meshesThatFormedApartExchangeAndBecomeOneAsSoonAsANodeKnowsBoth() {
    MeshNode first = nodes.start("a", a, b);
    MeshNode second = nodes.start("b", b, a);
    MeshNode third = nodes.start("c", c, d);
    MeshNode fourth = nodes.start("d", d, c);
    for (MeshNode node : List.of(first, second)) {
      write(node, "west");
    }
    for (MeshNode node : List.of(third, fourth)) {
      write(node, "east");
    }
    assertHasAll(first, SHARED, "a", "b");
    assertHasAll(fourth, SHARED, "c", "d");
    awaitMembers(first, second);
    awaitMembers(third, fourth);
    assertTrue(!first.spaces().contains("east") && !third.spaces().contains("west"));
    List<String> identities = ids(first, second, third, fourth);

    MeshNode both = nodes.start("e", e, a, c);
    long metNanos = System.nanoTime();
    for (MeshNode node : List.of(first, second, third, fourth, both)) {
      assertHasAll(node, SHARED, "a", "b", "c", "d");
      assertHasAll(node, "west", "a", "b");
      assertHasAll(node, "east", "c", "d");
    }
    Duration took = Duration.ofNanos(System.nanoTime() - metNanos);
    assertTrue(took.compareTo(WAIT_MAX) < 0, "all data is everywhere after " + took);
    awaitMembers(first, second, third, fourth, both);
    // What was made of the two goes on by itself, and nobody was started again for it.
    both.close();
    first.agent("a").space("west").orSet("by", String.class).add("later");
    assertHasLater(fourth);
    assertEquals(identities, ids(first, second, third, fourth));
  }

  private static void assertHasLater(MeshNode node) {
    Space west = space(node, "west");
    Await.until(node.name() + " hears of it directly", () -> by(west).contains("later"));
  }

  private static List<String> ids(MeshNode... all) {
    return Arrays.stream(all).map(MeshNode::id).toList();
  }

  /** Whichever of the configured three is not there. */
  @ParameterizedTest
  @CsvSource({"a,b", "a,c", "b,c"})
  void anyTwoOfThreeWorkAsAMesh(String one, String two) {
    MeshNode first = nodes.start(one, port(one), a, b, c);
    MeshNode second = nodes.start(two, port(two), a, b, c);
    write(first, "of " + one);
    write(second, "of " + two);
    for (MeshNode node : List.of(first, second)) {
      assertHasAll(node, SHARED, one, two);
      assertHasAll(node, "of " + one, one);
      assertHasAll(node, "of " + two, two);
    }
    awaitMembers(first, second);
  }

  private int port(String name) {
    return name.equals("a") ? a : name.equals("b") ? b : c;
  }
}
