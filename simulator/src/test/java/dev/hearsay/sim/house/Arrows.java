package dev.hearsay.sim.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Who may depend on whom, under a root package: {@code dev.hearsay} for the real thing, another one
 * for the planted violations that show each rule can fail.
 */
final class Arrows {
  static final List<String> PACKAGES =
      List.of(
          "crdt",
          "persistence",
          "mesh",
          "mesh.space",
          "mesh.gossip",
          "mesh.wire",
          "mesh.runtime",
          "sim");

  /** Neither clock, nor thread, nor socket, nor actor: what runs here runs in the simulator. */
  static final List<String> PURE = List.of("crdt", "mesh.space", "mesh.gossip", "mesh.wire");

  /** An exception alone reads nothing: parsers declare it for strings too. */
  private static final Pattern OUTSIDE_WORLD =
      Pattern.compile(
          "org\\.apache\\.pekko\\..*|scala\\..*|java\\.io\\.(?!IOException$).*|java\\.net\\..*"
              + "|java\\.nio\\.(channels|file)\\..*");

  private static final Pattern THREADS =
      Pattern.compile(
          "java\\.util\\.Timer(|Task)"
              + "|java\\.util\\.concurrent\\.(locks\\..*|.*Executor.*|ForkJoin.*|CompletableFuture"
              + "|CountDownLatch|Semaphore)");
  private static final Pattern HIDDEN_CHANCE =
      Pattern.compile(
          "java\\.util\\.Random|java\\.util\\.concurrent\\.ThreadLocalRandom"
              + "|java\\.security\\.SecureRandom");
  private static final Pattern CLOCKS =
      Pattern.compile("java\\.time\\.(Instant|Clock|Local.*|Zoned.*|Offset.*)");

  private final String root;

  Arrows(String root) {
    this.root = root;
  }

  /** One rule, with the name that the planted violation of it is looked up by. */
  record Arrow(String name, ArchRule rule) {
    @Override
    public String toString() {
      return name;
    }
  }

  List<Arrow> all() {
    List<Arrow> arrows = new ArrayList<>();
    for (String pure : PURE) {
      String within = pure + "..";
      arrows.add(
          arrow(
              pure + " does no input or output",
              in(within).should().dependOnClassesThat(named("the outside world", OUTSIDE_WORLD))));
      arrows.add(
          arrow(
              pure + " has no threads",
              in(within)
                  .should()
                  .dependOnClassesThat(named("threads", THREADS))
                  .orShould()
                  .callCodeUnitWhere(startsOrHoldsUpAThread())));
      arrows.add(
          arrow(
              pure + " takes time as an argument",
              in(within).should().callMethodWhere(readsAClock())));
      arrows.add(
          arrow(
              pure + " takes randomness as an argument",
              in(within)
                  .should()
                  .dependOnClassesThat(named("a source of chance", HIDDEN_CHANCE))
                  .orShould()
                  .callMethodWhere(drawsFromTheSystem())));
    }
    arrows.add(sees("crdt..", "persistence..", "mesh..", "sim.."));
    arrows.add(sees("persistence..", "crdt..", "mesh..", "sim.."));
    arrows.add(sees("mesh", "mesh.runtime.."));
    for (String pure : List.of("mesh.space..", "mesh.gossip..", "mesh.wire..")) {
      arrows.add(sees(pure, "mesh.runtime..", "persistence.."));
    }
    arrows.add(sees("mesh..", "sim.."));
    arrows.add(
        arrow(
            "only mesh.runtime imports Pekko",
            in("mesh..")
                .and()
                .resideOutsideOfPackage(root + ".mesh.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.pekko..", "scala..")));
    arrows.add(arrow("no cycles", slices().matching(root + ".(**)").should().beFreeOfCycles()));
    return List.copyOf(arrows);
  }

  private Arrow sees(String from, String... to) {
    String[] forbidden = new String[to.length];
    for (int i = 0; i < to.length; i++) {
      forbidden[i] = root + "." + to[i];
    }
    return arrow(
        from + " does not see " + String.join(", ", to),
        in(from).should().dependOnClassesThat().resideInAnyPackage(forbidden));
  }

  private GivenClassesConjunction in(String subPackage) {
    return noClasses().that().resideInAPackage(root + "." + subPackage);
  }

  private static Arrow arrow(String name, ArchRule rule) {
    return new Arrow(name, rule.as(name).allowEmptyShould(false));
  }

  private static DescribedPredicate<JavaClass> named(String description, Pattern fullName) {
    return describe(description, c -> fullName.matcher(c.getName()).matches());
  }

  /** To ask which thread it is on is no more than to compare two values. */
  private static DescribedPredicate<JavaCall<?>> startsOrHoldsUpAThread() {
    DescribedPredicate<JavaCall<?>> thread =
        target(owner(nameMatching("java\\.lang\\.Thread")))
            .and(not(target(nameMatching("currentThread"))))
            .forSubtype();
    return thread.as("starts or holds up a thread");
  }

  private static DescribedPredicate<JavaCall<?>> readsAClock() {
    DescribedPredicate<JavaCall<?>> system =
        target(owner(nameMatching("java\\.lang\\.System")))
            .and(target(nameMatching("currentTimeMillis|nanoTime")))
            .forSubtype();
    DescribedPredicate<JavaCall<?>> time =
        target(owner(nameMatching(CLOCKS.pattern())))
            .and(target(nameMatching("now|system.*|tick.*")))
            .forSubtype();
    return system.or(time).as("reads a clock");
  }

  private static DescribedPredicate<JavaCall<?>> drawsFromTheSystem() {
    DescribedPredicate<JavaCall<?>> random =
        target(owner(nameMatching("java\\.lang\\.Math|java\\.util\\.UUID")))
            .and(target(nameMatching("random|randomUUID")))
            .forSubtype();
    return random.as("draws a random number from the system");
  }
}
