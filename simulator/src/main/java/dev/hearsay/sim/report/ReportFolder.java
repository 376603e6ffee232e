package dev.hearsay.sim.report;

import dev.hearsay.sim.report.Report.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where reports go. */
public final class ReportFolder {
  private final Path folder;

  private ReportFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder unless it is there, and writes to it once, so that whoever measures for an
   * hour knows beforehand that there is a place for what comes of it.
   *
   * @throws IOException if that fails
   */
  public static ReportFolder claim(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    Path probe = Files.createTempFile(folder, "probe", ".tmp");
    Files.writeString(probe, "room");
    Files.delete(probe);
    return new ReportFolder(folder);
  }

  /** Writes {@code name.html} and {@code name.csv}, over those of an earlier run; the page. */
  public Path write(Report report, Origin origin) throws IOException {
    replace(folder.resolve(report.name() + ".csv"), report.rows().csv());
    return replace(folder.resolve(report.name() + ".html"), new HtmlPage(report, origin).text());
  }

  private Path replace(Path file, String text) throws IOException {
    Path next = folder.resolve(file.getFileName() + ".new");
    try {
      Files.writeString(next, text);
      return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
