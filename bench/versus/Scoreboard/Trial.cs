using System.Diagnostics;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Scoreboard;

/// <summary>One pool with one worker, and one fault.</summary>
internal sealed class Trial : IDisposable
{
    private readonly ProcessPoolExecutor _pool = new(1);
    private readonly TimeSpan _patience;
    private long _struckAt;

    private Trial(TimeSpan patience, int resultBytes)
    {
        _patience = patience;
        ResultBytes = resultBytes;
        Worker = Submit(static () => Environment.ProcessId).Result();
    }

    public ProcessPoolExecutor Pool => _pool;

    public int Worker { get; }

    public int ResultBytes { get; }

    /// <summary>Says that its task runs; tasks get it.</summary>
    public RawValue<int> Running { get; } = new();

    public static Outcome Play(Func<Trial, Outcome> play, TimeSpan patience, int resultBytes)
    {
        var trial = new Trial(patience, resultBytes);
        Outcome first = play(trial);
        Outcome next = trial.Await(trial.Submit(static () => 1));
        bool ends = trial._pool.Shutdown(patience);
        string text = first.Text == "ok" && next.Text == "ok" ? "ok" : $"{first.Text}; {(next.Text == "ok" ? "next ok" : $"next {next.Text}")}";
        return new Outcome(ends ? text : $"{text}; shutdown HANGS", first.IsGood && next.Text == "ok" && ends, first.Detail);
    }

    public Future<T> Submit<T>(Func<T> function)
    {
        _struckAt = Stopwatch.GetTimestamp();
        return _pool.Submit(function);
    }

    public void UntilRunning()
    {
        while (Running.Value == 0)
        {
            Thread.Yield();
        }
    }

    /// <summary>Waits until the worker has written a part of its result: the memory it shares with us grows.</summary>
    public void UntilSending()
    {
        UntilRunning();
        while (long.Parse(File.ReadAllText($"/proc/{Worker}/statm").Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize < ResultBytes / 8)
        {
            Thread.Yield();
        }
    }

    public void KillWorker()
    {
        _struckAt = Stopwatch.GetTimestamp();
        using var worker = System.Diagnostics.Process.GetProcessById(Worker);
        worker.Kill();
    }

    /// <summary>What becomes of a task; good is an exact error, or the result, in time.</summary>
    public Outcome Await(Future task)
    {
        Future.Wait([task], _patience);
        double took = Stopwatch.GetElapsedTime(_struckAt).TotalMilliseconds;
        return !task.Done ? new Outcome("HANG", IsGood: false, "")
            : task.Exception() is { } failure ? new Outcome($"error {took:0} ms", took < 1000, $"{failure.GetType().Name}: {failure.Message.Split('\n')[0]}")
            : new Outcome("ok", IsGood: true, "");
    }

    public void Dispose() => _pool.Dispose();
}

/// <summary>A cell of the table.</summary>
internal sealed record Outcome(string Text, bool IsGood, string Detail);
