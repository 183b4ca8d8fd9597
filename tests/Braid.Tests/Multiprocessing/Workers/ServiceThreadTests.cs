using Braid.Futures;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The threads that Braid runs for itself: what befalls one costs at most the work in its hands, and users see none of them.</summary>
/// <remarks>Each scenario runs in a process of its own, whose services have not begun.</remarks>
public sealed class ServiceThreadTests : TimedTest
{
    private const string Spawner = "Braid spawner";
    private const string Supervisor = "Braid supervisor";
    private const string Monitor = "Braid monitor";
    private const string Output = "Braid output";
    private const string Callbacks = "Braid callbacks";
    private const string CallbacksWatch = "Braid callbacks' watch";
    private const string Alarm = "Braid alarm";
    private const string SharedWaits = "Braid shared waits";

    /// <summary>No pool has these settings, so no spare worker is started beside the one that is asked for, and a fault can only strike that one.</summary>
    private static readonly WorkerSettings s_ofNoSpare = new() { Environment = new Dictionary<string, string?> { ["BRAID_TEST_SERVICE"] = "1" } };

    public static TheoryData<string> Services => [Spawner, Supervisor, Monitor, Output, Callbacks, CallbacksWatch, Alarm, SharedWaits];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_start_that_the_system_refuses_is_tried_again_at_the_next_need(string service) => QuietProcess.Run(
        static service =>
        {
            FaultPoint.Arm($"start of {service}");
            bool isRefused = !TryUse(service);
            Assert.False(FaultPoint.IsArmed);
            Assert.Equal(service is not (Output or Callbacks or CallbacksWatch), isRefused);
            Assert.True(TryUse(service));
            return 0;
        },
        service);

    [Theory]
    [MemberData(nameof(Services))]
    public void After_an_unexpected_exception_it_serves_on(string service) => QuietProcess.Run(
        static service =>
        {
            Assert.True(TryUse(service));
            FaultPoint.Arm(service);
            bool isFailed = false;
            Eventually.Holds(() =>   // one use may get along without the service, where helpers of the last one have not ended yet
            {
                isFailed |= !TryUse(service);   // returns: the work in hand fails, or is done by the next turn
                return !FaultPoint.IsArmed;
            });
            Assert.Equal(service == Spawner, isFailed);   // whoever needed the process is told
            Assert.True(TryUse(service));
            return 0;
        },
        service);

    [Fact]
    public void A_worker_whose_message_cannot_be_handled_is_killed_and_its_end_reported() => QuietProcess.Run(static () =>
    {
        var owner = new FailingOwner();
        Worker worker = Worker.Start(WorkerSettings.Default, owner);
        using Request birth = Requests.Write(new WorkerRole("failing", "1", "MainProcess", Daemon: false, IsPoolWorker: true, PrintsFailures: false, Nice: null, Initializer: null));
        worker.TrySend(FrameKind.Start, 0, birth.Payload);   // its answer is what the owner fails on
        Assert.True(owner.Ended.Result().Signal == Signals.Kill);
        Assert.True(TryUse(Spawner));
        return 0;
    });

    [Fact]
    public void An_order_or_a_clock_of_the_supervisor_that_throws_holds_up_no_other() => QuietProcess.Run(static () =>
    {
        var clock = new FailingClock();
        Braid.Multiprocessing.Supervisor.Add(clock);
        Braid.Multiprocessing.Supervisor.Post(static () => throw new ArithmeticException());
        Assert.True(TryUse(Spawner));
        Eventually.Holds(() => clock.Ticks > 1);
        Braid.Multiprocessing.Supervisor.Remove(clock);
        return 0;
    });

    [Fact]
    public void A_call_may_be_waited_for_before_the_supervisor_has_started() => QuietProcess.Run(static () =>
    {
        Assert.False(new ProcessCall<int>().TryResult(out _, TimeSpan.FromMilliseconds(1)));
        return 0;
    });

    [Fact]
    public void Output_handlers_and_standard_error_may_fail() => QuietProcess.Run(static () =>
    {
        Console.SetError(new FailingWriter());
        var settings = new WorkerSettings { Output = static (_, _) => throw new ArithmeticException() };
        for (int time = 0; time < 2; time++)
        {
            var child = new ProcessCall<int>();
            child.Start(new WorkerRole("prints", "1", "MainProcess", Daemon: false, IsPoolWorker: false, PrintsFailures: false, Nice: null, Initializer: null), Print, Print, settings, timeLimit: null, CancellationToken.None);
            Assert.Equal(1, child.Result());
        }

        Eventually.Holds(static () => WorkerOutput.IsWritten);
        return 0;
    });

