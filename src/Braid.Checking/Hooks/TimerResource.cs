using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The next due time of a timer, and its running callbacks.</summary>
/// <remarks>As in .NET, a periodic timer does not wait for its callback to end before it calls it again.</remarks>
internal sealed class TimerResource(TimerCallback callback, object? state, ExecutionContext? context) : Resource
{
    private DueThread? _next;
    private long _period;
    private int _running;
    private Action? _allEnded;

    public override string Noun => "timer";

    public bool IsClosed { get; private set; }

    /// <summary>Called when a due time has come, before its callback begins.</summary>
    public Action? Queued { get; init; }

    /// <returns>False if it has been disposed.</returns>
    public bool Change(ControlledThread thread, long due, long period, int site)
    {
        if (IsClosed)
        {
            return false;
        }

        _next?.Withdraw();
        _next = null;
        _period = period;
        ReleaseBy(thread);
        if (due != Time.Infinite)
        {
            Arm(thread, due, site);
        }

        return true;
    }

    public void Close(ControlledThread thread)
    {
        IsClosed = true;
        ReleaseBy(thread);
        _next?.Withdraw();
        _next = null;
    }

    /// <summary>Calls the delegate when no callback is running any more, at once if none is running now.</summary>
    public void WhenAllEnded(Action notify)
    {
        if (_running == 0)
        {
            notify();
        }
        else
        {
            _allEnded += notify;
        }
    }

    private void Arm(ControlledThread thread, long due, int site) =>
        _next = DueThread.Start(thread, due, self => Fire(self, site), site, Noun, Queued);

    private void Fire(DueThread self, int site)
    {
        // The timer may have been disposed between its due time and the thread's first step.
        if (IsClosed)
        {
            return;
        }

        ControlledThread thread = ControlledThread.Current!;
        AcquireBy(thread);
        if (ReferenceEquals(_next, self))
        {
            _next = null;
            if (_period > 0)
            {
                Arm(thread, Math.Max(self.Due + _period - thread.Execution.Clock.Now, 1), site);
            }
        }

        _running++;
        Execution.RunIn(context, () => callback(state));
        TaskResource.Drain(thread);
        if (--_running == 0 && IsClosed)
        {
            _allEnded?.Invoke();
        }
    }
}
