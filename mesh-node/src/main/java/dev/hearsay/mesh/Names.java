package dev.hearsay.mesh;

import java.nio.charset.StandardCharsets;

/** The rule for names of nodes, agents, spaces and fields. */
public final class Names {
  /** Longest name, in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 256;

  /** The mesh of a node that was given no name for it, and of every node of earlier builds. */
  public static final String MESH_DEFAULT = "hearsay";

  /** Longest name of a mesh, in bytes of UTF-8. */
  public static final int MESH_BYTES_MAX = 128;

  /** Names of spaces and fields that start so are Hearsay's own. */
  public static final String RESERVED_PREFIX = "hearsay/";

  private Names() {}

  /**
   * Returns the name if it may be used.
   *
   * @param kind what is named, for the message
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}
   */
  public static String check(String kind, String name) {
    if (name.isEmpty()) {
      throw invalid(kind, "is empty");
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > NAME_BYTES_MAX) {
      throw invalid(kind, "has " + bytes + " bytes of UTF-8; the limit is " + NAME_BYTES_MAX);
    }
    if (name.codePoints().anyMatch(Names::isForbidden)) {
      throw invalid(kind, "holds a control character or half a surrogate pair");
    }
    if (name.startsWith(RESERVED_PREFIX)) {
      throw invalid(kind, "starts with '" + RESERVED_PREFIX + "', which is reserved");
    }
    return name;
  }

  /**
   * Returns the name of a mesh if it may be used.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}
   */
  public static String checkMesh(String name) {
    int bytes = check("mesh", name).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MESH_BYTES_MAX) {
      throw invalid("mesh", "has " + bytes + " bytes of UTF-8; the limit is " + MESH_BYTES_MAX);
    }
    return name;
  }

  private static boolean isForbidden(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private static HearsayException invalid(String kind, String why) {
    return new HearsayException(ErrorCode.INVALID_NAME, "the " + kind + " name " + why);
  }
}