    [Fact]
    public void Where_no_process_descriptor_is_left_the_end_of_a_process_is_still_seen() => QuietProcess.Run(static () =>
    {
        FaultPoint.Arm("pid descriptor");
        Process process = Process.Start(static () => Environment.Exit(3));
        Assert.False(FaultPoint.IsArmed);
        process.Join();
        Assert.Equal(3, process.ExitCode);
        return 0;
    });

    [Fact]
    public void None_of_them_is_enumerated_and_all_threads_can_be_joined() => QuietProcess.Run(static () =>
    {
        foreach (string service in Services.Select(static row => row.Data))
        {
            Assert.True(TryUse(service));
        }

        var adopted = new Future<Threading.Thread>();
        CallbackThreads.Run(() => adopted.SetResult(Threading.Thread.Current));
        Assert.True(adopted.Result() is { IsAlive: true, Daemon: true });
        Threading.Thread[] others = [.. Threading.Thread.Enumerate().Where(static thread => thread != Threading.Thread.Current)];
        Assert.DoesNotContain(others, static thread => thread.Name.StartsWith("Braid ", StringComparison.Ordinal));
        Threading.Thread.JoinAll(others);
        return 0;
    });

    [Theory]
    [InlineData(32 * 1024)]
    [InlineData(64 * 1024)]
    public void The_stack_size_of_the_users_threads_is_not_theirs(int bytes) => QuietProcess.Run(
        static bytes =>
        {
            Threading.Thread.StackSize = bytes;
            foreach (string service in Services.Select(static row => row.Data))
            {
                Assert.True(TryUse(service));
            }

            return 0;
        },
        bytes);

    private static int Print()
    {
        Console.WriteLine("a line");
        return 1;
    }

    /// <summary>Does something that needs a service.</summary>
    /// <returns>False when the caller gets an exception instead.</returns>
    private static bool TryUse(string service)
    {
        try
        {
            Use(service);
            return true;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or FaultException or WorkerStartException)
        {
            return false;
        }
    }

    private static void Use(string service)
    {
        switch (service)
        {
            case Output:
                Eventually.Holds(static () =>
                {
                    WorkerOutput.Write(QuietProcess.Swallow, "a line", isError: false);   // the next line tries again where a start was refused
                    return WorkerOutput.IsWritten;
                });
                break;
            case Spawner:
                Assert.Equal(3, QuietProcess.Run(static () => 3, s_ofNoSpare));
                break;
            case Callbacks:
                using (var pool = new ProcessPoolExecutor(1))
                {
                    Assert.Equal([1, 2], pool.Submit(static () => new List<int> { 1, 2 }).Result());
                }

                break;
            case CallbacksWatch:
                BlockAllCallbackThreads();
                break;
            case Alarm:
                Assert.False(new Threading.Event().TryWaitAsync(TimeSpan.FromMilliseconds(200)).AsTask().GetAwaiter().GetResult());
                break;
            case SharedWaits:
                using (var flag = new Event())
                {
                    Task wait = flag.WaitAsync().AsTask();
                    flag.Set();
                    wait.GetAwaiter().GetResult();
                }

                break;
            default:
                Assert.Equal(3, QuietProcess.Run(static () => 3));
                using (var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Output = QuietProcess.Swallow }))
                {
                    Assert.Equal(3, pool.Submit(static () => 3).Result());
                }

                break;
        }
    }

    private static void BlockAllCallbackThreads()
    {
        const int More = 40;
        using var mayGoOn = new CancellationTokenSource();
        int begun = 0;
        for (int i = 0; i < More; i++)
        {
            CallbackThreads.Run(() =>
            {
                Interlocked.Increment(ref begun);
                mayGoOn.Token.WaitHandle.WaitOne();
            });
        }

        Eventually.Holds(() => Volatile.Read(ref begun) == More);
        mayGoOn.Cancel();
    }

    private sealed class FailingOwner : IWorkerOwner
    {
        public Future<WorkerEnd> Ended { get; } = new();

        public unsafe void OnFrame(Worker worker, int kind, long id, byte* data, long bytes) => throw new ArithmeticException();

        public void OnDeath(Worker worker, WorkerEnd end) => Ended.SetResult(end);
    }

    private sealed class FailingClock : ITicking
    {
        private int _ticks;

        public int Ticks => Volatile.Read(ref _ticks);

        public Deadline Tick()
        {
            Interlocked.Increment(ref _ticks);
            throw new ArithmeticException();
        }
    }

    private sealed class FailingWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new ArithmeticException();

        public override void Write(string? value) => throw new ArithmeticException();
    }
}
