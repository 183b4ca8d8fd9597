namespace BugZoo.Tasks;

/// <summary>An answer and a time limit both complete the same source.</summary>
internal static class SetTwice
{
    public static void Buggy() => Run(static source => source.SetResult(true), static source => source.SetResult(false));

    public static void Fixed() => Run(static source => source.TrySetResult(true), static source => source.TrySetResult(false));

    private static void Run(Action<TaskCompletionSource<bool>> answer, Action<TaskCompletionSource<bool>> expire)
    {
        var source = new TaskCompletionSource<bool>();
        using var limit = new Timer(_ => expire(source), null, 10, Timeout.Infinite);
        var answers = new Thread(() =>
        {
            Thread.Sleep(10);
            answer(source);
        });
        answers.Start();
        source.Task.Wait();
        answers.Join();
    }
}
