using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace TestWorker;

/// <summary>Programs that make their own surroundings hostile, and then start processes. They write what came of it into a file.</summary>
internal static unsafe partial class SurroundingsScenarios
{
    private const int DescriptorLimit = 7;   // RLIMIT_NOFILE
    private const int ChildSignal = 17;
    private const int NoChildWait = 2;
    private const nint IgnoreAction = 1;

    public static int? Run(string scenario) => scenario switch
    {
        "deleted-folder" => Tell(DeletedFolder),
        "no-standard-descriptors" => Tell(NoStandardDescriptors),
        "reaper" => Tell(Reaper),
        "reaper-and-kill" => Tell(static () =>
        {
            new Threading.Thread(ReapForEver, daemon: true).Start();
            return KillAndExit().Replace("exits 255", "exits 7", StringComparison.Ordinal);   // the reaper may have asked first
        }),
        "children-ignored" => Tell(static () =>
        {
            _ = SignalAction(ChildSignal, IgnoreAction);
            return KillAndExit();
        }),
        "no-child-wait" => Tell(static () =>
        {
            byte* action = stackalloc byte[256];
            *(int*)(action + 136) = NoChildWait;
            _ = ChangeAction(ChildSignal, action, null);
            return KillAndExit();
        }),
        "no-descriptors" => Tell(static () => FewDescriptors(free: 0)),
        "few-descriptors" => Tell(static () => FewDescriptors(free: 3)),
        "end-without-descriptors" => Tell(EndWithoutDescriptors),
        "lock-without-descriptors" => Tell(LockWithoutDescriptors),
        "span-without-descriptors" => Tell(SpanWithoutDescriptors),
        "leaked-descriptor" => Tell(LeakedDescriptor),
        "user-hook" => UserHook(),
        "no-hooks" => NoHooks(),
        _ => null,
    };

    private static int Tell(Func<string> scenario)
    {
        string told;
        try
        {
            told = scenario();
        }
        catch (Exception exception)
        {
            told = exception.ToString();
        }

        File.WriteAllText(Environment.GetEnvironmentVariable("BRAID_TEST_FILE")!, told);
        return 0;
    }

    private static string DeletedFolder()
    {
        string folder = Directory.CreateTempSubdirectory("braid-deleted-").FullName;
        Environment.CurrentDirectory = folder;
        Directory.Delete(folder);
        return $"{Process.Run(static () => 42)}";
    }

    private static string NoStandardDescriptors()
    {
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            _ = Close(descriptor);
        }

        using var shared = new RawArray<byte>(1000);
        Process.Run(static () => 1);
        byte[] noise = [.. Enumerable.Repeat((byte)'x', 500)];
        fixed (byte* bytes = noise)
        {
            for (int descriptor = 0; descriptor <= 2; descriptor++)
            {
                _ = Write(descriptor, bytes, noise.Length);   // what a print does
            }
        }

