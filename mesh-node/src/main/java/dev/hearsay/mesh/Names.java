package dev.hearsay.mesh;

import dev.hearsay.crdt.value.Unicode;
import java.nio.charset.StandardCharsets;

/** The rule for names of nodes, agents, spaces and fields. */
public final class Names {
  /** Longest name, in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 256;

  /** Longest name of a node, in bytes of UTF-8. */
  public static final int NODE_BYTES_MAX = 128;

  /** The mesh of a node that was given no name for it, and of every node of earlier builds. */
  public static final String MESH_DEFAULT = "hearsay";

  /** Longest name of a mesh, in bytes of UTF-8. */
  public static final int MESH_BYTES_MAX = 128;

  /** Longest role of a node, in bytes of UTF-8. */
  public static final int ROLE_BYTES_MAX = 128;

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
    return check(kind, name, NAME_BYTES_MAX);
  }

  /**
   * Returns the role if a node may have it.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}
   */
  public static String checkRole(String role) {
    return check("role", role, ROLE_BYTES_MAX);
  }

  private static String check(String kind, String name, int bytesMax) {
    if (name.isEmpty()) {
      throw invalid(kind, "is empty");
    }
    if (Unicode.isLongerThan(name, bytesMax)) {
      int bytes = name.getBytes(StandardCharsets.UTF_8).length;
      throw invalid(kind, "has " + bytes + " bytes of UTF-8; the limit is " + bytesMax);
    }
    for (int i = 0; i < name.length(); i = name.offsetByCodePoints(i, 1)) {
      if (isForbidden(name.codePointAt(i))) {
        throw invalid(kind, "holds a control character or half a surrogate pair");
      }
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
    return check("mesh", name, MESH_BYTES_MAX);
  }

  /**
   * Returns the name of a node if it may be used.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}
   */
  public static String checkNode(String name) {
    return check("node", name, NODE_BYTES_MAX);
  }

  private static boolean isForbidden(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private static HearsayException invalid(String kind, String why) {
    return new HearsayException(ErrorCode.INVALID_NAME, "the " + kind + " name " + why);
  }
}
