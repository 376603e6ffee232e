package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.Shortfall;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Why voters did not acknowledge, answer or change, in words that say what to do. */
final class VotingErrors {
  private VotingErrors() {}

  static HearsayException unacknowledged(
      String space, Acknowledgement acknowledgement, long millis, Throwable failure) {
    return new HearsayException(
        ErrorCode.ACKNOWLEDGEMENT_TIMEOUT,
        counted(space, acknowledgement, millis, failure, "have the change")
            + "; it is in this node's journal and spreads; a repetition under the same operation"
            + " id has no second effect",
        failure);
  }

  static HearsayException unread(
      String space, Acknowledgement acknowledgement, long millis, Throwable failure) {
    return new HearsayException(
        ErrorCode.READ_TIMEOUT,
        counted(space, acknowledgement, millis, failure, "answered")
            + "; reading again is harmless",
        failure);
  }

  private static String counted(
      String space, Acknowledgement acknowledgement, long millis, Throwable failure, String what) {
    Shortfall shortfall = shortfall(failure);
    String count =
        shortfall == null
            ? "it is not known how many voters "
                + what
                + ": "
                + (isSlow(failure) ? slow(millis) : "the node closed while it counted")
            : shortfall.had()
                + " of "
                + shortfall.needed()
                + " voters needed "
                + what
                + silent(shortfall);
    return "space '" + space + "': " + acknowledgement + ": " + count;
  }

  private static String slow(long millis) {
    return "this node, which is very busy or was closed, did not come to it within "
        + (millis + Voting.SLOW_MILLIS)
        + " ms";
  }

  static HearsayException unchanged(String space, long millis, Throwable failure) {
    Shortfall shortfall = shortfall(failure);
    String what = "the voters of space '" + space + "' ";
    if (shortfall == null) {
      return new HearsayException(
          ErrorCode.VOTERS_UNDECIDED,
          what
              + (isSlow(failure)
                  ? "may yet change: " + slow(millis) + "; trying again is harmless"
                  : "may have changed: the node closed"),
          failure);
    }
    String count =
        ": "
            + shortfall.had()
            + " of "
            + shortfall.needed()
            + " needed answered"
            + silent(shortfall);
    return switch (shortfall.reason()) {
      case BUSY ->
          new HearsayException(
              ErrorCode.VOTERS_UNCHANGED,
              what + "are being changed on this node already; try again after that",
              failure);
      case NOT_LOST ->
          new HearsayException(
              ErrorCode.VOTERS_UNCHANGED,
              what
                  + "stay as they are: "
                  + String.join(", ", shortfall.silent())
                  + " answered within the last minute and can be asked; use changeVoters(…), or"
                  + " stop what is really to be given up and wait a minute",
              failure);
      case NO_MAJORITY_LOST ->
          new HearsayException(
              ErrorCode.VOTERS_UNCHANGED,
              what
                  + "stay as they are: those named as lost must be voters, a majority of them, and"
                  + " not be voters again; else use changeVoters(…)",
              failure);
      case TOO_EARLY ->
          new HearsayException(
              ErrorCode.VOTERS_UNCHANGED,
              what
                  + "stay as they are: this node has listened for "
                  + shortfall.had()
                  + " s, too short to know who is lost; ask again when it has for "
                  + shortfall.needed()
                  + " s",
              failure);
      case TOO_FEW_VOTERS ->
          new HearsayException(ErrorCode.TOO_FEW_VOTERS, what + "were never named", failure);
      case UNDECIDED ->
          new HearsayException(
              ErrorCode.VOTERS_UNDECIDED, what + "may yet change" + count, failure);
      default ->
          new HearsayException(
              ErrorCode.VOTERS_UNCHANGED, what + "stay as they are" + count, failure);
    };
  }

  private static String silent(Shortfall shortfall) {
    return shortfall.silent().isEmpty()
        ? ""
        : "; not heard: " + String.join(", ", shortfall.silent());
  }

  /** Whether the gossip has said nothing at all. */
  private static boolean isSlow(Throwable failure) {
    return cause(failure) instanceof TimeoutException;
  }

  private static @Nullable Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static @Nullable Shortfall shortfall(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof AckDesk.NotAcknowledged not
            && not.shortfall().reason() != Shortfall.Reason.CLOSED
        ? not.shortfall()
        : null;
  }
}
