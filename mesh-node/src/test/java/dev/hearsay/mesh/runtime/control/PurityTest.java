package dev.hearsay.mesh.runtime.control;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class PurityTest {
  /** {@link Formation} and all that it reaches. */
  private static final Class<?>[] PURE = {
    Formation.class,
    Acquaintances.class,
    Patience.class,
    Peers.class,
    Peer.class,
    JoinAttempt.class,
    Shunned.class,
    ReplacementPause.class,
    ControlHistory.class,
    ClusterRank.class,
    ClusterView.class,
    ControlAddress.class,
    DirectoryCodec.class,
    Effect.class,
    FrameReader.class,
    FrameWriter.class,
    Hello.class,
    Limits.class,
    MalformedFrameException.class,
    NodeIdentity.class,
    NodeLoad.class,
    NodeRow.class,
    ProbePace.class
  };

  private final JavaClasses all =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.hearsay.mesh.runtime.control");

  @Test
  void formationReachesNothingButItself() {
    ArchRule rule =
        noClasses()
            .that(belongToAnyOf(PURE))
            .should()
            .dependOnClassesThat(
                not(belongToAnyOf(PURE))
                    .and(not(describe("arrays", JavaClass::isArray)))
                    .and(
                        not(
                            resideInAnyPackage(
                                "java.lang..",
                                "java.util",
                                "java.util.function",
                                "java.util.stream",
                                "java.io",
                                "java.nio..",
                                "dev.hearsay.mesh",
                                "org.jspecify.."))));
    rule.check(all);
  }

  @Test
  void formationReadsNoClock() {
    noClasses()
        .that(belongToAnyOf(PURE))
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(all);
  }
}
