package dev.hearsay.sim.shell;

import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands, then names of spaces or fields, as the command takes them. */
public final class ShellCompleter implements Completer {

  private final Shell shell;

  public ShellCompleter(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    candidates(line.words(), line.wordIndex()).forEach(word -> candidates.add(new Candidate(word)));
  }

  List<String> candidates(List<String> words, int index) {
    if (index == 0) {
      return Verb.words();
    }
    if (index > 1) {
      return List.of();
    }
    Verb command = Verb.of(words.get(0)).orElse(Verb.HELP);
    if (command == Verb.USE) {
      return shell.knownSpaces();
    }
    return command.takesField() ? shell.knownFields() : List.of();
  }
}
