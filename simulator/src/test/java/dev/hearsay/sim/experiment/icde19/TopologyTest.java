package dev.hearsay.sim.experiment.icde19;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyTest {
  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("topologies.json"), text);
  }

  @Test
  void isReadFromAFile() throws IOException {
    List<Topology> read =
        TopologyFile.read(
            file("{\"topologies\": {\"line\": {\"0\": [1], \"1\": [0, 2], \"2\": [1]}}}"));
    assertEquals(
        List.of(new Topology("line", List.of(List.of(1), List.of(0, 2), List.of(1)))), read);
    assertEquals(
        read, TopologyFile.read(file("{\"line\": {\"0\": [1], \"1\": [0, 2], \"2\": [1]}}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'{'                                                      | 'is not JSON'",
        "'[]'                                                     | 'holds no topologies'",
        "'{}'                                                     | 'holds no topologies'",
        "'{\"x\": {\"0\": [1]}}'                                  | 'has 1 nodes'",
        "'{\"x\": {\"0\": [1], \"2\": [0]}}'                      | 'no list of neighbours for node 1'",
        "'{\"x\": {\"0\": [1.5], \"1\": [0]}}'                    | 'node 0 has a link to 1.5'",
        "'{\"x\": {\"0\": [0, 1], \"1\": [0]}}'                   | 'node 0 has a link to 0'",
        "'{\"x\": {\"0\": [1, 7], \"1\": [0]}}'                   | 'node 0 has a link to 7'",
        "'{\"x\": {\"0\": [1], \"1\": []}}'                       | 'is one-way'",
        "'{\"x\": {\"0\":[1],\"1\":[0],\"2\":[3],\"3\":[2]}}'     | 'falls into parts'"
      })
  void whatIsNotATopologyIsRefusedWithTheReason(String text, String reason) throws IOException {
    Path file = file(text);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> TopologyFile.read(file));
    assertTrue(String.valueOf(refused.getMessage()).contains(reason), refused::getMessage);
    assertTrue(String.valueOf(refused.getMessage()).contains(file.toString()), refused::getMessage);
  }

  @Test
  void ourOwnAreConnected() {
    assertEquals(14 * 2, Topology.tree(15).links().stream().mapToInt(List::size).sum());
    assertEquals(15 * 4, Topology.mesh(15).links().stream().mapToInt(List::size).sum());
  }
}
