namespace Braid.Contracts;

/// <summary>What an actor does with a queue, in its own shape.</summary>
public static class QueueActs
{
    public static Task Put(this Actor actor, IntQueue queue, int item, CancellationToken token = default) =>
        actor.Do(token => queue.Put(item, token), token => queue.PutAsync(item, token), token);

    public static Task<bool> TryPut(this Actor actor, IntQueue queue, int item, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => queue.TryPut(item, timeout, token), token => queue.TryPutAsync(item, timeout, token), token);

    public static Task<int> Get(this Actor actor, IntQueue queue, CancellationToken token = default) =>
        actor.Do(token => queue.Get(token), token => queue.GetAsync(token), token);

    public static Task<(bool Success, int Item)> TryGet(this Actor actor, IntQueue queue, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => (queue.TryGet(out int item, timeout, token), item), token => queue.TryGetAsync(timeout, token), token);

    public static Task<(int Queue, int Item)> GetAny(this Actor actor, IntQueue queue, IntQueue[] others, CancellationToken token = default) =>
        actor.Do(token => queue.GetAny(others, token), token => queue.GetAnyAsync(others, token), token);

    public static Task<(bool Success, (int Queue, int Item) Got)> TryGetAny(this Actor actor, IntQueue queue, IntQueue[] others, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => (queue.TryGetAny(others, out (int, int) got, timeout, token), got), token => queue.TryGetAnyAsync(others, timeout, token), token);

    public static Task<int[]> GetMany(this Actor actor, IntQueue queue, int max, CancellationToken token = default) =>
        actor.Do(token => queue.GetMany(max, token), token => queue.GetManyAsync(max, token), token);

    public static Task<int[]> TryGetMany(this Actor actor, IntQueue queue, int max, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => queue.TryGetMany(max, timeout, token), token => queue.TryGetManyAsync(max, timeout, token), token);

    public static Task Join(this Actor actor, IntQueue queue, CancellationToken token = default) =>
        actor.Do(token => queue.Join(token), token => queue.JoinAsync(token), token);

    public static Task<bool> TryJoin(this Actor actor, IntQueue queue, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => queue.TryJoin(timeout, token), token => queue.TryJoinAsync(timeout, token), token);
}
