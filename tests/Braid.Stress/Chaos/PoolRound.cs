using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>The life of one pool: a stream of tasks, blows, cancellations and changes of its size; then the account.</summary>
internal sealed partial class PoolRound : IDisposable
{
    private const int MostOutstanding = 40;
    private const int MostLarge = 2;           // tasks with megabytes
    private const int LargeBytes = 1_000_000;

    private readonly StressRun _run;
    private readonly Random _random;
    private readonly PoolTally _tally;
    private readonly ErrandTable _table = new();
    private readonly Roll _roll = new();
    private readonly ConcurrentDictionary<string, int> _printed = new();   // lines, how often; written by a thread of Braid
    private readonly string _killPoint = Path.GetTempFileName();            // while it is there, the next worker that gets to the place dies
    private readonly ProcessPoolOptions _options;
    private readonly ProcessPoolExecutor _pool;
    private readonly Killer _killer;
    private readonly ErrandJudge _judge;
    private readonly List<Errand> _all = [];
    private readonly List<Errand> _open = [];                               // those of them whose end was not judged yet
    private Future<int>[] _parties = [];                                   // what was submitted besides
    private volatile string _stage = "running";                            // by the thread that runs the scenario; read by the watchdog

    public PoolRound(StressRun run, Random random, int number, PoolTally tally)
    {
        (_run, _random, _tally) = (run, random, tally);
        string place = KillPoint.OfWorkers[random.Next(KillPoint.OfWorkers.Count)];
        _options = new ProcessPoolOptions
        {
            MaxWorkers = random.Next(3, 5),
            TaskTimeout = number % 2 == 1 ? TimeSpan.FromSeconds(3) : null,
            MaxTasksPerChild = random.Next(3) == 0 ? random.Next(5, 30) : null,
            Retries = random.Next(3) == 0 ? random.Next(1, 4) : 0,
            ExceptionRetries = random.Next(4) == 0 ? 1 : 0,
            Initializer = _roll.SignUp,
            Output = number % 2 == 0 ? (line, _) => _printed.AddOrUpdate(line, 1, static (_, count) => count + 1) : null,
            Environment = number % 3 == 0 ? null : new Dictionary<string, string?> { [KillPoint.Variable] = $"{place}:{_killPoint}" },
        };
        _pool = new ProcessPoolExecutor(_options);
        _killer = new Killer(random.Next(), _roll, pauseMilliseconds: 200, crashes: true);
        _judge = new ErrandJudge(_options, _killer);
        run.Standing = Describe;
    }

    public void Play(TimeSpan time)
    {
        long startedAt = Stopwatch.GetTimestamp();
        while (!_run.TimeIsUp && Stopwatch.GetElapsedTime(startedAt) < time && _all.Count < ErrandTable.Most - 100)
        {
            Turn();
        }

        _stage = "the last tasks";
        _killer.Dispose();
        File.Delete(_killPoint);
        CancelWhatHangs();
        AwaitAll("when nobody kills any more");
        if (_run.HasFailed)
        {
            return;
        }

        _stage = "the pool at its full size";
        CheckSize();
        _stage = "the figures";
        CheckFigures();
        ShutDown();
        _stage = "the account";
        CheckAccount();
    }

    public void Dispose()
    {
        _killer.Dispose();
        _pool.KillWorkers();
        _pool.Shutdown();
        _table.Dispose();
        _roll.Dispose();
        File.Delete(_killPoint);
    }

    private void Turn()
    {
        switch (_random.Next(400))
        {
            case 0 or 1 when _open.Count > 0:
                _open[_random.Next(_open.Count)].Cancel();
                break;
            case 2:
                _pool.Resize(_random.Next(1, 5));
                break;
            case 3 or 4:
                ArmKillPoint();
                break;
            default:
                if (_open.Count < MostOutstanding)
                {
                    Submit();
                }
                else
                {
                    Thread.Sleep(1);
                }

                break;
        }

        JudgeTheDone();
    }

