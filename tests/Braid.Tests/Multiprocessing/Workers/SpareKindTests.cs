using Braid.Futures;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>A spare worker waits for every kind of process that is in use, whatever its settings.</summary>
[Collection(nameof(ProgramWide))]   // the spare workers are everybody's
public sealed class SpareKindTests : TimedTest
{
    private const string Variable = "BRAID_TEST_SPARE";

    public static TheoryData<string> Kinds => ["plain", "memory", "environment", "output", "processors", "diagnostics", "sandbox", "all"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_killed_worker_is_replaced_by_a_spare_whatever_the_settings(string kind)
    {
        ProcessPoolOptions options = OptionsOf(kind);
        using var pool = new ProcessPoolExecutor(options);
        int first = PoolFault.WorkerOf(pool);
        int spare = PidOfSpare(options);
        PoolFault.Signal(first, PoolFault.Kill);
        Eventually.Holds(() => !PoolFault.Runs(first));
        Assert.Equal(spare, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void A_spare_has_the_settings_of_its_pool()
    {
        var lines = new List<string>();
        ProcessPoolOptions options = OptionsOf("all") with
        {
            Output = (line, _) =>
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            },
        };
        using var pool = new ProcessPoolExecutor(options);
        int first = PoolFault.WorkerOf(pool);
        int spare = PidOfSpare(options);
        PoolFault.Signal(first, PoolFault.Kill);
        (int pid, string? variable, long heap, int processors) = pool.Submit(static () =>
        {
            Console.WriteLine("from a spare");
            return (Environment.ProcessId, Environment.GetEnvironmentVariable(Variable), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Environment.ProcessorCount);
        }).Result(Cancellation);
        Assert.Equal((spare, "here", 1), (pid, variable, processors));
        Assert.InRange(heap, 1, options.MemoryLimit!.Value);
        Eventually.Holds(() =>
        {
            lock (lines)
            {
                return lines.Contains("from a spare");
            }
        });
    }

    [Fact]
    public void A_spare_is_not_taken_for_other_settings()
    {
        using var one = new ProcessPoolExecutor(With("1"));
        PoolFault.AssertServes(one);
        int spare = PidOfSpare(With("1"));
        using var two = new ProcessPoolExecutor(With("2"));
        Assert.NotEqual(spare, PoolFault.WorkerOf(two));
        Assert.Equal("2", two.Submit(static () => Environment.GetEnvironmentVariable(Variable)).Result(Cancellation));
        Assert.Equal(spare, Spares.Waiting(With("1").ToSettings())?.Pid);
    }

    [Fact]
    public void The_spare_of_a_kind_ends_with_the_last_pool_of_that_kind()
    {
        var one = new ProcessPoolExecutor(With("1"));
        var other = new ProcessPoolExecutor(With("1"));
        PoolFault.AssertServes(one);
        int spare = PidOfSpare(With("1"));
        one.Shutdown();
        Assert.True(PoolFault.Runs(spare));
        Assert.Equal(spare, PoolFault.WorkerOf(other));
        int next = PidOfSpare(With("1"));
        other.Shutdown();
        Eventually.Holds(() => !PoolFault.Runs(next));
        Assert.Null(Spares.Waiting(With("1").ToSettings()));
    }

    [Fact]
    public void A_spare_that_is_being_started_ends_with_its_pool_too()
    {
        using var isHeld = new ManualResetEventSlim();
        using var mayTakeSpare = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        using var isStarted = new ManualResetEventSlim();
        using (var pool = new ProcessPoolExecutor(With("short-lived")))
        {
            int first = PoolFault.WorkerOf(pool);
            int spare = PidOfSpare(With("short-lived"));
            Hold(isHeld, mayTakeSpare);
            PoolFault.Signal(first, PoolFault.Kill);
            Eventually.Holds(() => !PoolFault.Runs(first));
            Future<int> next = pool.Submit(static () => Environment.ProcessId);
            Eventually.Holds(static () => Spawner.OrderCount > 0);   // the pool's, who takes the spare
            Spawner.Post(mayGoOn.Wait, static _ => { });
            mayTakeSpare.Set();
            Assert.Equal(spare, next.Result(Cancellation));
            Eventually.Holds(static () => Spawner.OrderCount > 0);   // the start of the next spare
        }

        Spawner.Post(isStarted.Set, static _ => { });
        mayGoOn.Set();
        isStarted.Wait(Cancellation);
        Eventually.Holds(static () => SystemView.DescendantsOf(Environment.ProcessId).All(static process => process.Pid == Spares.Waiting(WorkerSettings.Default)?.Pid));
    }

    /// <summary>A process that begins while a spare is being started leaves the next start to that one, which may come to nothing.</summary>
    [Fact]
    public void A_spare_that_comes_to_nothing_is_started_again_for_whoever_relied_on_it() => QuietProcess.Run(
        static _ =>
        {
            Process.Run(static () => 0);
            Assert.NotEqual(0, PidOfSpare(new ProcessPoolOptions()));
            using var isHeld = new ManualResetEventSlim();
            using var mayGoOn = new ManualResetEventSlim();
            Hold(isHeld, mayGoOn);
            Process.Run(static () => 0);                             // takes the spare
            Eventually.Holds(static () => Spawner.OrderCount == 1);  // the start of the next
            FaultPoint.Arm("Braid spawner");
            var relies = new Thread(static () => Process.Run(static () => 0));
            relies.Start();
            Eventually.Holds(static () => Spawner.OrderCount == 2);
            mayGoOn.Set();
            relies.Join();
            Assert.False(FaultPoint.IsArmed);
            Assert.NotEqual(0, PidOfSpare(new ProcessPoolOptions()));
            return 0;
        },
        0);

    /// <summary>The spawner takes no further order until the event is set.</summary>
    private static void Hold(ManualResetEventSlim isHeld, ManualResetEventSlim mayGoOn)
    {
        Spawner.Post(
            () =>
            {
                isHeld.Set();
                mayGoOn.Wait();
            },
            static _ => { });
        isHeld.Wait();
    }

    private static int PidOfSpare(ProcessPoolOptions options)
    {
        Eventually.Holds(() => Spares.Waiting(options.ToSettings()) is not null);
        return Spares.Waiting(options.ToSettings())!.Pid;
    }

    private static ProcessPoolOptions With(string value) => new() { MaxWorkers = 1, Environment = new Dictionary<string, string?> { [Variable] = value } };

    private static ProcessPoolOptions OptionsOf(string kind)
    {
        Assert.SkipWhen(kind == "sandbox" && SandboxedTest.WhyNot is not null, SandboxedTest.WhyNot ?? "");
        bool isAll = kind == "all";
        var options = new ProcessPoolOptions
        {
            MaxWorkers = 1,
            MemoryLimit = isAll || kind == "memory" ? 400_000_000 : null,
            Processors = isAll || kind == "processors" ? [0] : null,
            Diagnostics = isAll || kind == "diagnostics",
            Sandbox = kind == "sandbox" ? Sandbox.Strict : null,
            Output = isAll || kind == "output" ? static (_, _) => { } : null,
        };
        return isAll || kind == "environment" ? options with { Environment = new Dictionary<string, string?> { [Variable] = "here" } } : options;
    }
}
