package dev.hearsay.persistence;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.query.ReadJournalProvider;

/**
 * The query plugin: {@value HearsayReadJournal#IDENTIFIER}. {@code reference.conf} explains its
 * settings. Pekko creates it.
 *
 * @since 0.1
 */
public final class HearsayReadJournalProvider implements ReadJournalProvider {
  private final Queries queries;

  /** Called by Pekko with the plugin's own settings and where they stand. */
  public HearsayReadJournalProvider(ExtendedActorSystem system, Config config, String path) {
    this.queries = new Queries(system, config, path);
  }

  @Override
  public HearsayScalaReadJournal scaladslReadJournal() {
    return new HearsayScalaReadJournal(queries);
  }

  @Override
  public HearsayReadJournal javadslReadJournal() {
    return new HearsayReadJournal(queries);
  }
}
