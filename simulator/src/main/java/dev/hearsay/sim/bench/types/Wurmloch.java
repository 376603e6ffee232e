package dev.hearsay.sim.bench.types;

import com.netopyr.wurmloch.crdt.CrdtCommand;
import com.netopyr.wurmloch.crdt.LWWRegister;
import com.netopyr.wurmloch.crdt.ORSet;
import com.netopyr.wurmloch.crdt.PNCounter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** The streams that wurmloch-crdt's types want at both ends. */
final class Wurmloch {

  private static final Subscription UNLIMITED =
      new Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
      };

  private Wurmloch() {}

  static ORSet<String> set(Inlet in, Consumer<CrdtCommand> out) {
    return new ORSet<>("set", in, new Outlet(out));
  }

  static PNCounter counter() {
    return new PNCounter("here", "counter", new Inlet(), new Outlet(command -> {}));
  }

  static LWWRegister<String> register() {
    return new LWWRegister<>("here", "register", new Inlet(), new Outlet(command -> {}));
  }

  /** Hands the commands of other replicas to one. */
  static final class Inlet implements Publisher<CrdtCommand> {
    private @Nullable Subscriber<? super CrdtCommand> replica;

    @Override
    public void subscribe(Subscriber<? super CrdtCommand> subscriber) {
      replica = subscriber;
      subscriber.onSubscribe(UNLIMITED);
    }

    void apply(CrdtCommand command) {
      if (replica == null) {
        throw new IllegalStateException("nobody listens");
      }
      replica.onNext(command);
    }
  }

  /** Takes the commands that a replica emits. */
  private record Outlet(Consumer<CrdtCommand> action) implements Subscriber<CrdtCommand> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(CrdtCommand command) {
      action.accept(command);
    }

    @Override
    public void onError(Throwable error) {
      throw new IllegalStateException(error);
    }

    @Override
    public void onComplete() {}
  }
}
