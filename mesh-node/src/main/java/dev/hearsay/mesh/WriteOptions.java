package dev.hearsay.mesh;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a write is acknowledged, and under which id it may be repeated. Immutable.
 *
 * <pre>{@code
 * space.update(WriteOptions.quorum(Duration.ofSeconds(2)).operationId("order-17"), tx -> …);
 * Space durable = space.with(WriteOptions.quorum(Duration.ofSeconds(2)));
 * durable.orSet("findings", String.class).add("…");
 * }</pre>
 *
 * <p>A write whose acknowledgement times out is {@linkplain ErrorCode#ACKNOWLEDGEMENT_TIMEOUT
 * indefinite}: it is in this node's journal and spreads.
 *
 * @since 0.1
 */
public final class WriteOptions {
  /** Longest operation id, in bytes of UTF-8. */
  public static final int OPERATION_ID_BYTES_MAX = 128;

  /** Longest time that an operation may wait for voters. */
  public static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

  private static final WriteOptions LOCAL =
      new WriteOptions(Acknowledgement.LOCAL, Duration.ZERO, null);

  private final Acknowledgement acknowledgement;
  private final Duration timeout;
  private final @Nullable String operationId;

  private WriteOptions(
      Acknowledgement acknowledgement, Duration timeout, @Nullable String operationId) {
    this.acknowledgement = acknowledgement;
    this.timeout = timeout;
    this.operationId = operationId;
  }

  /** Durable on this node: survives crashes, not the loss of the disk before the first push. */
  public static WriteOptions local() {
    return LOCAL;
  }

  /** Durable on this node and on so many of the space's voters, of which this node may be one. */
  public static WriteOptions atLeast(int voters, Duration timeout) {
    return new WriteOptions(Acknowledgement.atLeast(voters), checked(timeout), null);
  }

  /** Durable on this node and a majority of the space's voters. */
  public static WriteOptions quorum(Duration timeout) {
    return new WriteOptions(Acknowledgement.QUORUM, checked(timeout), null);
  }

  /** Durable on this node and all of the space's voters. */
  public static WriteOptions all(Duration timeout) {
    return new WriteOptions(Acknowledgement.ALL, checked(timeout), null);
  }

  static Duration checked(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION,
          "a timeout of " + timeout + "; it must be more than 0 and at most " + TIMEOUT_MAX);
    }
    return timeout;
  }

  /**
   * The same, under an id: a write that repeats the id of one that this node has seen has no second
   * effect, and returns a frontier of the first. The id is part of the change: as atomic, durable
   * and replicated as it. A space remembers at least its last 57,344 ids. With an acknowledgement
   * other than local the node first learns what the voters have, so that it has seen every write
   * that was acknowledged so before, wherever.
   *
   * @param id 1 to 128 bytes of UTF-8 without control characters
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}
   */
  public WriteOptions operationId(String id) {
    Names.check("operation", id);
    if (id.getBytes(StandardCharsets.UTF_8).length > OPERATION_ID_BYTES_MAX) {
      throw new HearsayException(
          ErrorCode.INVALID_NAME,
          "an operation id has at most " + OPERATION_ID_BYTES_MAX + " bytes of UTF-8");
    }
    return new WriteOptions(acknowledgement, timeout, id);
  }

  public Acknowledgement acknowledgement() {
    return acknowledgement;
  }

  /** Zero for local, which does not wait for others. */
  public Duration timeout() {
    return timeout;
  }

  public Optional<String> operationId() {
    return Optional.ofNullable(operationId);
  }

  @Override
  public String toString() {
    return acknowledgement
        + (timeout.isZero() ? "" : " within " + timeout)
        + (operationId == null ? "" : " as " + operationId);
  }
}
