package dev.hearsay.sim.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a line into words at blanks. Quotes, single or double, keep blanks in a word and may hold
 * nothing; a backslash takes the next character as it is.
 */
final class Words {

  private Words() {}

  static List<String> of(String line) throws ShellException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
        inWord = true;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new ShellException("a quote is open at the end of the line: quotes come in pairs");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