        int result = Process.Run(static shared => shared[0] + 42, shared);
        return $"{result} {(shared.Span.ContainsAnyExcept((byte)0) ? "touched" : "untouched")}";
    }

    private static string Reaper()
    {
        new Threading.Thread(ReapForEver, daemon: true).Start();
        int result = Process.Run(static () => 42);
        var process = Process.Start(static () => Environment.Exit(7));
        process.Join();
        return $"{result}, {(process.ExitReason == ExitReason.Unknown || process.ExitCode == 7 ? "ended" : process.ToString())}, alive: {process.IsAlive}";
    }

    private static string KillAndExit()
    {
        using var begun = new RawValue<int>();
        Process.Run(static () => 0);
        var killed = Process.Start(
            static begun =>
            {
                Interlocked.Increment(ref begun.Ref);
                new Threading.Event().Wait();
            },
            begun);
        SpinWait.SpinUntil(() => begun.Value == 1);
        killed.Kill();
        killed.Join();
        for (int i = 0; i < 10; i++)
        {
            var unbegun = Process.Start(static () => new Threading.Event().Wait());
            unbegun.Kill();
            unbegun.Join();   // never, were it started anew
        }

        var exits = Process.Start(static () => Environment.Exit(7));
        exits.Join();
        return $"begun {begun.Value}, killed {killed.ExitCode} {killed.ExitReason}, exits {exits.ExitCode}";
    }

    private static void ReapForEver()
    {
        int status;
        while (true)
        {
            _ = WaitPid(-1, &status, 0);
        }
    }

    /// <summary>Leaves so many descriptors free: with none, not even an assembly can be loaded.</summary>
    private static string FewDescriptors(int free)
    {
        Process.Run(static () => 0);   // before a first process, .NET needs descriptors to load the assemblies that starting one needs
        string refused = WithDescriptors(free, static () =>
        {
            for (int i = 0; i < 3; i++)   // the first may have a worker that was started before
            {
                Process.Run(static () => 1);
            }

            return "not refused";
        });
        return $"{refused}, then {Process.Run(static () => 42)}";
    }

    private static string EndWithoutDescriptors()
    {
        var first = Process.Start(static () => new Threading.Event().Wait());
        first.Kill();
        first.Join();
        var killed = Process.Start(static () => new Threading.Event().Wait());
        string ended = WithDescriptors(free: 0, () =>
        {
            killed.Kill();
            killed.Join();
            return $"killed {killed.ExitCode}";
        });
        return $"{ended}, then {Process.Run(static () => 42)}";
    }

    private static string LockWithoutDescriptors()
    {
        var mutex = new Multiprocessing.Lock();
        using var isHeld = new Event();
        var holder = Process.Start(
            static held =>
            {
                held.mutex.Acquire();
                held.isHeld.Set();
                new Threading.Event().Wait();
            },
            (mutex, isHeld));
        isHeld.Wait();
        string then = $"{(mutex.TryAcquire(TimeSpan.FromSeconds(1)) ? "taken" : "held")}, ";
        then += WithDescriptors(free: 0, () => mutex.TryAcquire(TimeSpan.FromSeconds(3)) ? "taken from a live process" : "held");
        holder.Kill();
        holder.Join();
        try
        {
            return $"{then}, then {(mutex.TryAcquire(TimeSpan.FromMinutes(1)) ? "taken" : "held")}";
        }
        catch (AbandonedLockException)
        {
            return $"{then}, then abandoned";
        }
    }

    /// <summary>A thread writes through a span whose object is gone, while the system cannot say which threads there are.</summary>
    private static string SpanWithoutDescriptors()
    {
        using var hasSpan = new ManualResetEventSlim();
        using var mayWrite = new ManualResetEventSlim();
        var writer = new Threading.Thread(
            () =>
            {
                Span<byte> span = SpanOfNoObject();
                hasSpan.Set();
                mayWrite.Wait();
                span.Fill(1);
            });
        writer.Start();
        hasSpan.Wait();
        Process.Run(static () => 0);   // loads what .NET itself needs descriptors for
        Collect();                     // finds the object gone, and the thread
        foreach (int free in (int[])[0, 1])
        {
            _ = WithDescriptors(free, static () =>
            {
                Collect();
                return "";
            });
        }

        mayWrite.Set();
        writer.Join();
        return "written";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // whose frame would keep the object
    private static Span<byte> SpanOfNoObject() => new RawArray<byte>(1 << 20).Span;

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>Does it with so many descriptors free.</summary>
    /// <returns>Its result, or the type of its exception.</returns>
    private static string WithDescriptors(int free, Func<string> action)
    {
        var taken = new Stack<int>();
        ulong* limits = stackalloc ulong[2];
        _ = GetLimit(DescriptorLimit, limits);
        ulong before = limits[0];
        limits[0] = 300;
        _ = SetLimit(DescriptorLimit, limits);
        for (int descriptor; (descriptor = Open("/dev/null", 0)) >= 0;)
        {
            taken.Push(descriptor);
        }

        for (int i = 0; i < free; i++)
        {
            _ = Close(taken.Pop());
        }

        string result;
        try
        {
            result = action();
        }
        catch (Exception exception)
        {
            result = exception.GetType().Name;
        }

        limits[0] = before;
        _ = SetLimit(DescriptorLimit, limits);
        foreach (int descriptor in taken)
        {
            _ = Close(descriptor);
        }

        return result;
    }

    /// <summary>What a careless native library opens is inherited by every program that is started, but not by workers.</summary>
    private static string LeakedDescriptor()
    {
        int leaked = Duplicate(Open("/dev/zero", 0));
        bool inherits = Process.Run(static leaked => new FileInfo($"/proc/self/fd/{leaked}").LinkTarget == "/dev/zero", leaked);
        return inherits ? "inherited" : "not inherited";
    }

    private static int UserHook()
    {
        Console.WriteLine($"here: {StartupHook.Message}");
        Console.WriteLine("there: " + Process.Run(static () =>
            $"{StartupHook.Message}, " + string.Join(", ", new[] { "DOTNET_STARTUP_HOOKS", "BRAID_WORKER", "DOTNET_EnableDiagnostics" }.Select(static name => $"{name}={Environment.GetEnvironmentVariable(name)}"))));
        Process.Start(static () => RunShell("echo in a shell: $DOTNET_STARTUP_HOOKS$BRAID_WORKER$BRAID_RESTORE")).Join();
        return 0;
    }

    private static int NoHooks()
    {
        try
        {
            Process.Run(static () => 1);
        }
        catch (WorkerStartException exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SignalAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int ChangeAction(int signal, byte* change, byte* before);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int which, ulong* limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int which, ulong* limits);

    [LibraryImport("libc", EntryPoint = "system", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RunShell(string command);
}
