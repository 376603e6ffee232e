package dev.hearsay.sim.cli;

import java.io.Console;

/** What can be told about the terminal without asking it. */
final class Terminal {

  private Terminal() {}

  /**
   * Whether a person reads our output as it comes, on a terminal that understands cursor movements
   * and colours that are wanted (see no-color.org).
   */
  static boolean isInteractive() {
    String term = System.getenv("TERM");
    return isConsole() && term != null && !term.equals("dumb") && System.getenv("NO_COLOR") == null;
  }

  /** Whether input and output both are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // what null no longer says, isTerminal does
  static boolean isConsole() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From JDK 22 on there is always a console, which says itself whether it is a terminal.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException olderJdk) {
      return true;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