    private void Submit()
    {
        ErrandKind kind = _random.Next(100) switch
        {
            < 40 => ErrandKind.Tiny,
            < 50 => ErrandKind.Result,
            < 60 => ErrandKind.Argument,
            < 97 => (ErrandKind)_random.Next((int)ErrandKind.Computes, (int)ErrandKind.Hangs),
            _ => (ErrandKind)_random.Next((int)ErrandKind.Hangs, (int)ErrandKind.FailsFast + 1),
        };
        bool isUnwanted = (kind is ErrandKind.Prints or ErrandKind.FailsFast && _options.Output is null)   // it would go to the console
            || (kind == ErrandKind.Hangs && _open.Any(errand => errand.Kind == ErrandKind.Hangs))
            || (kind is ErrandKind.Result or ErrandKind.Argument && _open.Count(errand => errand.Bytes > LargeBytes) >= MostLarge);
        _all.Add(Errand.Submit(_pool, _table, _all.Count, isUnwanted ? ErrandKind.Tiny : kind, _random));
        _open.Add(_all[^1]);
    }

    private void JudgeTheDone()
    {
        foreach (Errand errand in _open.Where(errand => errand.Future.Done).ToArray())
        {
            _open.Remove(errand);
            string? complaint = _judge.Judge(errand);
            _run.Check(complaint is null, complaint ?? "");
        }
    }

    private void CancelWhatHangs()
    {
        foreach (Errand errand in _open.Where(errand => errand.Kind == ErrandKind.Hangs))
        {
            errand.Cancel();
        }
    }

    /// <summary>Has one more worker die at a place of Braid's own, if the last one has.</summary>
    private void ArmKillPoint()
    {
        if (_options.Environment is not null && !File.Exists(_killPoint))
        {
            File.Create(_killPoint).Dispose();
            _judge.KillPoints++;
        }
    }

    private void AwaitAll(string when)
    {
        _run.Await(() => _open.TrueForAll(errand => errand.Future.Done));
        JudgeTheDone();
        _run.Check(_open.Count == 0, $"{_open.Count} tasks do not end {when}: {string.Join("; ", _open.Take(10))}");
    }

    /// <summary>With tasks that run, tasks that wait, and tasks that never end by themselves.</summary>
    private void ShutDown()
    {
        int[] pids = [.. _pool.Figures.Workers.Select(worker => worker.Pid)];
        int way = _random.Next(5);
        _stage = string.Create(CultureInfo.InvariantCulture, $"shutdown {way}");
        for (int count = 0; count < 20; count++)
        {
            Submit();
        }

        if (way < 2)
        {
            CancelWhatHangs();
        }
        else
        {
            _judge.IsForced = true;
        }

        switch (way)
        {
            case 0:
                _pool.Shutdown();
                break;
            case 1:
                _judge.IsForced = true;
                _pool.Shutdown(wait: true, cancelFutures: true);
                break;
            case 2:
                var shutdown = Task.Factory.StartNew(() => _pool.Shutdown(TimeSpan.FromMilliseconds(200)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                Eventually(() => shutdown.IsCompleted, () => "A shutdown with a deadline of 200 ms does not end.");
                break;
            case 3:
                _pool.KillWorkers();
                break;
            default:
                _pool.TerminateWorkers();
                break;
        }

        AwaitAll("when the pool is shut down");
        Eventually(() => _pool.Closed.Done, () => $"The pool is shut down and does not end: {_pool.Figures}");
        Eventually(() => !pids.Any(Kin.IsChild), () => $"The pool is shut down, and its workers are still there: {string.Join("; ", pids.Where(Kin.IsChild).Select(Kin.Describe))}");
    }

    private void Eventually(Func<bool> condition, Func<string> complaint)
    {
        if (!_run.Await(condition))
        {
            _run.Fail(complaint());
        }
    }

    private string Describe() => $"at: {_stage}; {_options}; {_pool.Figures}; {_table}{Environment.NewLine}{string.Join(Environment.NewLine, Kin.Descendants().Select(Kin.Describe))}";
}
