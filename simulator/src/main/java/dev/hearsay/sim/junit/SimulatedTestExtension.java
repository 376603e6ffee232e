package dev.hearsay.sim.junit;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.ReflectionSupport;

/** Runs a {@link SimulatedTest} once for each seed. */
public final class SimulatedTestExtension implements TestTemplateInvocationContextProvider {
  /** System property: the only seed to run. */
  static final String SEED = "hearsay.sim.seed";

  /** System property: a file with the faults of the run, instead of those that are drawn. */
  static final String SCHEDULE = "hearsay.sim.schedule";

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(SimulatedTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    SimulatedTest test = context.getRequiredTestMethod().getAnnotation(SimulatedTest.class);
    Long only = Long.getLong(SEED);
    return (only != null
            ? LongStream.of(only)
            : LongStream.range(test.seed(), test.seed() + test.runs()))
        .mapToObj(seed -> new OneRun(test, seed));
  }

  private record OneRun(SimulatedTest test, long seed) implements TestTemplateInvocationContext {
    @Override
    public String getDisplayName(int invocationIndex) {
      return "seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      VirtualMesh mesh =
          VirtualMesh.of(test.nodes())
              .seed(seed)
              .time(Duration.ofSeconds(test.seconds()))
              .faults(test.faults());
      String schedule = System.getProperty(SCHEDULE);
      if (schedule != null) {
        mesh.schedule(Path.of(schedule));
      }
      return List.of(new MeshParameter(mesh), new RunAfterwards(mesh));
    }
  }

  private record MeshParameter(VirtualMesh mesh) implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == VirtualMesh.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return mesh;
    }
  }

  private record RunAfterwards(VirtualMesh mesh) implements InvocationInterceptor {
    @Override
    public void interceptTestTemplateMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> invocationContext,
        ExtensionContext context)
        throws Throwable {
      invocation.proceed();
      Method method = invocationContext.getExecutable();
      List<Object> arguments = invocationContext.getArguments();
      mesh.run(
          () ->
              ReflectionSupport.invokeMethod(
                  method, context.getRequiredTestInstance(), arguments.toArray()));
    }
  }
}
