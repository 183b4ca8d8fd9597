namespace Braid.Contracts;

/// <summary>What an actor does with a queue, in its own shape.</summary>
public static class QueueActs
{
    public static Task Put<T>(this Actor actor, Queues.Queue<T> queue, T item, CancellationToken token = default) =>
        actor.Do(() => queue.Put(item, token), () => queue.PutAsync(item, token));

    public static Task<bool> TryPut<T>(this Actor actor, Queues.Queue<T> queue, T item, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => queue.TryPut(item, timeout, token), () => queue.TryPutAsync(item, timeout, token));

    public static Task<T> Get<T>(this Actor actor, Queues.Queue<T> queue, CancellationToken token = default) =>
        actor.Do(() => queue.Get(token), () => queue.GetAsync(token));

    public static Task<(bool Success, T Item)> TryGet<T>(this Actor actor, Queues.Queue<T> queue, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => (queue.TryGet(out T? item, timeout, token), item!), () => queue.TryGetAsync(timeout, token));

    public static Task<T[]> GetMany<T>(this Actor actor, Queues.Queue<T> queue, int max, CancellationToken token = default) =>
        actor.Do(() => queue.GetMany(max, token), () => queue.GetManyAsync(max, token));

    public static Task<T[]> TryGetMany<T>(this Actor actor, Queues.Queue<T> queue, int max, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => queue.TryGetMany(max, timeout, token), () => queue.TryGetManyAsync(max, timeout, token));

    public static Task Join<T>(this Actor actor, Queues.Queue<T> queue, CancellationToken token = default) =>
        actor.Do(() => queue.Join(token), () => queue.JoinAsync(token));

    public static Task<bool> TryJoin<T>(this Actor actor, Queues.Queue<T> queue, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => queue.TryJoin(timeout, token), () => queue.TryJoinAsync(timeout, token));
}
