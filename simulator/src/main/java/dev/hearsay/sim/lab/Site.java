package dev.hearsay.sim.lab;

import java.io.IOException;
import java.util.List;

/** Where the nodes of a lab live: their addresses, and what stands before their commands. */
interface Site extends AutoCloseable {

  /** Where peers reach the node. */
  String announcedHost(int node);

  /** Where the node listens. */
  String boundHost(int node);

  /** A port that is free on both. */
  int listen(int node) throws IOException;

  /** Put before the command that starts the node's process; may be empty. */
  List<String> commandPrefix(int node);

  @Override
  void close();
}
