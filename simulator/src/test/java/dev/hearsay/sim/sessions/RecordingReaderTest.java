package dev.hearsay.sim.sessions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingReaderTest {

  private static final String GOOD =
      "{\"session\": \"s\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}";

  @TempDir private Path directory;

  @Test
  void allFormsOfMessagesAreRead() throws Exception {
    Recording recording =
        read(
            "{'session': 'a', 'messages': ["
                + "{'role': 'user', 'content': 'fly me'},"
                + "{'role': 'assistant', 'toolCalls': [{'id': '1', 'name': 'find', 'arguments': '{}'}]},"
                + "{'role': 'tool', 'content': '[]', 'toolCallId': '1', 'name': 'find'},"
                + "{'role': 'assistant', 'content': 'nothing'}]}");
    assertEquals(
        List.of(
            new Message(Role.USER, "fly me", List.of(), "", ""),
            new Message(Role.ASSISTANT, "", List.of(new ToolCall("1", "find", "{}")), "", ""),
            new Message(Role.TOOL, "[]", List.of(), "1", "find"),
            new Message(Role.ASSISTANT, "nothing", List.of(), "", "")),
        recording.sessions().get(0).messages());
  }

  @Test
  void theSampleHasAllRolesAndToolCalls() {
    Recording sample = RecordingReader.sample();
    assertEquals(8, sample.sessions().size());
    assertEquals(121, sample.messageCount());
    List<Message> messages =
        sample.sessions().stream().flatMap(session -> session.messages().stream()).toList();
    Set<Role> roles = messages.stream().map(Message::role).collect(Collectors.toSet());
    assertEquals(EnumSet.allOf(Role.class), roles);
    assertTrue(messages.stream().anyMatch(message -> message.toolCalls().size() > 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "nonsense | not JSON",
        "[] | expected an object, found array",
        "{'messages': []} | the session: missing field 'session'",
        "{'session': 3, 'messages': []} | the session: 'session' must be text, found number",
        "{'session': '', 'messages': []} | the session name is empty",
        "{'session': 'x'} | the session: missing field 'messages'",
        "{'session': 'x', 'messages': {}} | the session: 'messages' must be a list, found object",
        "{'session': 'x', 'messages': []} | session 'x' has no messages",
        "{'session': 'x', 'messages': [], 'tag': 1} | the session: unknown field 'tag'",
        "{'session': 'x', 'messages': [7]} | message 1: expected an object, found number",
        "{'session': 'x', 'messages': [{'content': 'a'}]} | message 1: missing field 'role'",
        "{'session': 'x', 'messages': [{'role': 'robot', 'content': 'a'}]} | message 1: unknown role 'robot' (known: user, assistant, tool)",
        "{'session': 'x', 'messages': [{'role': 'user'}]} | message 1: missing field 'content'",
        "{'session': 'x', 'messages': [{'role': 'user', 'content': null}]} | message 1: 'content' must be text, found null",
        "{'session': 'x', 'messages': [{'role': 'user', 'content': 'a', 'name': 'b'}]} | message 1: unknown field 'name'",
        "{'session': 'x', 'messages': [{'role': 'assistant'}]} | message 1: an assistant's message needs 'content' or 'toolCalls'",
        "{'session': 'x', 'messages': [{'role': 'assistant', 'toolCalls': [{'id': '1', 'name': 'n'}]}]} | message 1, tool call 1: missing field 'arguments'",
        "{'session': 'x', 'messages': [{'role': 'tool', 'content': 'a', 'name': 'n'}]} | message 1: missing field 'toolCallId'",
        "{'session': 'x', 'session': 'y', 'messages': []} | not JSON: Duplicate",
        "{'session': 'x', 'messages': []} {} | not JSON: Trailing token",
        "{'session': 's', 'messages': [{'role': 'user', 'content': 'a'}]} | session 's' was already on line 1",
      })
  void aBadLineIsRefusedByFileLineAndReason(String line, String reason) throws IOException {
    Path file = directory.resolve("bad.jsonl");
    Files.writeString(file, GOOD + "\n" + json(line.strip()) + "\n");
    String message =
        assertThrows(MalformedRecordingException.class, () -> RecordingReader.read(file))
            .getMessage();
    assertTrue(message.startsWith(file + ":2: " + reason.strip()), message);
  }

  @Test
  void anEmptyLineIsRefused() {
    assertEquals("bad:2: the line is empty", refusal(GOOD + "\n\n"));
  }

  @Test
  void anEmptyFileIsRefused() {
    assertEquals("bad: the file is empty: no session to play", refusal(""));
  }

  @Test
  void bytesThatAreNotTextAreRefused() {
    byte[] bytes = (GOOD + "\n\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(
        "bad:2: not UTF-8 text",
        assertThrows(
                MalformedRecordingException.class,
                () -> RecordingReader.read("bad", new ByteArrayInputStream(bytes)))
            .getMessage());
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertEquals(
        "bad:1: message 1: 'content' holds half a surrogate pair",
        refusal(GOOD.replace("hi", "\\ud800")));
  }

  @Test
  void aMissingFileAndADirectoryAreRefusedByName() {
    Path missing = directory.resolve("missing.jsonl");
    assertEquals(
        missing + ": no such file",
        assertThrows(MalformedRecordingException.class, () -> RecordingReader.read(missing))
            .getMessage());
    assertEquals(
        directory + ": is a directory, not a file of sessions",
        assertThrows(MalformedRecordingException.class, () -> RecordingReader.read(directory))
            .getMessage());
  }

  private static Recording read(String text) throws Exception {
    return RecordingReader.read("good", new ByteArrayInputStream(utf8(json(text))));
  }

  private static String refusal(String text) {
    return assertThrows(
            MalformedRecordingException.class,
            () -> RecordingReader.read("bad", new ByteArrayInputStream(utf8(text))))
        .getMessage();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(String text) {
    return text.replace('\'', '"').replace("assistant\"s", "assistant's");
  }
}
