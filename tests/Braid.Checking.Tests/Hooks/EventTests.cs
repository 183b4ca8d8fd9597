using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using Braid.Checking.Rewriting;
using Mono.Cecil;

namespace Braid.Checking.Tests.Hooks;

/// <summary>The events of .NET that outlive a run: .NET would keep the handlers that a run adds, and call them later.</summary>
public sealed class EventTests
{
    private const BindingFlags Static = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>A handler that resolves an assembly must resolve it in later runs too, and has no other effect on them.</summary>
    private static readonly string[] s_resolving =
    [
        "AssemblyLoad", "AssemblyResolve", "ReflectionOnlyAssemblyResolve", "ResourceResolve", "TypeResolve", "Resolving",
        "ResolvingUnmanagedDll",
    ];

    [Fact]
    public void No_event_of_the_process_keeps_code_of_a_run()
    {
        using var module = ModuleDefinition.CreateModule("events", ModuleKind.Dll);
        var kept =
            from raised in StaticEvents().Concat(typeof(AppDomain).GetEvents()).Concat(typeof(AssemblyLoadContext).GetEvents())
            where !s_resolving.Contains(raised.Name)
                && HookTable.Instance.Find(module.ImportReference(raised.AddMethod), constructs: false) == HookMatch.None
            select $"{raised.DeclaringType}.{raised.Name}";
        Assert.Empty(kept);
    }

    [Fact]
    public void An_unobserved_task_exception_calls_nothing_after_the_run()
    {
        CheckReport report = Check.Explore(static () =>
        {
            var called = new Called();
            TaskScheduler.UnobservedTaskException += (_, _) => called.Times++;
            Fail();
        });
        Assert.True(report.Verdict is Verdict.Passed or Verdict.NothingChecked, report.ToString());
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, Called.Total);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_signal_calls_no_code_of_a_run()
    {
        CheckReport report = Check.Explore(static () => GC.KeepAlive(PosixSignalRegistration.Create(
            PosixSignal.SIGWINCH,
            static _ => Called.Total++)));
        Assert.True(report.Verdict is Verdict.Passed or Verdict.NothingChecked, report.ToString());
        using var signalled = new ManualResetEventSlim();
        using var here = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => signalled.Set());
        Process.Start("kill", ["-WINCH", $"{Environment.ProcessId}"]).WaitForExit();
        signalled.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(0, Called.Total);
    }

    [Fact]
    public void An_event_on_which_runs_would_accumulate_handlers_is_refused_by_name()
    {
        CheckReport report = Check.Explore(static () => Activity.CurrentChanged += static (_, _) => { });
        Assert.Equal(Verdict.NotControlled, report.Verdict);
        Assert.Contains("CurrentChanged", report.Sentence, StringComparison.Ordinal);
    }

    private static IEnumerable<EventInfo> StaticEvents() =>
        from path in Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System.*.dll")
        from type in Assembly.Load(Path.GetFileNameWithoutExtension(path)).GetExportedTypes()
        from raised in type.GetEvents(Static)
        select raised;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail()
    {
        Task failed = Task.FromException(new InvalidOperationException("not read"));
        GC.KeepAlive(failed);
    }

    private sealed class Called
    {
        public static int Total;

        public int Times
        {
            get => Total;
            set => Total = value;
        }
    }
}
