namespace Braid.Contracts;

/// <summary>What an actor does with a queue, in its own shape.</summary>
public static class QueueActs
{
    public static Task Put(this Actor actor, AnyQueue queue, int item, CancellationToken token = default) =>
        actor.Do(() => queue.Put(item, token), () => queue.PutAsync(item, token));

    public static Task<bool> TryPut(this Actor actor, AnyQueue queue, int item, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => queue.TryPut(item, timeout, token), () => queue.TryPutAsync(item, timeout, token));

    public static Task<int> Get(this Actor actor, AnyQueue queue, CancellationToken token = default) =>
        actor.Do(() => queue.Get(token), () => queue.GetAsync(token));

    public static Task<(bool Success, int Item)> TryGet(this Actor actor, AnyQueue queue, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => (queue.TryGet(out int item, timeout, token), item), () => queue.TryGetAsync(timeout, token));

    public static Task<int[]> GetMany(this Actor actor, AnyQueue queue, int max, CancellationToken token = default) =>
        actor.Do(() => queue.GetMany(max, token), () => queue.GetManyAsync(max, token));

    public static Task<int[]> TryGetMany(this Actor actor, AnyQueue queue, int max, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => queue.TryGetMany(max, timeout, token), () => queue.TryGetManyAsync(max, timeout, token));

    public static Task Join(this Actor actor, AnyQueue queue, CancellationToken token = default) =>
        actor.Do(() => queue.Join(token), () => queue.JoinAsync(token));

    public static Task<bool> TryJoin(this Actor actor, AnyQueue queue, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => queue.TryJoin(timeout, token), () => queue.TryJoinAsync(timeout, token));
}
