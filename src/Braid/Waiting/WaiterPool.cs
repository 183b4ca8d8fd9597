namespace Braid.Waiting;

/// <summary>
/// Keeps finished awaits for reuse: a few per thread, and batches of them for all threads, because one thread often rents what another
/// returns.
/// </summary>
internal static class WaiterPool<TWaiter>
    where TWaiter : class
{
    private const int BatchSize = 16;
    private const int MaxSharedBatches = 64;

    private static readonly Gate s_gate = new();
    private static readonly Stack<TWaiter[]> s_shared = new();   // full batches; guarded by s_gate

    [ThreadStatic]
    private static Local? t_local;

    public static TWaiter? Rent()
    {
        Local local = t_local ??= new Local();
        if (local.Count == 0 && !TryTakeSharedBatch(local))
        {
            return null;
        }

        TWaiter waiter = local.Items[--local.Count];
        local.Items[local.Count] = null!;
        return waiter;
    }

    public static void Return(TWaiter waiter)
    {
        Local local = t_local ??= new Local();
        if (local.Count == local.Items.Length)
        {
            ShareBatch(local);
        }

        local.Items[local.Count++] = waiter;
    }

    private static bool TryTakeSharedBatch(Local local)
    {
        using Gate.Scope held = s_gate.Enter();
        if (!s_shared.TryPop(out TWaiter[]? batch))
        {
            return false;
        }

        batch.CopyTo(local.Items, 0);
        local.Count = batch.Length;
        return true;
    }

    private static void ShareBatch(Local local)
    {
        TWaiter[] batch = local.Items[BatchSize..];
        Array.Clear(local.Items, BatchSize, BatchSize);
        local.Count = BatchSize;
        using Gate.Scope held = s_gate.Enter();
        if (s_shared.Count < MaxSharedBatches)
        {
            s_shared.Push(batch);
        }
    }

    private sealed class Local
    {
        public readonly TWaiter[] Items = new TWaiter[2 * BatchSize];   // its thread only
        public int Count;                                               // its thread only
    }
}
