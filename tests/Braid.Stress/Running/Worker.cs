namespace Braid.Stress;

/// <summary>Somebody who waits in all ways there are: a thread that blocks, or a flow of awaits.</summary>
/// <remarks>The same body serves both: for one that blocks, <see cref="Try"/> has ended when it returns, so the body never leaves its thread.</remarks>
internal sealed class Worker(StressRun run, int seed, bool awaits)
{
    private static readonly CancellationToken s_cancelled = new(canceled: true);

    private long _operations;   // written by this worker only

    /// <summary>This worker's own.</summary>
    public Random Random { get; } = new(seed);

    public bool Awaits => awaits;

    public long Operations => Volatile.Read(ref _operations);

    /// <summary>The thread of one that blocks.</summary>
    public Thread? Thread { get; private set; }

    public Task Start(Func<Worker, ValueTask> body)
    {
        if (awaits)
        {
            return Task.Run(() => Live(body));
        }

        var ended = new TaskCompletionSource();
        Thread = new Thread(() =>
        {
            Live(body).GetAwaiter().GetResult();
            ended.SetResult();
        })
        { IsBackground = true, Name = $"blocker {seed}" };
        Thread.Start();
        return ended.Task;
    }

    /// <summary>Waits in some way: forever, briefly, not at all, with a token that is or gets cancelled.</summary>
    /// <returns>Whether it got what it waited for; not when the time was up, the token cancelled, or the thread interrupted.</returns>
    public async ValueTask<bool> Try(
        Func<TimeSpan, CancellationToken, bool> blocking, Func<TimeSpan, CancellationToken, ValueTask<bool>> awaiting, bool mayWaitForEver = true)
    {
        CancellationTokenSource? source = null;
        try
        {
            int way = Random.Next(mayWaitForEver ? 8 : 5);
            source = way == 3 ? new CancellationTokenSource(Random.Next(1, 3)) : null;
            CancellationToken token = way == 4 ? s_cancelled : source?.Token ?? CancellationToken.None;
            TimeSpan timeout = way switch
            {
                0 => TimeSpan.Zero,
                1 => TimeSpan.FromMicroseconds(Random.Next(1, 200)),
                2 => TimeSpan.FromMilliseconds(Random.Next(1, 4)),
                3 or 4 when !mayWaitForEver => TimeSpan.FromSeconds(1),
                _ => Timeout.InfiniteTimeSpan,
            };
            return awaits ? await awaiting(timeout, token).ConfigureAwait(false) : blocking(timeout, token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
        finally
        {
            Dispose(source);
        }
    }

    /// <summary>Disposing may block on .NET's timers, and an interrupt that strikes there must not hide what the wait returned.</summary>
    private static void Dispose(CancellationTokenSource? source)
    {
        try
        {
            source?.Dispose();
        }
        catch (ThreadInterruptedException)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    private async Task Live(Func<Worker, ValueTask> body)
    {
        try
        {
            while (!run.TimeIsUp)
            {
                await body(this).ConfigureAwait(false);
                Volatile.Write(ref _operations, _operations + 1);
            }
        }
        catch (Exception exception)
        {
            run.Fail(exception.ToString());
        }
    }
}
