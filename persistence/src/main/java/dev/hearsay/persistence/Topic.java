package dev.hearsay.persistence;

/** What a live query waits for. */
sealed interface Topic {
  /** Events of one entity. */
  record Entity(String persistenceId) implements Topic {}

  /** Events that have a tag. */
  record Tag(String tag) implements Topic {}

  /** First events of entities. */
  record NewEntities() implements Topic {}
}
