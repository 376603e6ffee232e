package dev.hearsay.sim.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.lifecycle.PerProperty;
import net.jqwik.api.lifecycle.PropertyExecutionResult;

/** Turns around what a property's result means: it passes if the two sides differed. */
class MustFail implements PerProperty.Lifecycle {
  @Override
  public void onSuccess() {
    throw new AssertionError("both sides showed the same");
  }

  @Override
  public PropertyExecutionResult onFailure(PropertyExecutionResult result) {
    boolean differed = result.throwable().filter(AssertionError.class::isInstance).isPresent();
    return differed ? result.mapToSuccessful() : result;
  }

  /** And the difference is shown by a few steps, printed one a line. */
  static final class InAFewSteps extends MustFail {
    /**
     * Of up to 40: shrinking ends where no single step can go, and that is not always the least.
     */
    private static final int STEPS_MAX = 12;

    @Override
    public PropertyExecutionResult onFailure(PropertyExecutionResult result) {
      History shrunk = (History) result.falsifiedParameters().orElseThrow().get(0);
      assertTrue(shrunk.steps().size() <= STEPS_MAX, shrunk::toString);
      assertEquals(shrunk.steps().size() + 1, shrunk.toString().lines().count());
      return super.onFailure(result);
    }
  }
}
