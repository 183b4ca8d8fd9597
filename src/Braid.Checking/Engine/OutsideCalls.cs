using System.IO.Enumeration;

namespace Braid.Checking.Engine;

/// <summary>
/// What runs may do outside of control, because <see cref="CheckOptions.Uncontrolled"/> names it, and which of it they did.
/// </summary>
/// <remarks>Used only by the controlled thread that runs; <see cref="Seen"/> is read after the search has ended.</remarks>
internal sealed class OutsideCalls(IReadOnlyList<string> patterns)
{
    private const int PollMilliseconds = 20;

    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether anything may run outside of control.</summary>
    public bool IsAny => patterns.Count > 0;

    /// <summary>What ran outside of control, in words.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    /// <summary>Whether a member may be called; if so, records that it was.</summary>
    public bool Includes(string member)
    {
        if (!patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, member, ignoreCase: false)))
        {
            return false;
        }

        _seen.Add(member);
        return true;
    }

    /// <summary>
    /// Waits, without a switch and in real time, for something that only code outside of control can complete. If it does not, the run is
    /// reported as stuck.
    /// </summary>
    /// <returns>False if nothing may run outside of control, so that nothing there can be waited for.</returns>
    public bool TryAwait(ControlledThread thread, string what, WaitHandle completed)
    {
        if (!IsAny)
        {
            return false;
        }

        _seen.Add(what);
        while (!completed.WaitOne(PollMilliseconds) && !thread.Execution.Ending)
        {
        }

        return true;
    }
}
