package dev.hearsay.sim.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows under named columns. Values are texts, numbers and truth values; an empty text stands for
 * what was not measured. Immutable.
 */
public record Table(List<String> columns, List<List<Object>> rows) {
  /** Checks that every row has a value for each column. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Object> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(row + " does not fit the columns " + columns);
      }
    }
  }

  /** Without rows. */
  public static Table of(String... columns) {
    return new Table(List.of(columns), List.of());
  }

  /** With one more row. */
  public Table with(Object... row) {
    List<List<Object>> more = new ArrayList<>(rows);
    more.add(List.of(row));
    return new Table(columns, more);
  }

  /** Each row by the names of its columns, in their order. */
  public List<Map<String, Object>> asMaps() {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (List<Object> row : rows) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        map.put(columns.get(i), row.get(i));
      }
      maps.add(map);
    }
    return maps;
  }

  /** As comma-separated values (RFC 4180), in lines that end as Unix has them. */
  public String csv() {
    StringBuilder out = new StringBuilder();
    csvLine(out, columns);
    rows.forEach(row -> csvLine(out, row));
    return out.toString();
  }

  private static void csvLine(StringBuilder out, List<?> values) {
    for (int i = 0; i < values.size(); i++) {
      String text = values.get(i).toString();
      boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      out.append(i == 0 ? "" : ",").append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
    }
    out.append('\n');
  }

  void html(Markup page) {
    page.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (int i = 0; i < columns.size(); i++) {
      page.element("th", columns.get(i), "scope", "col", "class", isNumber(i) ? "number" : "text");
    }
    page.close().close().open("tbody").line();
    for (List<Object> row : rows) {
      page.open("tr");
      for (Object value : row) {
        page.element(
            "td", Figures.cell(value), "class", value instanceof Number ? "number" : "text");
      }
      page.close().line();
    }
    page.close().close().close().line();
  }

  private boolean isNumber(int column) {
    return !rows.isEmpty() && rows.get(0).get(column) instanceof Number;
  }
}
