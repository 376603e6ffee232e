package dev.hearsay.sim.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The shell's commands: what they are called, which words they take, and what they do. */
enum Verb {
  SPACES("spaces", "", "all spaces that this node knows of", 0, 0),
  USE("use", "SPACE", "work in a space; it is created, on every node, if there is none", 1, 1),
  FIELDS("fields", "", "the fields of the space, their types and sizes", 0, 0),
  ADD("add", "FIELD VALUE…", "add to a set, all values in one change", 2, 1_000),
  REMOVE("remove", "FIELD VALUE", "remove from a set, or a key from a map", 2, 2),
  CONTAINS("contains", "FIELD VALUE", "is it in the set, or a key of the map?", 2, 2),
  INC("inc", "FIELD [N]", "add N to a counter: 1 by default, may be negative", 1, 2),
  SET("set", "FIELD VALUE", "write a register; the latest write wins", 2, 2),
  PUT("put", "FIELD KEY VALUE", "put into a map", 3, 3),
  GET("get", "FIELD [KEY]", "read a register, a counter, or a key of a map", 1, 2),
  APPEND("append", "FIELD VALUE", "append to a log", 2, 2),
  TRIM("trim", "FIELD N", "keep only the last N entries of a log", 2, 2),
  CLAIM("claim", "FIELD VALUE CONF", "write with a confidence of 0 to 1; the surest wins", 3, 3),
  OFFER("offer", "FIELD VALUE", "write a register that keeps all concurrent values", 2, 2),
  ENABLE("enable", "FIELD", "turn a flag on", 1, 1),
  DISABLE("disable", "FIELD", "turn a flag off, as far as it was seen on here", 1, 1),
  DELETE("delete", "FIELD", "delete a field, or with * at the end all that begin so", 1, 1),
  SHOW("show", "[FIELD]", "what a field holds, or the whole space", 0, 1),
  WATCH("watch", "", "tell of every change of this space as it arrives", 0, 0),
  UNWATCH("unwatch", "", "stop telling", 0, 0),
  PEERS("peers", "", "the peers, and who lacks how many writes", 0, 0),
  NODES("nodes", "", "all nodes, also those out of reach: lag, clocks, versions, load", 0, 0),
  TRAFFIC("traffic", "", "what was refused, put off and dropped since the start", 0, 0),
  VOTERS("voters", "", "the nodes whose acknowledgements count in the space", 0, 0),
  REPLACE_LOST(
      "replace-lost-voters",
      "LOST,… NEW,… [yes]",
      "new voters when most are gone for good; says first what that gives up",
      2,
      3),
  FRONTIER("frontier", "", "what this node has applied of the space, as a token", 0, 0),
  HELP("help", "", "this list", 0, 0),
  EXIT("exit", "", "stop the node and leave", 0, 0);

  private final String word;
  private final String arguments;
  private final String meaning;
  private final int argumentsMin;
  private final int argumentsMax;

  Verb(String word, String arguments, String meaning, int argumentsMin, int argumentsMax) {
    this.word = word;
    this.arguments = arguments;
    this.meaning = meaning;
    this.argumentsMin = argumentsMin;
    this.argumentsMax = argumentsMax;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(command -> command.word).toList();
  }

  static Optional<Verb> of(String word) {
    return Arrays.stream(values()).filter(command -> command.word.equals(word)).findFirst();
  }

  String usage() {
    return arguments.isEmpty() ? word : word + " " + arguments;
  }

  String meaning() {
    return meaning;
  }

  /** Whether the first argument is the name of a field. */
  boolean takesField() {
    return arguments.startsWith("FIELD") || arguments.startsWith("[FIELD]");
  }

  void check(List<String> given) throws ShellException {
    if (given.size() < argumentsMin || given.size() > argumentsMax) {
      throw new ShellException("usage: " + usage());
    }
  }
}
