package dev.hearsay.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sources keep the house's style, and a sample that does not is found out. */
class StyleTest {
  private static final String MAIN = "module/src/main/java/p/A.java";
  private static final String TEST = "module/src/test/java/p/ATest.java";
  private static final String PACKAGE = "module/src/main/java/p/package-info.java";

  // Written so that this file itself keeps the rules.
  private static final Map<StyleRule, SourceFile> PLANTED =
      Map.of(
          StyleRule.NO_SLEEP_IN_TESTS,
          new SourceFile(TEST, List.of("class ATest {", "  Thread" + ".sleep(100);")),
          StyleRule.NO_LONG_FILES,
          new SourceFile(TEST, Collections.nCopies(StyleRule.LINES_MAX + 1, "")),
          StyleRule.NO_LOOSE_ENDS,
          new SourceFile(MAIN, List.of("// TO" + "DO: close the file")),
          StyleRule.NO_DISABLED_TESTS,
          new SourceFile(TEST, List.of("@Dis" + "abled(\"flaky\")")),
          StyleRule.PACKAGES_ARE_NULL_MARKED,
          new SourceFile(PACKAGE, List.of("/** A package. */", "package p;")));

  private static final List<SourceFile> CLEAN =
      List.of(
          new SourceFile(MAIN, List.of("final class A {}")),
          new SourceFile(TEST, List.of("class ATest {}")),
          new SourceFile(PACKAGE, List.of("/** A package. */", "@NullMarked", "package p;")));

  @ParameterizedTest(name = "{0}")
  @EnumSource(StyleRule.class)
  void theSourcesKeepTheRule(StyleRule rule) throws IOException {
    List<String> violations = rule.violations(SourceFile.allUnder(ProjectRoot.find()));
    assertTrue(violations.isEmpty(), () -> "\n" + String.join("\n", violations));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(StyleRule.class)
  void aPlantedViolationIsFound(StyleRule rule) {
    SourceFile planted = PLANTED.get(rule);
    assertEquals(1, rule.violations(List.of(planted)).size(), () -> rule + " missed " + planted);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(StyleRule.class)
  void cleanSourcesPass(StyleRule rule) {
    assertEquals(List.of(), rule.violations(CLEAN));
  }

  @Test
  void everyModuleIsRead() throws IOException {
    List<SourceFile> files = SourceFile.allUnder(ProjectRoot.find());
    for (String module : List.of("crdt-types", "persistence", "mesh-node", "simulator")) {
      for (String kind : List.of("main", "test")) {
        assertTrue(
            files.stream().anyMatch(f -> f.path().startsWith(module + "/src/" + kind + "/")),
            () -> "nothing was read from " + module + "/src/" + kind);
      }
    }
  }
}
