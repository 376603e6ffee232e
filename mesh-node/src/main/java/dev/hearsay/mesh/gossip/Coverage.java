package dev.hearsay.mesh.gossip;

import java.util.List;

/**
 * How far others have a space.
 *
 * @param copies nodes in reach that may hold it and have said that they have all that was asked for
 * @param lacking the others that may hold it, by name
 */
public record Coverage(String space, int copies, List<String> lacking) {
  public Coverage {
    lacking = List.copyOf(lacking);
  }
}
