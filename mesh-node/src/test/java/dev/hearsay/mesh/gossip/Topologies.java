package dev.hearsay.mesh.gossip;

/** Who has a link to whom. */
final class Topologies {
  private Topologies() {}

  /**
   * The mesh of 15 nodes with four links each of Enes, Almeida, Baquero and Leitão, "Efficient
   * Synchronization of State-based CRDTs", ICDE 2019; from the authors' published artefact
   * (Apache-2.0).
   */
  static int[][] icde19() {
    return new int[][] {
      {1, 4, 11, 14},
      {0, 2, 5, 12},
      {1, 3, 6, 13},
      {2, 4, 7, 14},
      {0, 3, 5, 8},
      {1, 4, 6, 9},
      {2, 5, 7, 10},
      {3, 6, 8, 11},
      {4, 7, 9, 12},
      {5, 8, 10, 13},
      {6, 9, 11, 14},
      {0, 7, 10, 12},
      {1, 8, 11, 13},
      {2, 9, 12, 14},
      {0, 3, 10, 13}
    };
  }

  /** A ring in which each node also has links to those at these distances. */
  static int[][] ring(int nodes, int... distances) {
    int[][] links = new int[nodes][2 * distances.length];
    for (int node = 0; node < nodes; node++) {
      for (int i = 0; i < distances.length; i++) {
        links[node][2 * i] = (node + distances[i]) % nodes;
        links[node][2 * i + 1] = Math.floorMod(node - distances[i], nodes);
      }
    }
    return links;
  }
}
