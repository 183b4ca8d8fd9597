using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Checking.Tests.Hooks;

/// <summary>
/// A member of Braid that starts a process, or waits for other processes, is refused by the name of the member that the program called.
/// </summary>
public sealed class ProcessTests
{
    private sealed class Counter
    {
        public int Value { get; set; }
    }

    [Fact]
    public void Process_Run_is_refused() => Refused(nameof(Process.Run), static () => Process.Run(static x => x * x, 3));

    [Fact]
    public void Process_Run_is_refused_before_its_function_is_copied()
    {
        Refused(nameof(Process.Run), static () =>
        {
            var counter = new Counter();
            Process.Run(() => counter.Value);
        });
    }

    [Fact]
    public void A_file_that_cannot_travel_is_not_blamed() => Refused(nameof(Process.Run), static () =>
    {
        using var file = new MemoryStream();
        Process.Run(() => file.Length);
    });

    [Fact]
    public void Process_RunAsync_is_refused() => Refused(nameof(Process.RunAsync), static () => Process.RunAsync(static x => x * x, 3));

    [Fact]
    public void Process_Start_is_refused() => Refused(nameof(Process.Start), static () => Process.Start(static () => { }));

    [Fact]
    public void Process_Start_with_an_argument_is_refused() =>
        Refused(nameof(Process.Start), static () => Process.Start(static x => { }, 3));

    [Fact]
    public void A_process_is_refused() => Refused("Process..ctor", static () => new Process(static () => { }).Start());

    [Fact]
    public void A_pool_is_refused() => Refused("Pool..ctor", static () => new Pool(2).Dispose());

    [Fact]
    public void A_process_pool_executor_is_refused() =>
        Refused("ProcessPoolExecutor..ctor", static () => new ProcessPoolExecutor(2).Dispose());

    [Fact]
    public void Calls_inside_a_catch_all_are_refused_too() => Refused(nameof(Process.Run), static () =>
    {
        try
        {
            Process.Run(static () => 3);
        }
        catch (Exception)
        {
        }
    });

    [Fact]
    public void Waiting_for_parties_of_other_processes_is_refused() => Refused("Barrier.Wait", static () =>
    {
        using var barrier = new Multiprocessing.Barrier(2);
        var other = new Thread(() => barrier.Wait());
        other.Start();
        barrier.Wait();
        other.Join();
    });

    [Fact]
    public void Waiting_for_a_lock_of_several_processes_is_refused() => Refused("Lock.Acquire", static () =>
    {
        var one = new Multiprocessing.Lock();
        var two = new Multiprocessing.Lock();
        var other = new Thread(() =>
        {
            one.Acquire();
            two.Acquire();
            two.Release();
            one.Release();
        });
        other.Start();
        two.Acquire();
        one.Acquire();
        one.Release();
        two.Release();
        other.Join();
    });

    private static void Refused(string member, Action body)
    {
        CheckReport report = Explored.Fails(Verdict.NotControlled, body);
        Assert.Contains(member, report.Sentence, StringComparison.Ordinal);
        Assert.Contains($"{nameof(ProcessTests)}.cs:", report.Sentence, StringComparison.Ordinal);
    }
}
