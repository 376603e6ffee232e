package dev.hearsay.mesh;

/**
 * Whose word an operation waits for. Counted are the space's {@linkplain Space#voters voters}, by
 * what they have made durable.
 *
 * @param kind which
 * @param count of voters, for {@link Kind#AT_LEAST}; else 0
 * @since 0.1
 */
public record Acknowledgement(Kind kind, int count) {
  /** Sorts of acknowledgement. */
  public enum Kind {
    /** This node alone. */
    LOCAL,
    /** So many voters, whichever. */
    AT_LEAST,
    /** A majority of the voters. */
    QUORUM,
    /** All voters. */
    ALL
  }

  public static final Acknowledgement LOCAL = new Acknowledgement(Kind.LOCAL, 0);
  public static final Acknowledgement QUORUM = new Acknowledgement(Kind.QUORUM, 0);
  public static final Acknowledgement ALL = new Acknowledgement(Kind.ALL, 0);

  public Acknowledgement {
    if (kind == Kind.AT_LEAST ? count < 1 : count != 0) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION,
          "atLeast(" + count + "): at least one voter, or use LOCAL");
    }
  }

  /** At least so many voters. */
  public static Acknowledgement atLeast(int voters) {
    return new Acknowledgement(Kind.AT_LEAST, voters);
  }

  /** The name in lower case, for messages. */
  String title() {
    return kind == Kind.AT_LEAST ? "atLeast(" + count + ")" : kind.name();
  }

  @Override
  public String toString() {
    return title();
  }
}
