package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.Reception;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A node's pure parts wired to each other, with a disk that is done at once: everything between the
 * bytes of a message and the state of a space.
 */
final class FuzzedNode {
  static final HostPort ADDRESS = new HostPort("self", 1);

  final Gossip gossip =
      new Gossip(ADDRESS, new Message.Hello("id", 1, "self", List.of()), GossipSettings.DEFAULT);
  final Map<HostPort, Long> rejected = new TreeMap<>();
  final List<String> refused = new ArrayList<>();
  final Map<HostPort, Integer> duplicates = new TreeMap<>();
  final Map<HostPort, Integer> dropped = new TreeMap<>();

  /** What it says, until somebody takes it out. */
  final List<Effect.Send> said = new ArrayList<>();

  long bytesSaid;
  private final Map<String, SpaceCore> spaces = new TreeMap<>();
  private final Map<HostPort, Fragments> fragments = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(1);
  long nowMillis = 1_000_000;

  FuzzedNode(List<String> names) {
    for (String name : names) {
      SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
      spaces.put(name, core);
      run(gossip.opened(name, core.durable().frontier(), core.durable().digest(), nowMillis));
    }
  }

  SpaceState state(String space) {
    return core(space).durable();
  }

  SpaceCore core(String space) {
    SpaceCore core = spaces.get(space);
    if (core == null) {
      throw new AssertionError("asked for space '" + space + "', which is not held");
    }
    return core;
  }

  void write(String space, String element) {
    SpaceCore core = core(space);
    core.mint(Changes.after(core), "author", Changes.adding(element));
    journal(space, core);
  }

  void packet(HostPort from, byte[] packet) {
    Message message;
    try {
      Optional<byte[]> whole =
          fragments.computeIfAbsent(from, peer -> new Fragments()).join(packet);
      if (whole.isEmpty()) {
        return;
      }
      message = MessageFormat.decode(whole.get());
    } catch (RejectedException e) {
      rejected.merge(from, 1L, Long::sum);
      return;
    }
    run(gossip.onMessage(from, message, nowMillis));
  }

  void tick(int millis) {
    nowMillis += millis;
    run(gossip.onTick(nowMillis, random));
  }

  private void run(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send) {
        bytesSaid += MessageFormat.encode(send.message()).length;
        said.add(send);
      } else if (effect instanceof Effect.Deliver deliver) {
        SpaceCore core = core(deliver.space());
        Reception reception = core.receive(deliver.changes(), deliver.from());
        refused.addAll(reception.refused());
        duplicates.merge(deliver.from(), reception.duplicates(), Integer::sum);
        reception.droppedOf().forEach((from, count) -> dropped.merge(from, count, Integer::sum));
        finish(deliver.space(), core, deliver.from(), deliver.receipt());
      } else if (effect instanceof Effect.DeliverHead deliver) {
        staged(deliver.space(), deliver.from(), core -> begin(core, deliver));
      } else if (effect instanceof Effect.DeliverPiece deliver) {
        staged(deliver.space(), deliver.from(), core -> stage(core, deliver));
      } else if (effect instanceof Effect.ReadState read) {
        var pieces = read.state().read(read.from(), read.bytesMax());
        run(gossip.read(read.space(), read.to(), read.transfer(), pieces, nowMillis));
      } else if (effect instanceof Effect.ServeRest rest) {
        SpaceCore core = core(rest.space());
        served(rest.space(), rest.to(), core.answer(rest.frontier(), rest.mark(), rest.bytesMax()));
      } else if (effect instanceof Effect.Serve serve) {
        serve(serve);
      } else if (effect instanceof Effect.Report report
          && (report.event() == Effect.Event.TRANSFER_REFUSED
              || report.event() == Effect.Event.REFUSED)) {
        rejected.merge(report.peer(), 1L, Long::sum);
      }
    }
  }

  private void staged(String space, HostPort from, Function<SpaceCore, StagingReport> stage) {
    SpaceCore core = core(space);
    StagingReport report = stage.apply(core);
    journal(space, core);
    run(gossip.staged(space, from, report, nowMillis));
  }

  private static StagingReport begin(SpaceCore core, Effect.DeliverHead deliver) {
    Message.StateOffer offer = deliver.offer();
    try {
      return core.begin(
          new SpaceEvent.Begun(
              offer.transfer(),
              offer.resumes(),
              offer.elements(),
              DiffFormat.decode(deliver.head()),
              new EncodedDiff(deliver.head())));
    } catch (RejectedException e) {
      return core.refuse(offer.transfer(), e);
    }
  }

  private static StagingReport stage(SpaceCore core, Effect.DeliverPiece deliver) {
    Message.StatePiece piece = deliver.piece();
    byte[] bytes = piece.piece().unsafe();
    try {
      return core.stage(
          new SpaceEvent.Staged(piece.transfer(), DiffFormat.decode(bytes), new EncodedDiff(bytes)),
          piece.from());
    } catch (RejectedException e) {
      return core.refuse(piece.transfer(), e);
    }
  }

  private void finish(String space, SpaceCore core, HostPort from, Effect.Receipt receipt) {
    journal(space, core);
    run(gossip.delivered(space, from, receipt, nowMillis));
  }

  private void journal(String space, SpaceCore core) {
    for (Optional<SpaceEvent> event = core.nextEvent();
        event.isPresent();
        event = core.nextEvent()) {
      // What is not read back is lost at the next start.
      SpaceEvent.decode(event.get().encode());
      Publication publication = core.persisted();
      List<EncodedChange> minted = new ArrayList<>();
      List<EncodedChange> received = new ArrayList<>();
      for (Publication.Step step : publication.steps()) {
        if (step.part() instanceof SpaceEvent.Applied applied) {
          (step.local() ? minted : received).add(applied.change());
        }
      }
      SpaceState state = publication.state();
      run(gossip.published(space, state.frontier(), state.digest(), minted, received, nowMillis));
    }
  }

  private void serve(Effect.Serve serve) {
    SpaceCore core = core(serve.space());
    served(serve.space(), serve.to(), core.answer(serve.frontier(), serve.bytesMax()));
  }

  private void served(String space, HostPort to, RepairAnswer answer) {
    if (answer instanceof RepairAnswer.Changes changes) {
      run(gossip.served(space, to, changes.changes(), changes.more(), nowMillis));
    } else if (answer instanceof RepairAnswer.Difference difference) {
      OutgoingState state =
          new OutgoingState(difference.state(), difference.base(), difference.baseHashes());
      run(gossip.served(space, to, state, difference.resumes(), nowMillis));
    }
  }
}
