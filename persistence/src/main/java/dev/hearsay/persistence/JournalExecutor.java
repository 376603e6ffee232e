package dev.hearsay.persistence;

import com.typesafe.config.Config;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.TaskInvocation;

/**
 * Runs the journal's actor on threads of its own, and the few lines that turn a stored batch into
 * answers right where the batch was stored: handing them to a thread first costs more than running
 * them, and a lone writer waits for it. Pekko creates it, by the name in {@code reference.conf}.
 *
 * @since 0.1
 */
public final class JournalExecutor extends ExecutorServiceConfigurator {
  private static final long KEEP_ALIVE_SECONDS = 60;

  /** Called by Pekko. */
  public JournalExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> new Pool(threads);
  }

  private static final class Pool extends ThreadPoolExecutor {
    Pool(ThreadFactory threads) {
      super(
          0,
          Integer.MAX_VALUE, // one an actor: no more run than there are journals
          KEEP_ALIVE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          threads);
    }

    @Override
    public void execute(Runnable task) {
      if (task instanceof TaskInvocation callback) {
        callback.run();
      } else {
        super.execute(task);
      }
    }
  }
}
