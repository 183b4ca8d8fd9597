namespace BugZoo.Tasks;

/// <summary>Progress calls back on the pool when there is no context: a later report may come before an earlier one.</summary>
internal static class LateProgress
{
    public static void Buggy() => Run(static report => new Progress<int>(report));

    public static void Fixed() => Run(static report => new AtOnce(report));

    private static void Run(Func<Action<int>, IProgress<int>> progressOf)
    {
        int shown = 0;
        using var all = new CountdownEvent(2);
        IProgress<int> progress = progressOf(percent =>
        {
            Volatile.Write(ref shown, percent);
            all.Signal();
        });
        Task works = Task.Run(() =>
        {
            progress.Report(50);
            progress.Report(100);
        });
        all.Wait();
        works.GetAwaiter().GetResult();
        Claim.That(Volatile.Read(ref shown) == 100, "the last report is shown");
    }

    private sealed class AtOnce(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
