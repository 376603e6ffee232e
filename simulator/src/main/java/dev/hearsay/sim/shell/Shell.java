package dev.hearsay.sim.shell;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one line after the other on a node. One thread at a time; watches print from threads
 * of their own.
 */
public final class Shell implements AutoCloseable {

  /** How a line begins that says what could not be done. */
  public static final String ERROR = "error: ";

  private static final int MAX = Integer.MAX_VALUE;

  private final MeshNode node;
  private final Consumer<String> print;
  private @Nullable Space space;
  private @Nullable Watch watch;
  private boolean ended;

  /**
   * A shell on a running node.
   *
   * @param print takes each line of output, from any thread
   */
  public Shell(MeshNode node, Consumer<String> print) {
    this.node = node;
    this.print = print;
  }

  /** Carries out a line; false if it failed, which a line that begins with ERROR then tells. */
  public boolean execute(String line) {
    try {
      List<String> words = words(line);
      if (!words.isEmpty()) {
        run(words.get(0), words.subList(1, words.size()));
      }
      return true;
    } catch (ShellException | HearsayException e) {
      print.accept(ERROR + e.getMessage());
      return false;
    }
  }

  /** True once the user asked to leave. */
  public boolean hasEnded() {
    return ended;
  }

  /** What the prompt shows: the node, and the space in use. */
  public String prompt() {
    return node.name() + (space == null ? "" : ":" + space.name()) + "> ";
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  List<String> knownSpaces() {
    return List.copyOf(node.spaces());
  }

  List<String> knownFields() {
    return space == null ? List.of() : space.fields().stream().map(FieldInfo::name).toList();
  }

  private List<String> words(String line) throws ShellException {
    String trimmed = line.strip();
    if (trimmed.isEmpty() || trimmed.startsWith("#")) {
      return List.of();
    }
    return Words.of(trimmed);
  }

  private void run(String word, List<String> args) throws ShellException {
    Verb command =
        Verb.of(word.equals("quit") ? "exit" : word)
            .orElseThrow(
                () -> new ShellException("unknown command '" + word + "'; 'help' lists all"));
    command.check(args);
    switch (command) {
      case SPACES -> all(knownSpaces(), "no spaces yet; 'use NAME' and write something");
      case USE -> use(args.get(0));
      case FIELDS -> fields();
      case ADD -> add(args.get(0), args.subList(1, args.size()));
      case REMOVE -> remove(args.get(0), args.get(1));
      case CONTAINS -> contains(args.get(0), args.get(1));
      case INC -> inc(args.get(0), args.size() == 1 ? "1" : args.get(1));
      case SET -> {
        current().lwwRegister(args.get(0), String.class).set(args.get(1));
        done();
      }
      case PUT -> {
        current().orMap(args.get(0), String.class).put(args.get(1), args.get(2));
        done();
      }
      case GET -> get(args);
      case APPEND -> {
        current().appendLog(args.get(0), String.class).append(args.get(1));
        done();
      }
      case TRIM -> {
        current().appendLog(args.get(0), Value.class).keepLast((int) number(args.get(1), 0, MAX));
        done();
      }
      case CLAIM -> {
        current()
            .confidenceRegister(args.get(0), String.class)
            .set(args.get(1), confidence(args.get(2)));
        done();
      }
      case OFFER -> {
        current().mvRegister(args.get(0), String.class).set(args.get(1));
        done();
      }
      case ENABLE -> {
        current().flag(args.get(0)).enable();
        done();
      }
      case DISABLE -> {
        current().flag(args.get(0)).disable();
        done();
      }
      case DELETE -> {
        delete(args.get(0));
        done();
      }
      case SHOW -> show(args);
      case WATCH -> watch();
      case UNWATCH -> {
        close();
        print.accept("no longer watching");
      }
      case PEERS -> peers();
      case NODES -> all(NodeLines.of(node), "");
      case TRAFFIC -> all(TrafficLines.of(node.traffic()), "");
      case VOTERS -> all(new VoterLines(node, current()).lines(), "nobody has named any yet");
      case REPLACE_LOST -> all(new VoterLines(node, current()).replaceLost(args), "");
      case FRONTIER -> print.accept(current().frontier().toString());
      case HELP -> help();
      case EXIT -> ended = true;
    }
  }

  private void use(String name) {
    close();
    space = node.agent(node.name()).space(name);
    print.accept("in " + name + "; " + space.fields().size() + " fields");
  }

  private void fields() throws ShellException {
    List<String> lines = new ArrayList<>();
    for (FieldInfo field : current().fields()) {
      lines.add(
          String.format(Locale.ROOT, "%-24s %-12s %d", field.name(), field.type(), field.size()));
    }
    all(lines, "no fields yet; try: add topics bees");
  }

  private void add(String field, List<String> values) throws ShellException {
    if (values.size() == 1) {
      current().orSet(field, String.class).add(values.get(0));
    } else {
      current().orSet(field, String.class).addAll(values);
    }
    done();
  }

  private void remove(String field, String value) throws ShellException {
    if (typeOf(field).filter("OrMap"::equals).isPresent()) {
      current().orMap(field, String.class).remove(value);
    } else {
      current().orSet(field, String.class).remove(value);
    }
    done();
  }

  private void contains(String field, String value) throws ShellException {
    boolean there =
        typeOf(field).filter("OrMap"::equals).isPresent()
            ? current().orMap(field, String.class).containsKey(value)
            : current().orSet(field, String.class).contains(value);
    print.accept(there ? "yes" : "no");
  }

  private void inc(String field, String amount) throws ShellException {
    current().pnCounter(field).increment(number(amount, Long.MIN_VALUE, Long.MAX_VALUE));
    print.accept(current().pnCounter(field).exactValue().toString());
  }

  private static long number(String text, long min, long max) throws ShellException {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as what is out of range.
    }
    throw new ShellException(
        min == Long.MIN_VALUE
            ? "'" + text + "' is not a whole number of 64 bits"
            : "'" + text + "' is not a whole number from " + min + " to " + max);
  }

