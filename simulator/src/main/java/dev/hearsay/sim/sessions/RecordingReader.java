package dev.hearsay.sim.sessions;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads recordings: one session a line, as {@link SessionLine} draws it. */
public final class RecordingReader {

  /** A longer line is refused before it fills the memory. */
  static final int LINE_BYTES_MAX = 16 << 20;

  private static final String SAMPLE = "sample.jsonl";

  private RecordingReader() {}

  /**
   * Reads a recording from a file.
   *
   * @throws MalformedRecordingException naming the file, the line and what is wrong
   */
  public static Recording read(Path file) throws MalformedRecordingException {
    String source = file.toString();
    if (Files.isDirectory(file)) {
      throw new MalformedRecordingException(source, "is a directory, not a file of sessions");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(source, in);
    } catch (NoSuchFileException e) {
      throw new MalformedRecordingException(source, "no such file");
    } catch (IOException e) {
      throw new MalformedRecordingException(source, "cannot be read: " + e.getMessage());
    }
  }

  /** The small recording that ships with the project. */
  public static Recording sample() {
    try (InputStream in = RecordingReader.class.getResourceAsStream(SAMPLE)) {
      if (in == null) {
        throw new IllegalStateException("the sample recording is missing from the class path");
      }
      return read(SAMPLE, in);
    } catch (IOException | MalformedRecordingException e) {
      throw new IllegalStateException("the sample recording is broken", e);
    }
  }

  static Recording read(String source, InputStream in)
      throws IOException, MalformedRecordingException {
    InputStream buffered = new BufferedInputStream(in, 1 << 16);
    List<Session> sessions = new ArrayList<>();
    Map<String, Integer> lineOfSession = new LinkedHashMap<>();
    int number = 0;
    try {
      for (Optional<String> line = line(buffered); line.isPresent(); line = line(buffered)) {
        number++;
        Session session = SessionLine.parse(line.get());
        Integer earlier = lineOfSession.putIfAbsent(session.name(), number);
        if (earlier != null) {
          throw new SessionLine.Problem(
              "session '" + session.name() + "' was already on line " + earlier);
        }
        sessions.add(session);
      }
    } catch (SessionLine.Problem e) {
      throw new MalformedRecordingException(source, Math.max(number, 1), e.getMessage());
    } catch (CharacterCodingException e) {
      throw new MalformedRecordingException(source, number + 1, "not UTF-8 text");
    } catch (LineTooLongException e) {
      throw new MalformedRecordingException(
          source, number + 1, "the line is longer than " + LINE_BYTES_MAX + " bytes");
    }
    if (sessions.isEmpty()) {
      throw new MalformedRecordingException(source, "the file is empty: no session to play");
    }
    return new Recording(sessions);
  }

  private static Optional<String> line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return Optional.empty();
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (bytes.size() == LINE_BYTES_MAX) {
        throw new LineTooLongException();
      }
      bytes.write(next);
    }
    // A fresh decoder reports malformed input, where new String(…) would replace it silently.
    return Optional.of(
        StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes.toByteArray()))
            .toString());
  }

  private static final class LineTooLongException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
