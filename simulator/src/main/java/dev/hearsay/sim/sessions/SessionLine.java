package dev.hearsay.sim.sessions;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Names;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One line of a recording, read strictly:
 *
 * <pre>
 * {"session": NAME, "messages": [MESSAGE, …]}
 * MESSAGE = {"role": "user", "content": TEXT}
 *         | {"role": "assistant", "content": TEXT?, "toolCalls": [{"id", "name", "arguments"}, …]?}
 *         | {"role": "tool", "content": TEXT, "toolCallId": TEXT, "name": TEXT}
 * </pre>
 *
 * A field that is not in this form is an error rather than ignored: verification could not say
 * anything about it. Session names become names of spaces, and keep their rule.
 */
final class SessionLine {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SessionLine() {}

  static Session parse(String line) throws Problem {
    if (line.isBlank()) {
      throw new Problem("the line is empty");
    }
    JsonNode root;
    try {
      root = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new Problem("not JSON: " + firstLine(e.getOriginalMessage()));
    }
    if (!root.isObject()) {
      throw new Problem("expected an object, found " + kind(root));
    }
    onlyFields(root, "the session", Set.of("session", "messages"));
    String name = text(root, "session", "the session");
    try {
      Names.check("session", name);
    } catch (HearsayException e) {
      throw new Problem(String.valueOf(e.getMessage()));
    }
    JsonNode messages = array(root, "messages", "the session");
    if (messages.isEmpty()) {
      throw new Problem("session '" + name + "' has no messages");
    }
    List<Message> parsed = new ArrayList<>();
    for (JsonNode message : messages) {
      parsed.add(message(message, "message " + (parsed.size() + 1)));
    }
    return new Session(name, parsed);
  }

  private static Message message(JsonNode node, String where) throws Problem {
    if (!node.isObject()) {
      throw new Problem(where + ": expected an object, found " + kind(node));
    }
    String label = text(node, "role", where);
    Role role =
        Role.of(label)
            .orElseThrow(
                () ->
                    new Problem(
                        where + ": unknown role '" + label + "' (known: user, assistant, tool)"));
    return switch (role) {
      case USER -> userMessage(node, where);
      case ASSISTANT -> assistantMessage(node, where);
      case TOOL -> toolMessage(node, where);
    };
  }

  private static Message userMessage(JsonNode node, String where) throws Problem {
    onlyFields(node, where, Set.of("role", "content"));
    return new Message(Role.USER, text(node, "content", where), List.of(), "", "");
  }

  private static Message assistantMessage(JsonNode node, String where) throws Problem {
    onlyFields(node, where, Set.of("role", "content", "toolCalls"));
    if (!node.has("content") && !node.has("toolCalls")) {
      throw new Problem(where + ": an assistant's message needs 'content' or 'toolCalls'");
    }
    String content = node.has("content") ? text(node, "content", where) : "";
    return new Message(Role.ASSISTANT, content, toolCalls(node, where), "", "");
  }

  private static Message toolMessage(JsonNode node, String where) throws Problem {
    onlyFields(node, where, Set.of("role", "content", "toolCallId", "name"));
    return new Message(
        Role.TOOL,
        text(node, "content", where),
        List.of(),
        text(node, "toolCallId", where),
        text(node, "name", where));
  }

  private static List<ToolCall> toolCalls(JsonNode message, String where) throws Problem {
    List<ToolCall> calls = new ArrayList<>();
    if (!message.has("toolCalls")) {
      return calls;
    }
    JsonNode nodes = array(message, "toolCalls", where);
    if (nodes.isEmpty() && !message.has("content")) {
      throw new Problem(where + ": 'toolCalls' is empty and there is no 'content'");
    }
    for (JsonNode node : nodes) {
      String which = where + ", tool call " + (calls.size() + 1);
      if (!node.isObject()) {
        throw new Problem(which + ": expected an object, found " + kind(node));
      }
      onlyFields(node, which, Set.of("id", "name", "arguments"));
      calls.add(
          new ToolCall(
              text(node, "id", which), text(node, "name", which), text(node, "arguments", which)));
    }
    return calls;
  }

  private static String text(JsonNode node, String field, String where) throws Problem {
    JsonNode value = required(node, field, where);
    if (!value.isTextual()) {
      throw new Problem(where + ": '" + field + "' must be text, found " + kind(value));
    }
    String text = value.textValue();
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw new Problem(where + ": '" + field + "' holds half a surrogate pair");
    }
    return text;
  }

  private static JsonNode array(JsonNode node, String field, String where) throws Problem {
    JsonNode value = required(node, field, where);
    if (!value.isArray()) {
      throw new Problem(where + ": '" + field + "' must be a list, found " + kind(value));
    }
    return value;
  }

  private static JsonNode required(JsonNode node, String field, String where) throws Problem {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new Problem(where + ": missing field '" + field + "'");
    }
    return value;
  }

  private static void onlyFields(JsonNode node, String where, Set<String> known) throws Problem {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new Problem(where + ": unknown field '" + name + "'");
      }
    }
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().toString().toLowerCase(Locale.ROOT);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** What is wrong with a line; the reader adds where the line is. */
  static final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    Problem(String message) {
      super(message);
    }
  }
}
