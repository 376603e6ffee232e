package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Placement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class VersionedPlacementTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @Provide
  Arbitrary<VersionedPlacement> placements() {
    return Arbitraries.randomValue(
        random -> {
          VersionedPlacement placement = VersionedPlacement.UNSAID;
          for (int i = random.nextInt(4); i > 0; i--) {
            placement = placement.next(any(random));
          }
          return placement;
        });
  }

  private static Placement any(Random random) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String other = NAMES.get(random.nextInt(NAMES.size()));
    return switch (random.nextInt(4)) {
      case 0 -> Placement.everywhere();
      case 1 -> Placement.onRoles(name);
      case 2 -> Placement.onNodes(name, other);
      default -> Placement.onRoles(name, other).and(Placement.onNodes(other));
    };
  }

  @Property
  void joinIsCommutativeAssociativeAndIdempotent(
      @ForAll("placements") VersionedPlacement a,
      @ForAll("placements") VersionedPlacement b,
      @ForAll("placements") VersionedPlacement c) {
    assertEquals(a.join(b), b.join(a));
    assertEquals(a.join(b).join(c), a.join(b.join(c)));
    assertEquals(a, a.join(a));
  }

  @Property
  void theHigherVersionWinsAndOfEqualsNothingIsAllowedThatEitherForbids(
      @ForAll("placements") VersionedPlacement a, @ForAll("placements") VersionedPlacement b) {
    VersionedPlacement joined = a.join(b);
    assertEquals(Math.max(a.version(), b.version()), joined.version());
    for (String name : NAMES) {
      for (String role : NAMES) {
        boolean byA = a.placement().allows(name, Set.of(role));
        boolean byB = b.placement().allows(name, Set.of(role));
        boolean expected =
            a.version() == b.version() ? byA && byB : a.version() > b.version() ? byA : byB;
        assertEquals(expected, joined.placement().allows(name, Set.of(role)));
      }
    }
  }

  @Property
  void whatIsReadFromTheCatalogueIsWhatWasPut(@ForAll("placements") VersionedPlacement placement) {
    assertEquals(placement, VersionedPlacement.ofValue(placement.toValue()));
  }

  @Test
  void aSpaceOfWhichNothingWasSaidIsEnteredAsBefore() {
    assertEquals(Value.of("everywhere"), VersionedPlacement.UNSAID.toValue());
  }

  @Test
  void whatANewerVersionWroteIsNotGuessed() {
    Value version = Value.of(3);
    Value none = Value.of(List.of());
    for (Value value :
        List.of(
            Value.of("on the moon"),
            Value.of(Map.of("version", version)),
            Value.of(Map.of("version", Value.of(0), "conditions", none)),
            Value.of(Map.of("version", version, "conditions", none, "but", none)),
            Value.of(Map.of("version", version, "conditions", Value.of(List.of(none)))),
            Value.of(
                Map.of(
                    "version",
                    version,
                    "conditions",
                    Value.of(List.of(Value.of(Map.of("roles", none, "nodes", none)))))))) {
      assertThrows(RejectedException.class, () -> VersionedPlacement.ofValue(value));
    }
  }

  @Test
  void aNodeIsAllowedByOneOfItsRolesOrItsName() {
    assertTrue(Placement.everywhere().allows("n", Set.of()));
    assertTrue(Placement.onRoles("gpu", "eu").allows("n", Set.of("eu", "x")));
    assertFalse(Placement.onRoles("gpu").allows("gpu", Set.of()));
    assertTrue(Placement.onNodes("n").allows("n", Set.of()));
    assertFalse(Placement.onNodes("n").allows("m", Set.of("n")));
    assertEquals("on roles eu, gpu", Placement.onRoles("gpu", "eu").toString());
  }
}
