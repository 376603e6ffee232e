package dev.hearsay.sim.sessions;

import java.util.List;

/**
 * A message as it stands in a space's log.
 *
 * @param index the message's place in its recorded session, from 0
 * @param writer the name of the node that wrote it
 * @param seen the places of the messages that the writer had seen when it wrote: the entry's causal
 *     past
 */
public record MessageEntry(
    int index,
    String role,
    String writer,
    String content,
    List<ToolCall> toolCalls,
    String toolCallId,
    String toolName,
    List<Integer> seen) {

  public MessageEntry {
    toolCalls = List.copyOf(toolCalls);
    seen = List.copyOf(seen);
  }

  static MessageEntry of(int index, Message message, String writer, List<Integer> seen) {
    return new MessageEntry(
        index,
        message.role().label(),
        writer,
        message.content(),
        message.toolCalls(),
        message.toolCallId(),
        message.toolName(),
        seen);
  }

  /** Whether this entry says what the recording says, whoever wrote it and whatever was seen. */
  boolean says(Message message) {
    return role.equals(message.role().label())
        && content.equals(message.content())
        && toolCalls.equals(message.toolCalls())
        && toolCallId.equals(message.toolCallId())
        && toolName.equals(message.toolName());
  }
}
