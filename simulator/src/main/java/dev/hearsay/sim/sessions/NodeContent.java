package dev.hearsay.sim.sessions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything one node holds: space → content. */
public record NodeContent(SortedMap<String, SpaceContent> spaces) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public NodeContent {
    spaces = new TreeMap<>(spaces);
  }

  /**
   * The first 16 bytes of SHA-256 over all content, in hexadecimal: equal content, equal digest.
   */
  public String digest() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(JSON.writeValueAsString(spaces).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
