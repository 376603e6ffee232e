package dev.hearsay.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages point at what exists: every relative link, and every test that guarantees.md names. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#\\s]+)");
  private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+Test)`");
  private static final Pattern TEST_METHOD = Pattern.compile("`([a-z]\\w*[A-Z]\\w+)`");

  @Test
  void everyRelativeLinkLeadsToAFile() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> pages = pages();
    for (Path page : pages) {
      broken.addAll(brokenLinks(page, Files.readString(page)));
    }
    assertTrue(pages.size() > 3, () -> "only " + pages + " were read");
    assertEquals(List.of(), broken);
  }

  @Test
  void everyTestThatHoldsAPromiseExists() throws IOException {
    String guarantees = Files.readString(ProjectRoot.find().resolve("docs/guarantees.md"));
    List<SourceFile> tests =
        SourceFile.allUnder(ProjectRoot.find()).stream().filter(SourceFile::isTest).toList();
    String source =
        tests.stream().flatMap(file -> file.lines().stream()).collect(Collectors.joining("\n"));
    assertEquals(List.of(), missing(heldBy(guarantees), source));
  }

  @Test
  void aBrokenLinkIsFound() throws IOException {
    Path page = ProjectRoot.find().resolve("README.md");
    assertEquals(
        List.of("README.md: docs/no-such-page.md"),
        brokenLinks(page, "[a](docs/glossary.md#who) [b](docs/no-such-page.md) [c](https://x.y)"));
  }

  @Test
  void aPromiseWithoutATestIsFound() {
    String table = "| a promise of `someThing` | `NoSuchTest` `aNameThatIsNotThere` |\n";
    assertEquals(
        List.of("class NoSuchTest", "aNameThatIsNotThere("), missing(heldBy(table), "class A {}"));
  }

  private static List<Path> pages() throws IOException {
    Path root = ProjectRoot.find();
    List<Path> pages = new ArrayList<>();
    for (Path folder : List.of(root, root.resolve("docs"), root.resolve(".github"))) {
      try (Stream<Path> files = Files.list(folder)) {
        pages.addAll(files.filter(f -> f.toString().endsWith(".md")).sorted().toList());
      }
    }
    return pages;
  }

  private static List<String> brokenLinks(Path page, String markdown) {
    return LINK.matcher(markdown)
        .results()
        .map(link -> link.group(1))
        .filter(target -> !Files.exists(page.resolveSibling(target)))
        .map(target -> page.getFileName() + ": " + target)
        .toList();
  }

  /** The last column of every table row. */
  private static String heldBy(String markdown) {
    return markdown
        .lines()
        .filter(line -> line.startsWith("|") && line.stripTrailing().endsWith("|"))
        .map(line -> line.substring(line.lastIndexOf('|', line.stripTrailing().length() - 2)))
        .collect(Collectors.joining("\n"));
  }

  private static List<String> missing(String heldBy, String source) {
    List<String> wanted = new ArrayList<>();
    for (Matcher m = TEST_CLASS.matcher(heldBy); m.find(); ) {
      wanted.add("class " + m.group(1));
    }
    for (Matcher m = TEST_METHOD.matcher(heldBy); m.find(); ) {
      wanted.add(m.group(1) + "(");
    }
    return wanted.stream().filter(name -> !source.contains(name)).toList();
  }
}
