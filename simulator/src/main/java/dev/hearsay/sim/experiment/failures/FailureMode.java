package dev.hearsay.sim.experiment.failures;

import dev.hearsay.sim.experiment.ExperimentFailedException;
import java.io.IOException;
import java.util.random.RandomGenerator;

/** A way to lose memory. */
interface FailureMode {
  String title();

  /** How it comes about, and what is different here. */
  String story();

  /** On the plain store. */
  Trial plain(int rounds, RandomGenerator random);

  /** On Hearsay. */
  Trial hearsay(int rounds, RandomGenerator random) throws ExperimentFailedException, IOException;
}
