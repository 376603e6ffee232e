package dev.hearsay.sim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RulerTest {
  private static final Axis LINEAR = Axis.linear("x");
  private static final Axis LOG = Axis.log("x");

  @Test
  void aLinearAxisBeginsAtZeroAndIsMarkedAtRoundNumbers() {
    Ruler ruler = Ruler.of(LINEAR, List.of(3.0, 41.0));
    assertEquals(List.of(0.0, 10.0, 20.0, 30.0, 40.0, 50.0), ruler.ticks());
    assertEquals(0, ruler.position(0));
    assertEquals(0.5, ruler.position(25), 1e-9);
  }

  @Test
  void aLogarithmicAxisIsMarkedAtDecades() {
    Ruler ruler = Ruler.of(LOG, List.of(30.0, 2_000_000.0));
    assertEquals(List.of(1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7), ruler.ticks());
    assertEquals(0.5, ruler.position(1e4), 1e-9);
    assertEquals(0, ruler.position(0), "what cannot be shown stands at the end");
    assertTrue(ruler.forBars().position(10) > 0, "the smallest bar is seen");
  }

  @Test
  void withoutAnyValueOrWithOneThereIsStillAnAxis() {
    for (Axis axis : List.of(LINEAR, LOG)) {
      for (List<Double> values : List.of(List.<Double>of(), List.of(0.0), List.of(10.0))) {
        Ruler ruler = Ruler.of(axis, values);
        assertTrue(ruler.high() > ruler.low(), ruler::toString);
        assertTrue(ruler.ticks().size() >= 2, ruler::toString);
      }
    }
  }

  @Test
  void fewValuesAreMarkedThemselvesUnlessTheyCrowd() {
    assertEquals(
        List.of(10.0, 30.0, 100.0, 1_000.0),
        Ruler.atValues(LOG, List.of(10.0, 30.0, 31.0, 100.0, 1_000.0)).ticks());
  }

  @Test
  void figuresAreShort() {
    assertEquals("0", Figures.tick(0));
    assertEquals("0.3", Figures.tick(0.1 + 0.2));
    assertEquals("5000", Figures.tick(5_000));
    assertEquals("20 k", Figures.tick(20_000));
    assertEquals("1.5 M", Figures.tick(1_500_000));
    assertEquals("21,000", Figures.cell(21_000L));
    assertEquals("1.03", Figures.cell(1.0349));
    assertEquals("12,346", Figures.cell(12_345.6));
  }
}
