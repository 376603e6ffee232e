package dev.hearsay.sim.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as text. */
final class Figures {
  private static final int DIGITS = 3;

  private Figures() {}

  /** As a table shows it: whole numbers in groups of three, others with three digits that count. */
  static String cell(Object value) {
    if (value instanceof Double number) {
      return number(number);
    }
    return value instanceof Number whole
        ? String.format(Locale.ROOT, "%,d", whole.longValue())
        : value.toString();
  }

  private static String number(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    if (Math.abs(number) >= 1_000) {
      return String.format(Locale.ROOT, "%,d", Math.round(number));
    }
    return plain(BigDecimal.valueOf(number).round(new MathContext(DIGITS, RoundingMode.HALF_UP)));
  }

  /** As an axis shows it, short. */
  static String tick(double value) {
    double size = Math.abs(value);
    if (size >= 1e9) {
      return scaled(value, 1e9, " G");
    } else if (size >= 1e6) {
      return scaled(value, 1e6, " M");
    } else if (size >= 1e4) {
      return scaled(value, 1e3, " k");
    }
    return scaled(value, 1, "");
  }

  private static String scaled(double value, double unit, String suffix) {
    // Steps are added up, and must not end as 0.30000000000000004.
    return plain(BigDecimal.valueOf(value / unit).round(new MathContext(6, RoundingMode.HALF_UP)))
        + suffix;
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
