package dev.hearsay.sim.sessions;

/** A recording cannot be used. The message names the file, the line if there is one, and why. */
public final class MalformedRecordingException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedRecordingException(String source, String problem) {
    super(source + ": " + problem);
  }

  MalformedRecordingException(String source, int line, String problem) {
    super(source + ":" + line + ": " + problem);
  }
}
