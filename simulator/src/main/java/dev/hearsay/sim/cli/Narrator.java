package dev.hearsay.sim.cli;

import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.replay.NodeView;
import dev.hearsay.sim.replay.Spectator;
import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.ToolCall;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells a person what happens: one line for each event, and the state of all nodes; on a terminal
 * the state stays below the events and is refreshed in place, elsewhere it is a line now and then.
 */
final class Narrator implements Spectator {

  private static final long PLAIN_STATUS_MILLIS = 2_000;

  /** What fits a line of 80 characters: a longer one would wrap, and the next redraw miss it. */
  private static final int LATEST_CHARS_MAX = 68;

  private static final String ERASE_LINE = "\u001b[2K";

  private final PrintWriter out;
  private final boolean live;
  private final boolean messages;
  private final long startedNanos = System.nanoTime();

  private long lastPlainStatusNanos = startedNanos;
  private List<String> block = List.of();
  private @Nullable String latest;

  /**
   * A narrator.
   *
   * @param live whether the reader is a terminal
   * @param messages whether to show what the agents say, too
   */
  Narrator(PrintWriter out, boolean live, boolean messages) {
    this.out = out;
    this.live = live;
    this.messages = messages;
  }

  @Override
  public void event(Kind kind, String what) {
    Ink ink =
        switch (kind) {
          case INFO -> Ink.BOLD;
          case GOOD -> Ink.GREEN;
          case FAULT -> Ink.RED;
        };
    line(Ink.DIM.paint(clock(), live) + "  " + ink.paint(what, live));
  }

  @Override
  public void wrote(LabNode node, String session, int index, Message message) {
    if (messages) {
      latest =
          shortened(
              session
                  + " #"
                  + (index + 1)
                  + " "
                  + message.role().label()
                  + " on "
                  + node.name()
                  + ": "
                  + summary(message));
    }
  }

  @Override
  public void status(List<NodeView> nodes, int acknowledged, int total) {
    if (live) {
      List<String> lines = new ArrayList<>();
      if (latest != null) {
        lines.add(Ink.DIM.paint("         " + latest, true));
      }
      for (NodeView node : nodes) {
        lines.add(row(node));
      }
      lines.add("         " + progress(acknowledged, total));
      redraw(lines);
    } else if (millisSince(lastPlainStatusNanos) >= PLAIN_STATUS_MILLIS) {
      lastPlainStatusNanos = System.nanoTime();
      out.println(
          clock()
              + "  "
              + acknowledged
              + "/"
              + total
              + " written; "
              + nodes.stream().map(Narrator::brief).collect(Collectors.joining(", ")));
    }
  }

  /** Takes the moving part off the screen: what follows is the result. */
  void end() {
    redraw(List.of());
  }

  private void line(String text) {
    List<String> below = block;
    redraw(List.of());
    out.println(text);
    redraw(below);
  }

  private void redraw(List<String> lines) {
    if (!live) {
      return;
    }
    StringBuilder screen = new StringBuilder();
    if (!block.isEmpty()) {
      screen.append("\u001b[").append(block.size()).append("A\u001b[0J");
    }
    lines.forEach(line -> screen.append(ERASE_LINE).append(line).append(System.lineSeparator()));
    out.print(screen);
    out.flush();
    block = lines;
  }

  private static String row(NodeView node) {
    String numbers =
        String.format(Locale.ROOT, "wrote %4d   holds %5d   ", node.writes(), node.holds());
    String behind =
        node.behind() == 0
            ? Ink.GREEN.paint("level", true)
            : Ink.YELLOW.paint("behind by " + node.behind(), true);
    return "         "
        + Ink.CYAN.paint(node.name(), true)
        + "  "
        + state(node)
        + "  "
        + numbers
        + (node.state() == NodeView.State.DOWN ? "" : behind);
  }

  private static String state(NodeView node) {
    return switch (node.state()) {
      case UP -> Ink.GREEN.paint("up     ", true);
      case CUT_OFF -> Ink.YELLOW.paint("cut off", true);
      case DOWN -> Ink.RED.paint("killed ", true);
    };
  }

  private static String brief(NodeView node) {
    return node.name()
        + switch (node.state()) {
          case UP -> "";
          case CUT_OFF -> " (cut off)";
          case DOWN -> " (killed)";
        }
        + (node.behind() == 0 ? " level" : " behind by " + node.behind());
  }

  private static String progress(int done, int total) {
    int width = 30;
    int full = total == 0 ? width : (int) ((long) width * done / total);
    return "█".repeat(full) + "░".repeat(width - full) + " " + done + " of " + total + " messages";
  }

  private static String summary(Message message) {
    return message.content().isBlank()
        ? message.toolCalls().stream().map(ToolCall::name).collect(Collectors.joining(", "))
        : message.content().strip().replaceAll("\\s+", " ");
  }

  private static String shortened(String text) {
    return text.length() <= LATEST_CHARS_MAX ? text : text.substring(0, LATEST_CHARS_MAX - 1) + "…";
  }

  private String clock() {
    return String.format(Locale.ROOT, "%6.1f s", millisSince(startedNanos) / 1000.0);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
