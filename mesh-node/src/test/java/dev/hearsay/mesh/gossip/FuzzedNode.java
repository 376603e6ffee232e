package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.Reception;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
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
        Reception reception = core.receive(deliver.changes());
        refused.addAll(reception.refused());
        finish(deliver.space(), core, deliver.from(), deliver.receipt());
      } else if (effect instanceof Effect.DeliverDiff deliver) {
        deliver(deliver);
      } else if (effect instanceof Effect.Serve serve) {
        serve(serve);
      }
    }
  }

  private void deliver(Effect.DeliverDiff deliver) {
    SpaceCore core = core(deliver.space());
    byte[] bytes = deliver.diff().unsafe();
    try {
      StateDiff diff = DiffFormat.decode(bytes);
      core.receive(diff, new EncodedDiff(bytes));
    } catch (RejectedException e) {
      rejected.merge(deliver.from(), 1L, Long::sum);
    }
    finish(deliver.space(), core, deliver.from(), new Effect.AnswerReceipt(Message.Then.DONE));
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
    RepairAnswer answer = core(serve.space()).answer(serve.frontier(), serve.bytesMax());
    if (answer instanceof RepairAnswer.Changes changes) {
      run(gossip.served(serve.space(), serve.to(), changes.changes(), changes.more()));
    } else if (answer instanceof RepairAnswer.Difference difference) {
      TransferBytes bytes = new TransferBytes(DiffFormat.encode(difference.diff()));
      run(gossip.served(serve.space(), serve.to(), bytes, nowMillis));
    }
  }
}
