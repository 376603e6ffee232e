package dev.hearsay.sim.cli;

/** Colours, where the reader is a terminal. */
enum Ink {
  PLAIN(""),
  DIM("\u001b[2m"),
  BOLD("\u001b[1m"),
  RED("\u001b[31m"),
  GREEN("\u001b[32m"),
  YELLOW("\u001b[33m"),
  CYAN("\u001b[36m");

  private static final String RESET = "\u001b[0m";

  private final String code;

  Ink(String code) {
    this.code = code;
  }

  String paint(String text, boolean colours) {
    return colours && this != PLAIN ? code + text + RESET : text;
  }
}
