package dev.hearsay.sim.experiment.icde19;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;

/** What the paper and its artefact say; a file of the program holds it, and where it is from. */
public final class Published {
  private static final String FILE = "published.json";

  private final JsonNode root;

  private Published(JsonNode root) {
    this.root = root;
  }

  /** Reads it. */
  public static Published read() throws IOException {
    try (InputStream in = Published.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing from the program");
      }
      return new Published(new ObjectMapper().readTree(in));
    }
  }

  /** Who wrote it, and where. */
  String source() {
    return root.path("source").asText();
  }

  /** The tree and the mesh of 15 nodes. */
  public List<Topology> topologies() {
    return TopologyFile.read(root, FILE);
  }

  /** How many elements were sent, if it was published. */
  OptionalLong elements(String topology, String load, String protocol) {
    String shape = topology.equals("tree15") ? "tree" : topology.equals("mesh15") ? "mesh" : "none";
    JsonNode elements = root.path("elementsSent").path(load).path(shape).path(protocol);
    return elements.isIntegralNumber()
        ? OptionalLong.of(elements.longValue())
        : OptionalLong.empty();
  }
}
