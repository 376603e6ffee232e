package dev.hearsay.persistence;

import java.util.concurrent.Executor;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;

/**
 * A journal plugin's answer to {@link Ask}: its log, and the threads that may block on it. If the
 * journal did not start, the answer is a failure that says why.
 */
record OpenJournal(EventLog log, Executor executor) implements NoSerializationVerificationNeeded {
  /** Asks a journal plugin for its log; stays within the actor system. */
  enum Ask implements NoSerializationVerificationNeeded {
    ASK
  }
}
