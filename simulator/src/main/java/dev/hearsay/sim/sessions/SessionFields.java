package dev.hearsay.sim.sessions;

/**
 * The fields of a session's space. One message is one change over several of them, so that a half
 * applied change shows as fields that disagree.
 */
final class SessionFields {

  /** Append log: every message. */
  static final String MESSAGES = "messages";

  /** Counter: one for each message. */
  static final String MESSAGE_COUNT = "message-count";

  /** Counter: one for each tool call. */
  static final String TOOL_CALLS = "tool-calls";

  /** Counter: up with each tool call, down with each tool message. */
  static final String OPEN_CALLS = "open-calls";

  /** Set: names of the tools that were called. */
  static final String TOOLS = "tools";

  /** Set: roles that spoke. */
  static final String PARTICIPANTS = "participants";

  /**
   * Set: a call's id is added with the call and removed by the answer. An answer that had not seen
   * its call removes nothing: add wins.
   */
  static final String UNANSWERED = "unanswered";

  /** Register that all roles write: who wrote last, and which message. */
  static final String STATUS = "status";

  /** Map: call id → tool name. */
  static final String CALLS = "calls";

  private SessionFields() {}

  /** Counter: messages of a role. */
  static String countOf(Role role) {
    return role.label() + "-messages";
  }

  /** Register: the last message of a role. */
  static String lastOf(Role role) {
    return "last-" + role.label();
  }

  /** What a message writes into {@link #STATUS}. */
  static String status(int index, Role role) {
    return index + " " + role.label();
  }

  /** What a message writes into {@link #lastOf}. */
  static String last(int index, Message message) {
    return index + " " + message.content();
  }
}
