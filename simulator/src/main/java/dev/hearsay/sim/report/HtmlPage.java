package dev.hearsay.sim.report;

import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Origin;
import dev.hearsay.sim.report.Report.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A report as a page that loads nothing: style and plots are inside, there are no scripts, and the
 * page's own policy forbids browsers to fetch anything. Well-formed as XML.
 */
final class HtmlPage {
  private static final String STYLE = "report.css";

  private final Report report;
  private final Origin origin;
  private final Markup page = new Markup();

  HtmlPage(Report report, Origin origin) {
    this.report = report;
    this.origin = origin;
  }

  String text() {
    page.open("html", "lang", "en").line().open("head").line();
    page.empty("meta", "charset", "utf-8").line();
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    page.empty("meta", "name", "color-scheme", "content", "light dark").line();
    page.empty(
            "meta",
            "http-equiv",
            "Content-Security-Policy",
            "content",
            "default-src 'none'; style-src 'unsafe-inline'")
        .line();
    page.element("title", "Hearsay: " + report.name()).line();
    page.element("style", style()).line();
    page.close().line().open("body").line();
    page.element("p", "Hearsay · experiment " + report.name(), "class", "kicker").line();
    page.element("h1", report.title()).line();
    report.lead().forEach(paragraph -> page.element("p", paragraph).line());
    checks();
    report.sections().forEach(this::section);
    origin();
    page.close().line().close().line();
    return "<!DOCTYPE html>\n" + page.complete();
  }

  private static String style() {
    try (InputStream in = HtmlPage.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException(STYLE + " is missing from the program");
      }
      String style = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      // Of a style, HTML resolves no escapes, and XML does.
      if (style.chars().anyMatch(c -> "<>&\"".indexOf(c) >= 0)) {
        throw new IllegalStateException(STYLE + " holds what HTML and XML read differently");
      }
      return style;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void checks() {
    if (report.checks().isEmpty()) {
      return;
    }
    page.element("h2", "What must hold, and goals").line().open("ul", "class", "checks").line();
    for (Check check : report.checks()) {
      page.open("li", "class", check.held() ? "held" : "broken");
      page.element("strong", check.verdict());
      page.text(" " + check.promise()).element("span", check.found()).close().line();
    }
    page.close().line();
  }

  private void section(Section section) {
    page.open("section").line().element("h2", section.title()).line();
    if (!section.text().isEmpty()) {
      page.element("p", section.text()).line();
    }
    section.plot().ifPresent(plot -> page.open("figure").line().add(plot.svg()).close().line());
    section.table().html(page);
    page.close().line();
  }

  private void origin() {
    page.element("h2", "How this was made").line().open("dl").line();
    said("command", origin.command());
    said("seed", Long.toString(origin.seed()));
    said("machine", origin.machine());
    said("commit", origin.commit());
    said("time", origin.time());
    page.close().line();
    page.element("p", "All rows are in " + report.name() + ".csv beside this page.").line();
  }

  private void said(String name, String what) {
    page.element("dt", name).element("dd", what).line();
  }
}
