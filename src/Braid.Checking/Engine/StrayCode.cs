using System.Runtime.CompilerServices;
using Braid.Checking.Reports;

namespace Braid.Checking.Engine;

/// <summary>Code of the program that .NET's own code has called on a thread outside of control.</summary>
/// <remarks>
/// Such a call is in no schedule, and whatever it does goes unseen: a pass would claim too much, and a thread that waits for it would seem
/// to wait forever. What a run begins flows through its execution contexts to such a thread. So when rewritten code finds that nothing
/// controls its thread, it also finds for which check it runs. Only what was queued without its context escapes this.
/// </remarks>
internal sealed class StrayCode
{
    private static readonly AsyncLocal<StrayCode?> s_of = new();

    private string[]? _frames;      // where it was first met; written once, by any thread

    /// <summary>The program's frames on the stack there, the innermost first; null if there was no such call.</summary>
    public IReadOnlyList<string>? Frames => Volatile.Read(ref _frames);

    /// <summary>From now on, what the calling thread begins belongs to this check.</summary>
    public void Follow() => s_of.Value = this;

    /// <summary>Called by rewritten code on a thread that is not controlled.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Record()
    {
        if (s_of.Value is { _frames: null } stray)
        {
            Interlocked.CompareExchange(ref stray._frames, [.. StackText.ProgramFrames(Environment.StackTrace)], null);
        }
    }

    public Failure Describe() => new(
        Verdict.NotControlled,
        "something that is not looked into calls code of the program on a thread that the checker does not control" +
        $"{(Frames is [var first, ..] ? $", {first}" : "")}; leave it out of what is checked, or put something that is controlled in its " +
        "place (docs/checking.md says what is controlled)")
    {
        Details = Frames ?? [],
    };
}