  private static double confidence(String text) throws ShellException {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new ShellException("'" + text + "' is not a number from 0 to 1");
    }
  }

  private void delete(String field) throws ShellException {
    if (field.endsWith("*")) {
      current().deletePrefix(field.substring(0, field.length() - 1));
    } else {
      current().delete(field);
    }
  }

  private void get(List<String> args) throws ShellException {
    String field = args.get(0);
    if (args.size() == 2) {
      print.accept(current().orMap(field, String.class).get(args.get(1)).orElse("(no such key)"));
    } else if (typeOf(field).filter("PnCounter"::equals).isPresent()) {
      print.accept(current().pnCounter(field).exactValue().toString());
    } else {
      print.accept(current().lwwRegister(field, String.class).get().orElse("(empty)"));
    }
  }

  private void show(List<String> args) throws ShellException {
    FieldPrinter printer = new FieldPrinter(current().snapshot());
    if (args.isEmpty()) {
      List<String> lines = new ArrayList<>();
      for (FieldInfo field : current().fields()) {
        lines.add(field.name() + " (" + field.type() + ")");
        printer.lines(field).forEach(line -> lines.add("  " + line));
      }
      all(lines, "the space is empty");
    } else {
      List<FieldInfo> named =
          current().fields().stream().filter(f -> f.name().equals(args.get(0))).toList();
      if (named.isEmpty()) {
        throw new ShellException("there is no field '" + args.get(0) + "' in this space");
      }
      for (FieldInfo field : named) {
        all(printer.lines(field), "(empty)");
      }
    }
  }

  private void watch() throws ShellException {
    close();
    watch = current().watch(this::changed);
    print.accept("watching " + current().name() + "; 'unwatch' ends it");
  }

  private void changed(SpaceChange change) {
    print.accept(
        "* "
            + (change.author().isEmpty() ? "a state transfer" : change.author())
            + (change.local() ? " (here)" : "")
            + " changed "
            + String.join(", ", change.fields())
            + (change.contested().isEmpty()
                ? ""
                : "; written concurrently: " + String.join(", ", change.contested())));
  }

  private void peers() {
    List<String> lines = new ArrayList<>(NodeLines.outsiders(node));
    for (PeerStatus peer : node.peers()) {
      if (NodeLines.isOutside(node, peer)) {
        continue;
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "%-20s %-22s %-12s %s",
              peer.name(),
              peer.address(),
              peer.reachable() ? "reachable" : "unreachable",
              lag(peer)));
    }
    all(lines, "no peers; start with --join HOST:PORT to have some");
  }

  private static String lag(PeerStatus peer) {
    if (peer.behind() == 0 && peer.ahead() == 0) {
      return "level";
    }
    List<String> parts = new ArrayList<>();
    if (peer.behind() > 0) {
      parts.add("lacks " + peer.behind() + " of our writes");
    }
    if (peer.ahead() > 0) {
      parts.add("has " + peer.ahead() + " that we lack");
    }
    return String.join(", ", parts);
  }

  private void help() {
    for (Verb command : Verb.values()) {
      print.accept(String.format(Locale.ROOT, "  %-22s %s", command.usage(), command.meaning()));
    }
    print.accept("  Values with blanks go in quotes.");
  }

  private Optional<String> typeOf(String field) throws ShellException {
    return current().fields().stream()
        .filter(info -> info.name().equals(field))
        .map(FieldInfo::type)
        .findFirst();
  }

  private Space current() throws ShellException {
    if (space == null) {
      throw new ShellException("no space in use; say: use NAME");
    }
    return space;
  }

  private void done() {
    print.accept("ok");
  }

  private void all(List<String> lines, String ifNone) {
    if (lines.isEmpty()) {
      print.accept(ifNone);
    } else {
      lines.forEach(print);
    }
  }
}
