package org.dmemfs.core.pool;

import java.util.Map;

/**
 * A service with its place among its kind: the highest ranking first, then the oldest, as OSGi orders them.
 *
 * @param <T> the kind
 * @param service the service
 * @param ranking {@code service.ranking}
 * @param id {@code service.id}
 */
record Ranked<T>(T service, int ranking, long id) implements Comparable<Ranked<?>> {
    static <T> Ranked<T> of(T service, Map<String, ?> properties) {
        int ranking = properties.get("service.ranking") instanceof Integer number ? number : 0;
        long id = properties.get("service.id") instanceof Long number ? number : 0;
        return new Ranked<>(service, ranking, id);
    }

    @Override
    public int compareTo(Ranked<?> other) {
        return ranking != other.ranking ? Integer.compare(other.ranking, ranking) : Long.compare(id, other.id);
    }
}
