package dev.hearsay.sim.experiment.icde19;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Topologies in a JSON file: an object that gives each topology by its name, or one that has such
 * an object under {@code topologies}. A topology is an object that gives the neighbours of each
 * node; nodes are numbered from 0.
 */
public final class TopologyFile {
  private static final long BYTES_MAX = 64L << 20;

  private TopologyFile() {}

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if the file is not what it should be, saying where
   * @throws IOException if it cannot be read
   */
  public static List<Topology> read(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IllegalArgumentException(file + " is longer than " + BYTES_MAX + " bytes");
    }
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    return read(root, file.toString());
  }

  static List<Topology> read(JsonNode root, String where) {
    JsonNode topologies = root.has("topologies") ? root.get("topologies") : root;
    if (!topologies.isObject() || topologies.isEmpty()) {
      throw new IllegalArgumentException(
          where + " holds no topologies: {\"name\": {\"0\": [1], \"1\": [0]}}");
    }
    List<Topology> read = new ArrayList<>();
    for (Map.Entry<String, JsonNode> topology : topologies.properties()) {
      try {
        read.add(topology(topology.getKey(), topology.getValue()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
      }
    }
    return read;
  }

  private static Topology topology(String name, JsonNode nodes) {
    List<List<Integer>> links = new ArrayList<>();
    for (int node = 0; node < nodes.size(); node++) {
      JsonNode neighbours = nodes.get(Integer.toString(node));
      if (neighbours == null || !neighbours.isArray()) {
        throw new IllegalArgumentException(
            "topology " + name + " has no list of neighbours for node " + node);
      }
      List<Integer> list = new ArrayList<>();
      for (JsonNode neighbour : neighbours) {
        if (!neighbour.canConvertToInt() || !neighbour.isIntegralNumber()) {
          throw new IllegalArgumentException(
              "topology " + name + ": node " + node + " has a link to " + neighbour);
        }
        list.add(neighbour.intValue());
      }
      links.add(list);
    }
    return new Topology(name, links);
  }
}
