using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A thread of the pool that begins at a given time.</summary>
/// <remarks>
/// It exists from the moment it is armed, waiting with an alarm, so that the scheduler can let the time pass at any moment if the clock
/// races.
/// </remarks>
internal sealed class DueThread : Resource
{
    private readonly ControlledThread _thread;
    private readonly Alarm? _alarm;
    private readonly Action? _whenDue;

    private DueThread(ControlledThread parent, long after, Action<DueThread> body, int site, string noun, Action? whenDue)
    {
        _whenDue = whenDue;
        Execution execution = parent.Execution;
        Id = ++execution.NextResourceId;
        Noun = noun;
        Due = execution.Clock.Now + after;
        _thread = execution.CreateWorker(parent, () => body(this), isPoolThread: true);
        _thread.Name = $"{noun} {_thread.Index}";
        execution.Start(parent, _thread, site);
        _thread.Pending = new Operation(OperationKind.Start, this, site);
        if (after == 0)
        {
            Expire();
        }
        else
        {
            _thread.Alarm = _alarm = execution.Clock.Set(after, Expire);
        }
    }

    /// <summary>Whether its time has come.</summary>
    public bool IsDue { get; private set; }

    /// <summary>The time at which it may begin.</summary>
    public long Due { get; }

    public override string Noun { get; }

    /// <param name="parent">The thread that arms it.</param>
    /// <param name="after">Ticks from now; 0 for at once.</param>
    /// <param name="body">What the thread runs.</param>
    /// <param name="site">The site that arms it.</param>
    /// <param name="noun">The noun for it in reports.</param>
    /// <param name="whenDue">Called when its time has come.</param>
    public static DueThread Start(
        ControlledThread parent, long after, Action<DueThread> body, int site, string noun, Action? whenDue = null) =>
        new(parent, after, body, site, noun, whenDue);

    public override bool CanProceed(ControlledThread thread) => IsDue;

    /// <summary>Keeps the thread from beginning, unless its time has come already.</summary>
    public void Withdraw()
    {
        if (!IsDue)
        {
            _thread.Execution.Clock.Cancel(_alarm!);
            _thread.Execution.Withdraw(_thread);
        }
    }

    private void Expire()
    {
        IsDue = true;
        _thread.Alarm = null;
        _whenDue?.Invoke();
    }
}
