package dev.hearsay.sim.house;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hearsay.sim.house.Arrows.Arrow;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of docs/architecture.md: who may depend on whom. */
class ArchitectureTest {
  private static final String PLANTED = "dev.hearsay.sim.house.planted";

  private static final JavaClasses REAL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.hearsay");

  private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(PLANTED);

  static List<Arrow> arrows() {
    return new Arrows("dev.hearsay").all();
  }

  static List<Arrow> arrowsAroundViolations() {
    return new Arrows(PLANTED).all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("arrows")
  void theSourcesKeepTheArrow(Arrow arrow) {
    arrow.rule().check(REAL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("arrowsAroundViolations")
  void aPlantedViolationIsFound(Arrow arrow) {
    assertTrue(
        arrow.rule().evaluate(VIOLATIONS).hasViolation(),
        () -> "no planted class violates: " + arrow);
  }

  @Test
  void noArrowHoldsForWantOfClasses() {
    assertAll(
        Arrows.PACKAGES.stream()
            .map(
                name ->
                    () ->
                        assertTrue(
                            REAL.stream().anyMatch(isIn("dev.hearsay." + name)),
                            () -> "nothing was read from dev.hearsay." + name)));
  }

  private static Predicate<JavaClass> isIn(String name) {
    return c -> (c.getPackageName() + ".").startsWith(name + ".");
  }

  @Test
  void plantedClassesAreNotTakenForTheSources() {
    assertFalse(REAL.stream().anyMatch(c -> c.getPackageName().startsWith(PLANTED)));
  }
}
