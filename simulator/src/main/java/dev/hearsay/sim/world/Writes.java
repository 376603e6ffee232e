package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One write of a client on its way, and who is told. */
abstract class Writes {
  /** The change of an earlier write under the same operation id. */
  final AtomicReference<@Nullable VersionVector> found = new AtomicReference<>();

  private @Nullable Frontier frontier;

  abstract void minted(EncodedChange change);

  /** So many have it; {@code frontier} includes it. */
  abstract void acknowledged(Frontier frontier, Acknowledgement how);

  abstract void failed(HearsayException failure);

  void acknowledged(Acknowledgement how) {
    Frontier durable = frontier;
    if (durable != null) {
      acknowledged(durable, how);
    }
  }

  /** The local part; {@code next} gets what voters must have. */
  VirtualSpace.Writer then(Consumer<VersionVector> next) {
    return new VirtualSpace.Writer() {
      @Override
      public void minted(EncodedChange change) {
        Writes.this.minted(change);
      }

      @Override
      public void durable(Frontier durable, VersionVector own) {
        VersionVector earlier = found.get();
        frontier = earlier == null ? durable : new Frontier(earlier);
        acknowledged(Acknowledgement.LOCAL);
        next.accept(earlier != null ? earlier : own.isEmpty() ? durable.versions() : own);
      }

      @Override
      public void failed(HearsayException failure) {
        Writes.this.failed(failure);
      }
    };
  }
}
