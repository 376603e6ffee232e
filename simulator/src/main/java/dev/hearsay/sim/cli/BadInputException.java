package dev.hearsay.sim.cli;

/** The command cannot be carried out as given. The message is one line for a person. */
final class BadInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message);
  }

  BadInputException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A name that an option does not know, beside those that it does. */
  static BadInputException unknown(String option, String name, Iterable<String> there) {
    return new BadInputException(
        option + ": '" + name + "' is none of " + String.join(", ", there));
  }
}
