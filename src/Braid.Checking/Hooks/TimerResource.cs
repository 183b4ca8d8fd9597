using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What a timer is armed for, and the callbacks that run.</summary>
/// <remarks>As in .NET a periodic timer does not wait for its callback to end before it calls it again.</remarks>
internal sealed class TimerResource(TimerCallback callback, object? state, ExecutionContext? context) : Resource
{
    private DueThread? _next;
    private long _period;
    private bool _isClosed;
    private int _running;
    private TaskCompletionSource? _allEnded;

    public override string Noun => "timer";

    /// <returns>False when it has been disposed.</returns>
    public bool Change(ControlledThread thread, long due, long period, int site)
    {
        if (_isClosed)
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
        _isClosed = true;
        ReleaseBy(thread);
        _next?.Withdraw();
        _next = null;
    }

    /// <summary>Ends when no callback runs any more.</summary>
    public ValueTask WhenAllEnded()
    {
        if (_running == 0)
        {
            return default;
        }

        _allEnded ??= new TaskCompletionSource();
        return new ValueTask(_allEnded.Task);
    }

    private void Arm(ControlledThread thread, long due, int site) => _next = DueThread.Start(thread, due, me => Fire(me, site), site, Noun);

    private void Fire(DueThread me, int site)
    {
        // Disposed between its time and its first step.
        if (_isClosed)
        {
            return;
        }

        ControlledThread thread = ControlledThread.Current!;
        AcquireBy(thread);
        if (ReferenceEquals(_next, me))
        {
            _next = null;
            if (_period > 0)
            {
                Arm(thread, Math.Max(me.Due + _period - thread.Execution.Clock.Now, 1), site);
            }
        }

        _running++;
        ThreadHooks.Run(context, () => callback(state));
        if (--_running == 0 && _isClosed)
        {
            _allEnded?.SetResult();
        }
    }
}
