package dev.hearsay.sim.lab;

/** How a link is cut. */
public enum CutMode {
  /** Connections that were opened along the link are dropped, and new ones refused. */
  CLOSE,
  /** Connections stay up and bytes wait, as when packets are dropped and later sent again. */
  FREEZE
}
