package org.dmemfs.kvm.hostkvm;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;

/** Wires components as Declarative Services would, by the types of their constructors, without a framework. */
final class Wiring implements AutoCloseable {
    private final List<Object> services = new ArrayList<>();
    private final Deque<Object> components = new ArrayDeque<>();
    private final Map<String, Object> configuration;
    private final BundleContext context = (BundleContext) Proxy.newProxyInstance(Wiring.class.getClassLoader(),
            new Class<?>[]{BundleContext.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("registerService")) {
                    offer(arguments[1]);
                    return Proxy.newProxyInstance(Wiring.class.getClassLoader(), new Class<?>[]{method.getReturnType()},
                            (registration, call, values) -> null);
                }
                return null;
            });

    Wiring(Map<String, Object> configuration) {
        this.configuration = configuration;
    }

    void offer(Object service) {
        services.add(service);
    }

    <T> T get(Class<T> type) {
        return services.stream().filter(type::isInstance).map(type::cast).findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName()));
    }

    /** Activates a component by the name of its class. */
    Object start(String name) {
        try {
            Constructor<?> widest = Arrays.stream(Class.forName(name).getConstructors())
                    .filter(each -> Arrays.stream(each.getParameterTypes()).noneMatch(Class::isPrimitive))
                    .max((one, other) -> one.getParameterCount() - other.getParameterCount()).orElseThrow();
            Object component = widest
                    .newInstance(Arrays.stream(widest.getParameters()).map(this::argument).toArray());
            components.push(component);
            offer(component);
            return component;
        } catch (InvocationTargetException failure) {
            throw new AssertionError(name + ": " + failure.getCause(), failure.getCause());
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError(failure.getMessage(), failure);
        }
    }

    /** Calls a bind method with a service and, where it wants them, no properties. */
    static void bind(Object component, String method, Object service) {
        Method bind = Arrays.stream(component.getClass().getDeclaredMethods())
                .filter(each -> each.getName().equals(method)).findFirst().orElseThrow();
        invoke(component, bind,
                bind.getParameterCount() == 1 ? new Object[]{service} : new Object[]{service, Map.of()});
    }

    private @Nullable Object argument(Parameter parameter) {
        Class<?> type = parameter.getType();
        if (type == BundleContext.class) {
            return context;
        }
        if (parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            return services.stream().filter(type::isInstance).findFirst().orElse(null);
        }
        return type.isAnnotation() ? configured(type) : get(type);
    }

    private Object configured(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type, Annotation.class},
                (proxy, method, arguments) -> configuration.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static void invoke(Object component, Method method, Object... arguments) {
        try {
            method.setAccessible(true);
            method.invoke(component, arguments);
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError(failure.getMessage(), failure);
        }
    }

    /** Stops the components from the top. */
    @Override
    public void close() {
        for (Object component : components) {
            Arrays.stream(component.getClass().getDeclaredMethods())
                    .filter(method -> List.of("stop", "deactivate", "shutDown").contains(method.getName())
                            && method.getParameterCount() == 0)
                    .forEach(method -> invoke(component, method));
        }
    }
}
