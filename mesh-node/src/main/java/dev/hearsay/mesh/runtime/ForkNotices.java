package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.space.ForkAction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator what becomes of the branches of one space. Thread-safe. */
final class ForkNotices {
  private static final Logger LOG = LoggerFactory.getLogger(ForkNotices.class);

  private final String space;
  private final Notices notices;

  ForkNotices(String space, Notices notices) {
    this.space = space;
    this.notices = notices;
  }

  /** A peer has brought back what this node wrote and its disk had not. */
  void returned(ReplicaId replica, long counter) {
    if (notices.isDue(Notices.Kind.RETURNED, "")) {
      LOG.warn(
          "space '{}': peers hold writes of this node ({}:{}) that its data directory had not:"
              + " it is older than they are, as a restored backup is. They come back; what no"
              + " peer had is gone",
          space,
          replica,
          counter);
    }
  }

  void givenUp() {
    LOG.warn("space '{}': its branch is given up; peers fill the space again", space);
  }

  /** Something was done, or is to be. */
  void tell(ForkAction action) {
    if (action instanceof ForkAction.Avoid avoid
        && notices.isDue(Notices.Kind.ANOTHER_BRANCH, avoid.peer().toString())) {
      LOG.error(
          "space '{}': {} holds another branch ({}); the space is not exchanged with it any more",
          space,
          avoid.peer(),
          avoid.detail());
    } else if (action instanceof ForkAction.Moved moved
        && notices.isDue(Notices.Kind.WRITTEN_ANEW, "")) {
      LOG.warn(
          "space '{}': {} change(s) of this node's replica {} after {} were another branch than"
              + " the one that others hold; they are written anew as {}",
          space,
          moved.changes(),
          moved.replica(),
          moved.common(),
          moved.to());
    } else if (action instanceof ForkAction.Ask ask
        && notices.isDue(Notices.Kind.OPERATOR, ask.peer().toString())) {
      LOG.error(
          "space '{}': the branches under replica {} here and at {} wait for an operator: {}",
          space,
          ask.replica(),
          ask.peer(),
          ask.why());
    }
  }
}
