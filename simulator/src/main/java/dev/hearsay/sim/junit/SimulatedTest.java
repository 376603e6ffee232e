package dev.hearsay.sim.junit;

import dev.hearsay.sim.world.FaultKind;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of agents on a virtual mesh, run once for each of several seeds. The method takes a {@link
 * VirtualMesh} and puts its agents on it; the run follows by itself. With the system property
 * {@code hearsay.sim.seed} only that seed is run, and with {@code hearsay.sim.schedule} with the
 * faults of that file; what they say that cannot be is an error. A run that fails says how few
 * faults are enough: for that the method is called again, with another mesh.
 *
 * @since 0.1
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulatedTestExtension.class)
public @interface SimulatedTest {
  /** Nodes of the mesh. */
  int nodes() default 3;

  /** How many seeds, from {@link #seed} on. */
  int runs() default 20;

  /** The first seed. */
  long seed() default 0;

  /** Virtual seconds during which things go wrong. */
  int seconds() default 30;

  /**
   * What may go wrong. A kind that is named and cannot be, with so many nodes and seconds, fails
   * the test.
   */
  FaultKind[] faults() default {
    FaultKind.CUT, FaultKind.ONE_WAY, FaultKind.FLAP, FaultKind.LOSS, FaultKind.CRASH
  };
}
