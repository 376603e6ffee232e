package dev.hearsay.sim.cli;

import picocli.CommandLine.Option;

/** What every benchmark can be told. */
final class BenchFlags {

  @Option(names = "--quick", description = "Smaller sizes, fewer and shorter rounds.")
  boolean quick;

  @Option(names = "--json", description = "Print one JSON object on stdout, nothing else there.")
  boolean json;
}
