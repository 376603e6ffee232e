package dev.hearsay.sim.shell;

/** A command that cannot be carried out; the message says why, in one line. */
final class ShellException extends Exception {

  private static final long serialVersionUID = 1L;

  ShellException(String message) {
    super(message);
  }
}
