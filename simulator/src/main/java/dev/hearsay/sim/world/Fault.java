package dev.hearsay.sim.world;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One thing that goes wrong.
 *
 * @param atNanos when, since the load began
 * @param nodes to whom; empty where it is about all
 * @param forNanos how long; 0 where that means nothing
 * @param amount how much, in the unit of the kind; 0 where that means nothing
 */
public record Fault(
    long atNanos, FaultKind kind, List<Integer> nodes, long forNanos, double amount) {
  private static final double SECOND = 1e9;
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  public Fault {
    nodes = List.copyOf(nodes);
    if (atNanos < 0 || forNanos < 0 || !(Math.abs(amount) <= 1e9)) {
      throw new IllegalArgumentException("a time or an amount is out of bounds");
    }
  }

  /**
   * Reads what {@link #toString} writes: {@code 12.5 slow n1 n3 for 4 amount 200}.
   *
   * @throws IllegalArgumentException if it is not like that, or would be nothing, saying why
   */
  public static Fault parse(String line) {
    List<String> words = BLANKS.splitAsStream(line.strip()).toList();
    if (words.size() < 2) {
      throw new IllegalArgumentException("a fault is: SECONDS KIND [NODE…] [for SECONDS] …");
    }
    FaultKind kind =
        FaultKind.find(words.get(1))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no fault '"
                            + words.get(1)
                            + "'; there are "
                            + String.join(", ", FaultKind.labels())));
    List<Integer> nodes = new ArrayList<>();
    long forNanos = 0;
    double amount = 0;
    boolean isTimeSaid = false;
    boolean isAmountSaid = false;
    for (int i = 2; i < words.size(); i++) {
      boolean named = words.get(i).equals("for") || words.get(i).equals("amount");
      if (named && i + 1 == words.size()) {
        throw new IllegalArgumentException("'" + words.get(i) + "' says nothing");
      } else if (words.get(i).equals("for")) {
        forNanos = nanos(words.get(++i));
        isTimeSaid = true;
      } else if (words.get(i).equals("amount")) {
        amount = number(words.get(++i));
        isAmountSaid = true;
      } else {
        nodes.add(node(words.get(i)));
      }
    }
    Fault fault = new Fault(nanos(words.get(0)), kind, nodes, forNanos, amount);
    FaultLimits.check(fault, isTimeSaid, isAmountSaid);
    return fault;
  }

  private static int node(String word) {
    if (!word.matches("n[0-9]{1,6}")) {
      throw new IllegalArgumentException("'" + word + "' is not a node: n0, n1, …");
    }
    return Integer.parseInt(word.substring(1));
  }

  private static long nanos(String word) {
    double seconds = number(word);
    if (!(seconds >= 0 && seconds <= 1e9)) {
      throw new IllegalArgumentException("'" + word + "' is not a time in seconds");
    }
    return Math.round(seconds * SECOND);
  }

  private static double number(String word) {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + word + "' is not a number", e);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(seconds(atNanos)).append(' ').append(kind.label());
    nodes.forEach(node -> text.append(" n").append(node));
    if (forNanos > 0) {
      text.append(" for ").append(seconds(forNanos));
    }
    if (amount != 0 || kind.needsAmount()) {
      text.append(" amount ").append(amount);
    }
    return text.toString();
  }

  /** To the nanosecond, so that what is read again is the same; whole milliseconds are enough. */
  private static String seconds(long nanos) {
    BigDecimal exact = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return exact.setScale(Math.max(3, exact.scale())).toPlainString();
  }
}
