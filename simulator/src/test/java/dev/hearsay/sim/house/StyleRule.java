package dev.hearsay.sim.house;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the sources keep to beyond what the compiler and the formatter check. */
enum StyleRule {
  /** A test waits for a condition, or drives virtual time: a sleep is a race that mostly wins. */
  NO_SLEEP_IN_TESTS {
    private final Pattern sleep = Pattern.compile("Thread\\s*\\.\\s*sleep|TimeUnit\\.\\w+\\.sleep");

    @Override
    List<String> violations(List<SourceFile> files) {
      return matches(files.stream().filter(SourceFile::isTest).toList(), sleep);
    }
  },

  /** A small file has one idea. */
  NO_LONG_FILES {
    @Override
    List<String> violations(List<SourceFile> files) {
      return files.stream()
          .filter(f -> f.lines().size() > LINES_MAX)
          .map(f -> f.path() + ": " + f.lines().size() + " lines, more than " + LINES_MAX)
          .toList();
    }
  },

  /** What is left to do is done, or written where others look for it. */
  NO_LOOSE_ENDS {
    // In two halves, so that this file keeps its own rule.
    private final Pattern mark = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    @Override
    List<String> violations(List<SourceFile> files) {
      return matches(files, mark);
    }
  },

  /** A test that does not run is not a test. */
  NO_DISABLED_TESTS {
    private final Pattern disabled = Pattern.compile("@Dis" + "abled(?!On|If)|@Ig" + "nore");

    @Override
    List<String> violations(List<SourceFile> files) {
      return matches(files.stream().filter(SourceFile::isTest).toList(), disabled);
    }
  },

  /** Null is meant only where it is written, in every package; and every package says what for. */
  PACKAGES_ARE_NULL_MARKED {
    @Override
    List<String> violations(List<SourceFile> files) {
      Map<String, Boolean> marked = new LinkedHashMap<>();
      for (SourceFile file : files) {
        if (file.isMain()) {
          boolean marks =
              file.name().equals("package-info.java")
                  && file.lines().stream().anyMatch(line -> line.startsWith("@NullMarked"))
                  && file.lines().get(0).startsWith("/**");
          marked.merge(file.folder(), marks, Boolean::logicalOr);
        }
      }
      return marked.entrySet().stream()
          .filter(e -> !e.getValue())
          .map(e -> e.getKey() + ": no package-info.java with Javadoc and @NullMarked")
          .toList();
    }
  };

  static final int LINES_MAX = 450;

  /** The violations among all files of the project, each beginning with its path. */
  abstract List<String> violations(List<SourceFile> files);

  private static List<String> matches(List<SourceFile> files, Pattern pattern) {
    List<String> found = new ArrayList<>();
    for (SourceFile file : files) {
      for (int i = 0; i < file.lines().size(); i++) {
        if (pattern.matcher(file.lines().get(i)).find()) {
          found.add(file.path() + ":" + (i + 1) + ": " + file.lines().get(i).strip());
        }
      }
    }
    return found;
  }
}
