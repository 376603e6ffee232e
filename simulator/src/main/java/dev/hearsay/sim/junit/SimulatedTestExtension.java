package dev.hearsay.sim.junit;

import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.PossibleFaults;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Runs a {@link SimulatedTest} once for each seed. */
public final class SimulatedTestExtension implements TestTemplateInvocationContextProvider {
  /** System property: the only seed to run. */
  static final String SEED = "hearsay.sim.seed";

  /** System property: a file with the faults of the run, instead of those that are drawn. */
  static final String SCHEDULE = "hearsay.sim.schedule";

  private static final long SECOND = 1_000_000_000L;
  private static final FaultKind[] DEFAULT_FAULTS = defaultFaults();

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), SimulatedTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    SimulatedTest test =
        AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), SimulatedTest.class)
            .orElseThrow();
    Long only = only();
    return (only != null
            ? LongStream.of(only)
            : LongStream.range(test.seed(), test.seed() + test.runs()))
        .mapToObj(seed -> new OneRun(test, seed));
  }

  /** The only seed to run; null for all. */
  private static @Nullable Long only() {
    String said = System.getProperty(SEED);
    try {
      return said == null ? null : Long.valueOf(said.strip());
    } catch (NumberFormatException e) {
      throw new ExtensionConfigurationException(
          "-D" + SEED + "=" + said + " is not a whole number", e);
    }
  }

  /** What goes wrong: if the test does not say, what can of that which goes wrong in any. */
  private static FaultKind[] faults(SimulatedTest test) {
    FaultKind[] named = test.faults();
    boolean isSaid = !Arrays.equals(named, DEFAULT_FAULTS);
    PossibleFaults possible =
        new PossibleFaults(
            test.nodes(), /* isRestricted= */ false, /* moves= */ false, test.seconds() * SECOND);
    return Arrays.stream(named)
        .filter(kind -> isSaid || possible.impossible(kind) == null)
        .toArray(FaultKind[]::new);
  }

  private static FaultKind[] defaultFaults() {
    try {
      return (FaultKind[]) SimulatedTest.class.getMethod("faults").getDefaultValue();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
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
              .faults(faults(test));
      String schedule = System.getProperty(SCHEDULE);
      if (schedule != null) {
        try {
          mesh.schedule(Path.of(schedule));
        } catch (IllegalArgumentException e) {
          throw new ExtensionConfigurationException("-D" + SCHEDULE + ": " + e.getMessage(), e);
        }
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
