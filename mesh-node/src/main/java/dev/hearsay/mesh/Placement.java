package dev.hearsay.mesh;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * On which nodes a space may live. Everywhere, unless it was said otherwise; else on the nodes that
 * meet every condition. Immutable.
 *
 * @since 0.1.0
 */
public final class Placement {
  /** Most roles or names in one condition. */
  public static final int NAMES_MAX = 1_000;

  private static final Placement EVERYWHERE = new Placement(List.of());

  /**
   * Met by a node that has one of the roles or bears one of the names.
   *
   * @param roles in ascending order
   * @param nodes names of nodes, in ascending order
   */
  public record Condition(SortedSet<String> roles, SortedSet<String> nodes)
      implements Comparable<Condition> {
    public Condition {
      roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
      nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
      if (roles.isEmpty() && nodes.isEmpty()) {
        throw new HearsayException(
            ErrorCode.INVALID_CONFIGURATION,
            "a placement names no node and no role: name one, or use Placement.everywhere()");
      }
      if (roles.size() + nodes.size() > NAMES_MAX) {
        throw new HearsayException(
            ErrorCode.LIMIT_EXCEEDED,
            "a placement names "
                + (roles.size() + nodes.size())
                + " nodes and roles; the limit is "
                + NAMES_MAX);
      }
      roles.forEach(role -> Names.check("role", role));
      nodes.forEach(node -> Names.check("node", node));
    }

    boolean isMetBy(String node, Collection<String> rolesOfNode) {
      return nodes.contains(node) || !Collections.disjoint(roles, rolesOfNode);
    }

    @Override
    public int compareTo(Condition other) {
      int byRoles = Arrays.compare(texts(roles), texts(other.roles));
      return byRoles != 0 ? byRoles : Arrays.compare(texts(nodes), texts(other.nodes));
    }

    private static String[] texts(SortedSet<String> names) {
      return names.toArray(new String[0]);
    }

    @Override
    public String toString() {
      String onRoles = roles.isEmpty() ? "" : "roles " + String.join(", ", roles);
      String onNodes = nodes.isEmpty() ? "" : "nodes " + String.join(", ", nodes);
      return onRoles + (onRoles.isEmpty() || onNodes.isEmpty() ? "" : " or ") + onNodes;
    }
  }

  private final List<Condition> conditions;
  private final int hash;

  private Placement(List<Condition> conditions) {
    this.conditions = conditions;
    this.hash = conditions.hashCode();
  }

  /** On every node. */
  public static Placement everywhere() {
    return EVERYWHERE;
  }

  /**
   * On the nodes that have at least one of these roles.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}, {@link
   *     ErrorCode#INVALID_CONFIGURATION} if there is none
   */
  public static Placement onRoles(String... roles) {
    return of(List.of(new Condition(new TreeSet<>(Arrays.asList(roles)), new TreeSet<>())));
  }

  /**
   * On the nodes of these names.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}, {@link
   *     ErrorCode#INVALID_CONFIGURATION} if there is none
   */
  public static Placement onNodes(String... nodes) {
    return of(List.of(new Condition(new TreeSet<>(), new TreeSet<>(Arrays.asList(nodes)))));
  }

  /** On the nodes that meet all of these; of none, everywhere. */
  public static Placement of(Collection<Condition> conditions) {
    return conditions.isEmpty()
        ? EVERYWHERE
        : new Placement(List.copyOf(new TreeSet<>(conditions)));
  }

  /** Only where both allow it: commutative, associative and idempotent. */
  public Placement and(Placement other) {
    Set<Condition> both = new TreeSet<>(conditions);
    both.addAll(other.conditions);
    return of(both);
  }

  /** All of which a node must meet; none if the space may live everywhere. */
  public List<Condition> conditions() {
    return conditions;
  }

  public boolean isEverywhere() {
    return conditions.isEmpty();
  }

  /** Whether a node of that name with those roles may hold the space. */
  public boolean allows(String node, Collection<String> roles) {
    for (Condition condition : conditions) {
      if (!condition.isMetBy(node, roles)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Placement that
        && hash == that.hash
        && conditions.equals(that.conditions);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return isEverywhere()
        ? "everywhere"
        : "on "
            + conditions.stream().map(Condition::toString).collect(Collectors.joining("; and on "));
  }
}
