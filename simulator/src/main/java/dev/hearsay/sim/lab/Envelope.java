package dev.hearsay.sim.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Requests and replies as lines, tied by a number. */
final class Envelope {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Envelope() {}

  record Ask(long id, Request request) {}

  record Answer(long id, Reply reply) {}

  static String line(Record envelope) {
    try {
      return JSON.writeValueAsString(envelope);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + envelope, e);
    }
  }

  static Ask ask(String line) throws JsonProcessingException {
    return JSON.readValue(line, Ask.class);
  }

  static Answer answer(String line) throws JsonProcessingException {
    return JSON.readValue(line, Answer.class);
  }
}
