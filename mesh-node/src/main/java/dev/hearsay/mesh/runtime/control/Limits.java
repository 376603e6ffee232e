package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.Names;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** The bounds of everything the control plane puts on the wire or takes from it. */
final class Limits {
  /** Of a node's name too, so that any that may be used fits. */
  static final int TEXT_BYTES_MAX = Names.NODE_BYTES_MAX;

  static final int HOST_BYTES_MAX = 255;
  static final int ROLES_MAX = 32;

  /** Members in one Hello; a larger cluster names its lowest ones, the same on every node. */
  static final int HELLO_MEMBERS_MAX = 1_024;

  /** Peers that a node keeps count of in forming; addresses beyond it are not probed. */
  static final int PEERS_MAX = 4_096;

  /**
   * Rows in one part of the directory; those of the oldest processes give way. So many, each as
   * large as it can be, fit a frame of the control system.
   */
  static final int ROWS_MAX = 128;

  /** The parts of the directory. */
  static final int PARTS = 16;

  /** What a row can take. */
  static final int ROW_BYTES_MAX =
      2 * (2 + TEXT_BYTES_MAX)
          + 4 * 8
          + (2 + HOST_BYTES_MAX + 2)
          + (1 + 2 + HOST_BYTES_MAX + 2 + 8)
          + (1 + ROLES_MAX * (2 + TEXT_BYTES_MAX))
          + (2 + TEXT_BYTES_MAX)
          + 8
          + 2;

  /** Rows that are read: builds before this one kept so many in a part. */
  static final int ROWS_READ_MAX = 4_096;

  private Limits() {}

  static void requireText(String what, String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + TEXT_BYTES_MAX + " UTF-8 bytes, not " + length);
    }
  }

  static void requireRoles(Collection<String> roles) {
    if (roles.size() > ROLES_MAX) {
      throw new IllegalArgumentException("at most " + ROLES_MAX + " roles, not " + roles.size());
    }
    roles.forEach(role -> requireText("role", role));
  }
}
