package dev.hearsay.sim.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hearsay.sim.sessions.Plant;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node of the lab as its driver sees it: a process that can be started, asked, killed and started
 * again on the same data directory. Thread-safe.
 */
public final class LabNode {

  private static final int LOG_TAIL_LINES = 15;

  /** Of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY_STATUS = 3;

  /** For a process that says what is no answer. */
  private static final int LAST_WORDS_SECONDS = 2;

  private final int number;
  private final String name;
  private final Path directory;
  private final Lab lab;
  private final int port;
  private final AtomicLong ids = new AtomicLong();

  private volatile @Nullable Running running;

  LabNode(int number, Lab lab, Path directory, int port) {
    this.number = number;
    this.name = "node-" + (number + 1);
    this.lab = lab;
    this.directory = directory;
    this.port = port;
  }

  /** From 0. */
  public int number() {
    return number;
  }

  public String name() {
    return name;
  }

  /** Where peers reach it. */
  public String address() {
    return lab.site().announcedHost(number) + ":" + port;
  }

  public boolean isRunning() {
    Running now = running;
    // Its pipe is closed some moments before the system has buried it.
    return now != null && !now.ended && now.process.isAlive();
  }

  /** The process id; for reports. */
  public long pid() {
    return current().process.pid();
  }

  /**
   * Starts the process and, in it, the node.
   *
   * @return completes when the node has recovered and runs
   */
  public CompletableFuture<Reply.Started> start(@Nullable Plant plant) throws IOException {
    // Membership gets a port of its own at every start: peers must not take the node for its
    // predecessor, which they may not have given up yet.
    int controlPort = lab.site().listen(number);
    Running started = new Running(lab.launch(number, directory));
    running = started;
    return ask(
        new Request.Start(
            name,
            directory.resolve("data").toString(),
            lab.site().announcedHost(number),
            lab.site().boundHost(number),
            port,
            controlPort,
            lab.addresses(),
            plant),
        Reply.Started.class);
  }

  /**
   * Asks the node something.
   *
   * @return fails with {@link NodeGoneException} if the process ends first, with {@link
   *     RequestFailedException} if the node says no
   */
  public <R extends Reply> CompletableFuture<R> ask(Request request, Class<R> answer) {
    return current().ask(ids.incrementAndGet(), request).thenApply(answer::cast);
  }

  /** Whether the process has ended because its heap was full, which its JVM is told to do then. */
  public boolean isOutOfMemory() {
    Running now = running;
    if (now == null || !now.ended) {
      return false;
    }
    now.awaitExit();
    return !now.process.isAlive() && now.process.exitValue() == OUT_OF_MEMORY_STATUS;
  }

  /** Kills the process with SIGKILL and waits for its end. */
  public void kill() {
    Running now = current();
    now.endExpected = true;
    now.process.destroyForcibly();
    now.awaitEnd();
  }

  /** Stops the node cleanly; completes when the process has ended. */
  public CompletableFuture<Void> stop() {
    Running now = current();
    now.endExpected = true;
    return ask(new Request.Stop(), Reply.Stopped.class)
        .thenCombine(now.process.onExit(), (stopped, process) -> stopped)
        .thenAccept(stopped -> {});
  }

  /** The end of the process's log and of what it printed, for a report. */
  public String logTail() {
    Deque<String> tail = new ArrayDeque<>();
    for (String file : List.of(Lab.LOG_FILE, Lab.STDERR_FILE)) {
      Path log = directory.resolve(file);
      if (Files.exists(log)) {
        try (var lines = Files.lines(log)) {
          lines.forEach(
              line -> {
                tail.add(line);
                if (tail.size() > LOG_TAIL_LINES) {
                  tail.remove();
                }
              });
        } catch (IOException | UncheckedIOException e) {
          tail.add("(" + log + " cannot be read: " + e.getMessage() + ")");
        }
      }
    }
    return String.join(System.lineSeparator(), tail);
  }

  void destroyIfRunning() {
    Running now = running;
    if (now != null) {
      now.endExpected = true;
      now.process.destroyForcibly();
    }
  }

  private Running current() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return now;
  }

  /** One life of the process. */
  private final class Running {
    final Process process;
    final BufferedWriter in;
    final Thread reader;
    final Map<Long, CompletableFuture<Reply>> pending = new ConcurrentHashMap<>();
    volatile boolean endExpected;
    volatile boolean ended;

    Running(Process process) {
      this.process = process;
      in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      reader = new Thread(this::read, name + "-answers");
      reader.setDaemon(true);
      reader.start();
    }

    CompletableFuture<Reply> ask(long id, Request request) {
      CompletableFuture<Reply> answer = new CompletableFuture<>();
      pending.put(id, answer);
      try {
        synchronized (in) {
          in.write(Envelope.line(new Envelope.Ask(id, request)));
          in.newLine();
          in.flush();
        }
      } catch (IOException e) {
        failPending();
      }
      if (ended) {
        failPending();
      }
      return answer;
    }

    void read() {
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          answered(line);
        }
      } catch (IOException e) {
        // The pipe of a killed process may break in the middle of a line: it has ended. Or its JVM
        // says why it ends, and is about to, with a status that tells the same.
        endSoon();
      }
      ended = true;
      failPending();
      if (!endExpected) {
        lab.crashed(LabNode.this);
      }
    }

    void answered(String line) throws JsonProcessingException {
      Envelope.Answer answer = Envelope.answer(line);
      CompletableFuture<Reply> waiting = pending.remove(answer.id());
      if (waiting == null) {
        throw new IllegalStateException(name + " answered what nobody asked: " + line);
      }
      if (answer.reply() instanceof Reply.Failed failed) {
        waiting.completeExceptionally(new RequestFailedException(name, failed));
      } else {
        waiting.complete(answer.reply());
      }
    }

    void failPending() {
      for (Long id : new ArrayList<>(pending.keySet())) {
        CompletableFuture<Reply> waiting = pending.remove(id);
        if (waiting != null) {
          waiting.completeExceptionally(new NodeGoneException(name));
        }
      }
    }

    void endSoon() {
      try {
        if (process.waitFor(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      process.destroyForcibly();
    }

    void awaitExit() {
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void awaitEnd() {
      awaitExit();
      try {
        reader.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
