using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace TestWorker;

/// <summary>Programs with processes, that are killed or end.</summary>
internal static partial class ProcessScenarios
{
    private const int StopSignal = 19;

    public static int? Run(string scenario) => scenario switch
    {
        "processes-idle" => Idle(),
        "processes-busy" => Busy(),
        "processes-stopped" => Stopped(),
        "processes-in-a-terminal" => InATerminal(),
        "processes-nested" => Nested(),
        "processes-at-the-end" => AtTheEnd(),
        "processes-print" => Print(),
        _ => null,
    };

    private static int Idle()
    {
        Process.Run(static () => 1);
        return TellAndWait();
    }

    private static int Busy()
    {
        var begun = new RawValue<int>();
        for (int i = 0; i < 2; i++)
        {
            Process.Start(
                static begun =>
                {
                    System.Diagnostics.Process.Start("sleep", "1000");
                    Interlocked.Increment(ref begun.Ref);
                    while (begun.Value > 0)
                    {
                    }
                },
                begun);
        }

        SpinWait.SpinUntil(() => begun.Value == 2);
        return TellAndWait();
    }

    private static int Stopped()
    {
        var begun = new RawValue<int>();
        var process = Process.Start(
            static begun =>
            {
                begun.Value = System.Diagnostics.Process.Start("sleep", "1000").Id;
                new Threading.Event().Wait();
            },
            begun);
        SpinWait.SpinUntil(() => begun.Value != 0);
        foreach (int pid in (ReadOnlySpan<int>)[begun.Value, process.Pid!.Value])
        {
            Signal(pid, StopSignal);
        }

        return TellAndWait();
    }

    /// <summary>Two workers, one with a worker of its own, that are busy until told to end.</summary>
    private static int InATerminal()
    {
        var pids = new RawArray<int>(3);
        using var ends = new RawValue<int>();
        var processes = new List<Process>
        {
            Process.Start(() =>
            {
                var inner = Process.Start(() => Work(pids, 2, ends));
                Work(pids, 0, ends);
                inner.Join();
            }),
            Process.Start(() => Work(pids, 1, ends)),
        };
        SpinWait.SpinUntil(() => pids.All(static pid => pid != 0));
        Console.WriteLine($"pids {Environment.ProcessId} {string.Join(' ', pids)}");
        Console.ReadLine();
        ends.Value = 1;
        processes.ForEach(static process => process.Join());
        Console.WriteLine("done");
        return 0;
    }

    private static void Work(RawArray<int> pids, int index, RawValue<int> ends)
    {
        pids[index] = Environment.ProcessId;
        while (ends.Value == 0)
        {
            System.Threading.Thread.Sleep(10);
        }
    }

    private static int Nested()
    {
        var begun = new RawValue<int>();
        Process.Start(
            static begun =>
            {
                var process = Process.Start(
                    static begun =>
                    {
                        System.Diagnostics.Process.Start("sleep", "1000");
                        begun.Value = 1;
                        new Threading.Event().Wait();
                    },
                    begun);
                process.Join();
            },
            begun);
        SpinWait.SpinUntil(() => begun.Value == 1);
        return TellAndWait();
    }

    private static int AtTheEnd()
    {
        var stage = new RawValue<int>();
        Process.Start(
            static stage =>
            {
                SpinWait.SpinUntil(() => stage.Value == 1);
                Console.WriteLine("the process ends");
            },
            stage);
        Process.Start(static () => new Threading.Event().Wait(), daemon: true);
        _ = Process.RunAsync(static () =>
        {
            new Threading.Event().Wait();
            return 0;
        });
        Console.WriteLine("ready");
        Console.ReadLine();
        Console.WriteLine("main ends");
        stage.Value = 1;
        return 0;
    }

    private static int Print()
    {
        var process = Process.Start(
            static () =>
            {
                Console.WriteLine("one");
                Console.Error.WriteLine("on error");
                Console.WriteLine("two");
                Console.Write("half a line");
                throw new InvalidOperationException("on purpose");
            },
            "printer");
        process.Join();
        return process.ExitCode == 1 ? 0 : 1;
    }

    private static int TellAndWait()
    {
        Console.WriteLine("ready");
        Console.ReadLine();
        return 0;
    }

    /// <summary>To one process, by its number: never to a group, and never to everybody.</summary>
    private static void Signal(int pid, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pid, 1);
        if (Send(pid, signal) != 0)
        {
            throw new InvalidOperationException($"Process {pid} is not there.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
