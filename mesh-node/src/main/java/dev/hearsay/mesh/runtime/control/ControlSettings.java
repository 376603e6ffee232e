package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.time.Duration;

/**
 * Where the control system listens, and how patient it is.
 *
 * @param announce what other nodes connect to; port 0 for any free port, which is then announced
 *     over the data system. An ephemeral port lets a node that was killed come back while others
 *     are unreachable; on a fixed port it has to wait for them
 * @param bind what the system binds; differs from {@code announce} behind a relay or in a container
 * @param removeAfter how long a member may be unreachable before the cluster gives it up; it may
 *     come back later all the same
 * @param forgetUnheardAfter after which an address is not tried any more that was only learned and
 *     never heard
 * @param forgetGoneAfter after which an address is not tried any more that is not heard any more
 */
public record ControlSettings(
    HostPort announce,
    HostPort bind,
    Duration removeAfter,
    Duration forgetUnheardAfter,
    Duration forgetGoneAfter) {
  /** Long enough for a laptop that sleeps over a weekend. */
  public static final Duration REMOVE_AFTER_DEFAULT = Duration.ofDays(7);

  private static final Duration UNHEARD_DEFAULT = Duration.ofMinutes(30);

  /**
   * @throws IllegalArgumentException if only one of the ports is ephemeral, or a time is not
   *     positive
   */
  public ControlSettings {
    if (announce.port() == 0 && bind.port() != 0) {
      throw new IllegalArgumentException(
          "an ephemeral announced port needs an ephemeral bound port, not " + bind);
    }
    requirePositive("remove-after", removeAfter);
    requirePositive("forget-unheard-after", forgetUnheardAfter);
    requirePositive("forget-gone-after", forgetGoneAfter);
  }

  private static void requirePositive(String what, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(what + " must be positive, not " + time);
    }
  }

  /** With the usual times for addresses that are not heard. */
  public ControlSettings(HostPort announce, HostPort bind, Duration removeAfter) {
    this(announce, bind, removeAfter, UNHEARD_DEFAULT, REMOVE_AFTER_DEFAULT);
  }

  Patience patience() {
    return new Patience(
        removeAfter.toMillis(), forgetUnheardAfter.toMillis(), forgetGoneAfter.toMillis());
  }

  /** Any free port of an address that is both bound and announced. */
  public static ControlSettings ephemeral(String host) {
    HostPort any = new HostPort(host, 0);
    return new ControlSettings(any, any, REMOVE_AFTER_DEFAULT);
  }
}
