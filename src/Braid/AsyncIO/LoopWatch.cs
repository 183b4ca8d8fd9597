using System.Globalization;

namespace Braid.AsyncIO;

/// <summary>
/// Checks from outside whether a callback blocks the loop for long, and reports it while it lasts: the code that waits for the blocked loop
/// would otherwise hang silently.
/// </summary>
/// <remarks>
/// It checks every few seconds, and reports if one callback was still running at two checks in a row; a loop in debug mode also times each
/// callback itself.
/// </remarks>
internal sealed class LoopWatch : ITimed, IDisposable
{
    private const long NoneSeen = -1;      // the last check found no callback that could still be running

    private static readonly TimeSpan s_blockedLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_blockedLimitInDebugMode = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly Gate _gate = new();
    private long _callsSeen = NoneSeen;      // by the check, like the next field; a check is over before the next one is due
    private bool _hasReported;
    private bool _hasEnded;                  // guarded by _gate

    public LoopWatch(EventLoop loop)
    {
        _loop = loop;
        SetAlarm();
    }

    /// <inheritdoc/>
    public Deadline Deadline { get; private set; }

    /// <inheritdoc/>
    public int TimeoutIndex { get; set; } = ITimed.NotSet;

    private TimeSpan BlockedLimit => _loop.Debug ? s_blockedLimitInDebugMode : s_blockedLimit;

    public void Dispose()
    {
        using (_gate.Enter())
        {
            _hasEnded = true;
        }

        TimeoutThread.Remove(this);
    }

    /// <inheritdoc/>
    public void OnTimeUp() => CallbackThreads.Run(CheckAndRearm);     // its findings are reported to user code

    internal void Look()
    {
        long calls = _loop.CallsRun;
        bool isIdle = _loop.Sleeps;
        ReadyCall current = _loop.CurrentCall;
        if (calls != _callsSeen || isIdle)
        {
            _callsSeen = isIdle ? NoneSeen : calls;
            _hasReported = false;
            return;
        }

        if (!_hasReported && current.Call is not null)     // null while the loop is waking up
        {
            _hasReported = true;
            string? waits = WaitGraph.Capture().Waits.FirstOrDefault(wait => wait.ThreadId == _loop.Thread.ManagedThreadId)?.ToString();
            _loop.Report(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{CallbackName.Of(current)} has blocked the event loop for {BlockedLimit.TotalSeconds:0} s, and still does; nothing " +
                    $"else in the loop can run.{(waits is null ? "" : $" {waits}.")} Await instead, or give the call to RunInExecutor."),
                exception: null);
        }
    }

    private void CheckAndRearm()
    {
        Look();
        SetAlarm();
    }

    private void SetAlarm()
    {
        Deadline = Deadline.After(BlockedLimit);
        TimeoutThread.Set(this);
        bool hasEnded;
        using (_gate.Enter())
        {
            hasEnded = _hasEnded;
        }

        if (hasEnded)
        {
            TimeoutThread.Remove(this);
        }
    }
}
