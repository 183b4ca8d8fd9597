using System.Collections.Concurrent;

namespace BugZoo.Tasks;

/// <summary>Work that is under way is kept in a table, and takes itself out at its end, which may come before it is put in.</summary>
internal static class RemovedBeforeAdded
{
    public static void Buggy() => Run(static (table, work) =>
    {
        Task<string> begun = Task.Run(async () =>
        {
            try
            {
                return await work();
            }
            finally
            {
                table.TryRemove("key", out _);
            }
        });
        table["key"] = begun;
        return begun;
    });

    public static void Fixed() => Run(static async (table, work) =>
    {
        var source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        table["key"] = source.Task;
        try
        {
            string result = await work();
            source.SetResult(result);
            return result;
        }
        finally
        {
            table.TryRemove("key", out _);
        }
    });

    private static void Run(Func<ConcurrentDictionary<string, Task<string>>, Func<Task<string>>, Task<string>> begin)
    {
        var table = new ConcurrentDictionary<string, Task<string>>();
        begin(table, static async () =>
        {
            await Task.Yield();
            return "done";
        }).GetAwaiter().GetResult();
        Claim.That(table.IsEmpty, "no work is in the table that is not under way");
    }
}
