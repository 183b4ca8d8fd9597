using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Diagnostics;

namespace Braid.Stress;

/// <summary>One run of one scenario: its time, its workers, its count of operations, and the end of it when nothing moves any more.</summary>
/// <param name="name">What it is called.</param>
/// <param name="seed">Makes its choices.</param>
/// <param name="time">How long it takes.</param>
/// <param name="grace">How long anything that is waited for at its end may take; 30 s unless said. Only time counts in which nobody runs: what was lost is not found by waiting, and what is only late gets there.</param>
internal sealed class StressRun(string name, int seed, TimeSpan time, TimeSpan? grace = null)
{
    private const int WaitsAtTheEnd = 4;   // one after another: with a grace of 5 s, all together are still shorter than Braid's limit for a start
    private const int MostBusy = 12;       // graces in which somebody always runs, and nothing comes of it

    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(20);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly List<Worker> _workers = [];      // the thread that runs the scenario only
    private readonly object _ended = new();
    private bool _hasEnded;                           // guarded by _ended
    private string? _failure;                         // by compare-exchange: the first one
    private Func<string>? _standing;                  // written by the thread that runs the scenario; read by the watchdog

    public int Seed => seed;

    /// <summary>How long to wait for something that nothing keeps from happening.</summary>
    public TimeSpan Patience { get; } = grace ?? TimeSpan.FromSeconds(30);

    public bool HasFailed => Volatile.Read(ref _failure) is not null;

    public bool TimeIsUp => Stopwatch.GetElapsedTime(_startedAt) >= time || HasFailed;

    /// <summary>Waits for something that nothing keeps from happening.</summary>
    /// <returns>Whether it happened.</returns>
    public bool Await(Func<bool> condition)
    {
        var left = new Grace(Patience);
        while (!condition())
        {
            if (left.IsOver)
            {
                return false;
            }

            Thread.Sleep(s_round);
            left.Pass(s_round);
        }

        return true;
    }

    /// <summary>Operations that no worker counts.</summary>
    public long Deeds { get; set; }

    /// <summary>Tells where everybody stands, for the report of a failure; called by another thread.</summary>
    public Func<string> Standing
    {
        set => Volatile.Write(ref _standing, value);
    }

    /// <returns>Whether everything that was checked held.</returns>
    public bool Execute(Scenario scenario)
    {
        new Thread(Watch) { IsBackground = true, Name = "watchdog" }.Start();
        string checkedThat = "";
        try
        {
            checkedThat = scenario.Hammer(this);
        }
        catch (Exception exception)
        {
            Fail(exception.ToString());
        }

        lock (_ended)
        {
            _hasEnded = true;
            Monitor.Pulse(_ended);
        }

        if (_failure is not null)
        {
            Report(_failure);
            return false;
        }

        Console.WriteLine($"{name,-22} {Deeds + _workers.Sum(worker => worker.Operations),10} operations  {checkedThat}");
        return true;
    }

    /// <summary>Runs workers to their end: each does its body over and over until the time is up.</summary>
    /// <param name="blocking">How many block threads of their own.</param>
    /// <param name="awaiting">How many await.</param>
    /// <param name="body">One turn of a worker.</param>
    /// <param name="finish">Lets workers go that still wait when the time is up; called until all have ended.</param>
    public void Work(int blocking, int awaiting, Func<Worker, ValueTask> body, Action? finish = null)
    {
        Task[] endings = [.. Start(blocking, awaits: false, body), .. Start(awaiting, awaits: true, body)];
        using (new Interrupter(seed, [.. _workers.Where(worker => !worker.Awaits)]))
        {
            while (!TimeIsUp)
            {
                Thread.Sleep(1);
            }
        }

        do
        {
            finish?.Invoke();
        }
        while (!Task.WaitAll(endings, millisecondsTimeout: 10));
    }

    /// <summary>Starts workers that go on until the time is up.</summary>
    public Task[] Start(int count, bool awaits, Func<Worker, ValueTask> body)
    {
        Worker[] workers = [.. Enumerable.Range(_workers.Count, count).Select(number => new Worker(this, unchecked((seed * 31) + number), awaits))];
        _workers.AddRange(workers);
        return [.. workers.Select(worker => worker.Start(body))];
    }

    /// <summary>Fails the run unless something holds.</summary>
    public void Check(bool holds, string what)
    {
        if (!holds)
        {
            Fail(what);
        }
    }

    /// <inheritdoc cref="Check(bool, string)"/>
    public void Check(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref FailureText what)
    {
        if (!holds)
        {
            Fail(what.Make());
        }
    }

    /// <summary>Only the first failure is told, with where everybody stood then.</summary>
    public void Fail(string what)
    {
        if (!HasFailed)
        {
            Interlocked.CompareExchange(ref _failure, $"{what}{Environment.NewLine}{Describe()}", null);
        }
    }

    private void Watch()
    {
        lock (_ended)
        {
            var left = new Grace(WaitsAtTheEnd * Patience);
            while (!_hasEnded && !left.IsOver)
            {
                Monitor.Wait(_ended, s_round);
                left.Pass(TimeIsUp ? s_round : TimeSpan.Zero);
            }

            if (_hasEnded)
            {
                return;
            }
        }

        Fail("no progress");
        Report(_failure!);
        Environment.Exit(1);
    }

    private void Report(string failure) => Console.WriteLine($"{name,-22} FAILED with --seed {seed}: {failure}");

    /// <summary>What is left of a grace, in time in which nobody runs.</summary>
    private struct Grace(TimeSpan time)
    {
        private TimeSpan _quiet = time;
        private TimeSpan _busy = MostBusy * time;

        public readonly bool IsOver => _quiet <= TimeSpan.Zero || _busy <= TimeSpan.Zero;

        public void Pass(TimeSpan round)
        {
            if (round > TimeSpan.Zero && Kin.IsBusy())
            {
                _busy -= round;
            }
            else
            {
                _quiet -= round;
            }
        }
    }

    private string Describe()
    {
        string standing;
        try
        {
            standing = Volatile.Read(ref _standing)?.Invoke() ?? "";
        }
        catch (Exception exception)
        {
            standing = $"(where everybody stands cannot be told: {exception.Message})";   // it must not hide the failure
        }

        return $"{standing}{Environment.NewLine}{WaitGraph.Capture()}";
    }
}
