package dev.hearsay.sim.check;

import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges one run, from what it observes in the mesh, from what clients are told, or from both. A
 * new one is made for every run, and is asked by one thread.
 *
 * <p>What it finds it {@linkplain #report reports} as soon as it is there to see, so that the run
 * can end at that instant. It remembers what it must and no more: a run may be hours of virtual
 * time, and there are thousands.
 */
public abstract class Checker implements Observer, History {
  /** Enough to see what is wrong; a broken run would otherwise fill the memory. */
  private static final int VIOLATIONS_MAX = 20;

  private final List<Violation> violations = new ArrayList<>();
  private long checks;

  /** Its name, in lower case with hyphens, as reports and options spell it. */
  public abstract String name();

  /** What it judges, in one line. */
  public abstract String description();

  /**
   * Whether it goes by the names of changes. Where a replica has two branches there are two changes
   * of one name, and it is left out.
   */
  public boolean goesByNames() {
    return true;
  }

  @Override
  public void ended(List<Operation> operations) {}

  /**
   * The run is over. Reports what can be known only now.
   *
   * @param nanos the virtual time of the end
   */
  public void finish(long nanos) {}

  /** What was found, in order; the first twenty. */
  public final List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** Whether anything was found; cheaper than {@link #violations}. */
  public final boolean hasViolations() {
    return !violations.isEmpty();
  }

  /** How often it compared something: a checker that never looked has found nothing out. */
  public final long checks() {
    return checks;
  }

  /** Notes that something was compared. */
  protected final void checked() {
    checks++;
  }

  /** Notes that something is wrong. */
  protected final void report(long nanos, String node, String message) {
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(new Violation(name(), message, nanos, node));
    }
  }
}
