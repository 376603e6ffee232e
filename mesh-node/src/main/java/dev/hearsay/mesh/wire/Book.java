package dev.hearsay.mesh.wire;

import dev.hearsay.mesh.HostPort;
import java.util.List;

/**
 * What a node has durably, as another one knows it.
 *
 * @param incarnation of that node
 * @param rolesKnown false if it has not said them; they are empty then
 * @param ageMillis how long ago it was heard
 * @param upTo where in the teller's book of it the rows end
 */
public record Book(
    HostPort address,
    String nodeId,
    String name,
    long incarnation,
    boolean rolesKnown,
    List<String> roles,
    long ageMillis,
    long upTo,
    List<Message.FrontierRow> rows) {
  public Book {
    roles = List.copyOf(roles);
    rows = List.copyOf(rows);
  }

  /** This, with other rows. */
  public Book with(List<Message.FrontierRow> other) {
    return new Book(address, nodeId, name, incarnation, rolesKnown, roles, ageMillis, upTo, other);
  }
}
