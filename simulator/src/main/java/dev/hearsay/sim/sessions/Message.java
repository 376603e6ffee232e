package dev.hearsay.sim.sessions;

import java.util.List;

/**
 * One message of a recorded session.
 *
 * @param content empty when the recording has none
 * @param toolCallId the call that a tool's message answers; empty for other roles
 * @param toolName the tool that answers; empty for other roles
 */
public record Message(
    Role role, String content, List<ToolCall> toolCalls, String toolCallId, String toolName) {

  public Message {
    toolCalls = List.copyOf(toolCalls);
  }
}
