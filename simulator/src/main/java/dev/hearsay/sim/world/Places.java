package dev.hearsay.sim.world;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.FieldView;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.gossip.VoterRecords;
import dev.hearsay.mesh.space.VersionedPlacement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the spaces of a world may live, as its catalogue durably says anywhere. In a world without
 * restricted spaces all live everywhere, and nodes have no say in it.
 */
final class Places {
  private static final FieldKey SPACES =
      new FieldKey(Names.RESERVED_PREFIX + "spaces", FieldType.OR_MAP);
  private static final String PLACEMENT = "placement";
  private static final List<Set<String>> ROLES = List.of(Set.of("a"), Set.of("b"), Set.of());

  private final Set<String> restricted = new TreeSet<>();
  private final Map<String, VersionedPlacement> newest = new TreeMap<>();
  private final Map<String, Set<Placement>> ever = new HashMap<>();

  /** The space lives on some nodes only. */
  void restrict(String space) {
    restricted.add(space);
  }

  Set<String> restricted() {
    return restricted;
  }

  boolean isRestricted(String space) {
    return restricted.contains(space);
  }

  boolean any() {
    return !restricted.isEmpty();
  }

  /** Roles of the node: {@code a} and {@code b} in turns, and every third has none. */
  private static Set<String> rolesOf(int node) {
    return ROLES.get(node % ROLES.size());
  }

  /** What the node says of itself; null where nobody is asked. */
  @Nullable Set<String> roles(int node) {
    return any() ? rolesOf(node) : null;
  }

  static boolean allows(Placement placement, VirtualNode node) {
    return placement.allows(node.name(), rolesOf(node.index()));
  }

  /** On nodes of these names; or on all that have a role of the first, if it has one. */
  static Placement on(List<VirtualNode> nodes, boolean byRole) {
    Set<String> roles = rolesOf(nodes.get(0).index());
    return byRole && !roles.isEmpty()
        ? Placement.onRoles(roles.toArray(String[]::new))
        : Placement.onNodes(nodes.stream().map(VirtualNode::name).toArray(String[]::new));
  }

  /** A node durably knows that. */
  void heard(String space, VersionedPlacement placement) {
    newest.merge(space, placement, VersionedPlacement::join);
    ever.computeIfAbsent(space, name -> new HashSet<>()).add(placement.placement());
  }

  /** What all nodes come to know. */
  VersionedPlacement newest(String space) {
    return newest.getOrDefault(space, VersionedPlacement.UNSAID);
  }

  /** Whether the node is to hold the space in the end. */
  boolean belongs(String space, VirtualNode node) {
    return !isRestricted(space) || allows(newest(space).placement(), node);
  }

  /** Whether any node ever knew the node for one that may hold the space. */
  boolean wasEverAllowed(String space, VirtualNode node) {
    return !isRestricted(space)
        || ever.getOrDefault(space, Set.of()).stream().anyMatch(each -> allows(each, node));
  }

  /** Whether nobody who belongs to the mesh may hold the space. */
  boolean isHomeless(String space, List<VirtualNode> nodes) {
    return nodes.stream().noneMatch(node -> node.isMember() && belongs(space, node));
  }

  /** Enters all spaces in the catalogue; the restricted ones live on the first nodes, at first. */
  void enter(Draft books, World world, List<String> voters) {
    List<VirtualNode> first = world.nodes().subList(0, Math.min(2, world.nodes().size()));
    for (String space : world.spaces()) {
      if (isRestricted(space)) {
        write(books, space, VersionedPlacement.UNSAID.next(on(first, /* byRole= */ false)));
      } else {
        VoterRecords.name(books, space, voters, /* named= */ true);
        if (any()) {
          write(books, space, VersionedPlacement.UNSAID);
        }
      }
    }
  }

  /** Moves the space, as far as this catalogue knows where it is. */
  static void move(Draft books, String space, Placement placement) {
    write(books, space, in(books.field(SPACES), space).next(placement));
  }

  /** Moves it, whatever others say at the same time. */
  void settle(Draft books, String space, Placement placement) {
    write(books, space, newest(space).next(placement));
  }

  private static void write(Draft books, String space, VersionedPlacement placement) {
    OrMap.put(books.field(SPACES), space, Value.of(Map.of(PLACEMENT, placement.toValue())));
  }

  /** All that a catalogue says. */
  static Map<String, VersionedPlacement> in(SpaceState books) {
    FieldView entries = books.field(SPACES);
    Map<String, VersionedPlacement> placements = new TreeMap<>();
    List<String> names = new ArrayList<>();
    OrMap.forEach(entries, (space, entry) -> names.add(space));
    names.forEach(space -> placements.put(space, in(entries, space)));
    return placements;
  }

  /** Of concurrent changes all count. */
  private static VersionedPlacement in(FieldView entries, String space) {
    VersionedPlacement joined = VersionedPlacement.UNSAID;
    for (Atom put : OrMap.siblings(entries, space)) {
      Value said = ((Value.Mapping) put.payload()).entries().get(PLACEMENT);
      joined = joined.join(VersionedPlacement.ofValue(said));
    }
    return joined;
  }
}
