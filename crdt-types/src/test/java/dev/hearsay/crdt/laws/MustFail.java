package dev.hearsay.crdt.laws;

import net.jqwik.api.lifecycle.PerProperty;
import net.jqwik.api.lifecycle.PropertyExecutionResult;

/** Turns around what a property's result means: it passes if a law was broken. */
class MustFail implements PerProperty.Lifecycle {
  @Override
  public void onSuccess() {
    throw new AssertionError("no law was broken");
  }

  @Override
  public PropertyExecutionResult onFailure(PropertyExecutionResult result) {
    boolean lawBroken = result.throwable().filter(AssertionError.class::isInstance).isPresent();
    return lawBroken ? result.mapToSuccessful() : result;
  }
}
