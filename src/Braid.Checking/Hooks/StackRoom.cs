using System.Diagnostics;
using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Reports;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Hooks;

/// <summary>Detects that a thread is about to use up its stack: .NET would end the process, and the check with it.</summary>
/// <remarks>
/// The limit leaves more stack than the end of a run needs, and less than
/// <see cref="System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack"/> requires, so a program that guards itself
/// with that method is not stopped here.
/// </remarks>
internal static class StackRoom
{
    private const int ReserveBytes = 48 << 10;
    private const int SufficientBytes = 16 << 10;   // above the limit: what .NET requires, in a stack of the size asked for
    private const int MostNames = 4;

    // The lowest address at which a method may begin; 0 on threads that are not controlled. Each thread writes and reads its own.
    [ThreadStatic]
    private static nuint t_limit;

    /// <summary>The calling thread runs controlled code from now on, within this much of its stack.</summary>
    /// <param name="top">The highest address of its frames.</param>
    /// <param name="bytes">How far the stack extends below that; there are <see cref="WorkerPool.SpareBytes"/> more.</param>
    public static void Begin(nuint top, nuint bytes) => t_limit = top - bytes + ReserveBytes;

    /// <summary>Called by rewritten code at the beginning of a method that calls others.</summary>
    public static unsafe void Enter(int site)
    {
        byte here;
        if ((nuint)(&here) < t_limit)
        {
            Stop(site);
        }
    }

    /// <summary>.NET's answer to a program that checks its own stack, for the stack that the thread has here.</summary>
    /// <remarks>
    /// The real answer is about the real stack, which may be larger: the C library reuses the stacks of threads that have ended.
    /// </remarks>
    public static unsafe bool IsSufficient()
    {
        byte here;
        return (nuint)(&here) >= t_limit + SufficientBytes;
    }

    private static void Stop(int site)
    {
        if (ControlledThread.Current is { Execution.Ending: false } thread)
        {
            string used = $"{thread.Name} has used up its stack of {thread.Worker!.StackBytes >> 20} MB at {SourceMap.Where(site)}";
            thread.Execution.FailIn(thread, new Failure(Verdict.StackOverflow, $"{used}: {Recursion()}"));
        }
    }

    private static string Recursion()
    {
        MethodBase[] methods =
        [
            .. new StackTrace(fNeedFileInfo: false).GetFrames()
                .Select(static frame => frame.GetMethod())
                .OfType<MethodBase>()
                .Where(static method => method.Module.Assembly != typeof(StackRoom).Assembly),
        ];
        int period = Array.IndexOf(methods, methods[0], 1);
        if (period < 0)
        {
            return $"the frames of {MethodNames.Of(methods[0])} and its callers are too large";
        }

        string[] names =
        [
            .. methods[..period]
                .Where(static method => method.Module.Assembly != typeof(object).Assembly)
                .Select(MethodNames.Of)
                .Distinct()
                .Take(MostNames + 1),
        ];
        string depth = Text.Count(methods.Count(method => method == methods[0]), "call");
        string others = names.Length > MostNames ? " and others" : "";
        return names.Length == 1
            ? $"{names[0]} calls itself, {depth} deep"
            : $"{Text.Join(names.Take(MostNames))}{others} call each other, {depth} of {names[0]} deep";
    }
}
