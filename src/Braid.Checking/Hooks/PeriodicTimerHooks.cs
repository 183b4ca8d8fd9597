using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>PeriodicTimer: the real one, over a timer in virtual time.</summary>
[Hooks(typeof(PeriodicTimer), Allowed = ["get_Period"])]
internal static class PeriodicTimerHooks
{
    public static PeriodicTimer New(TimeSpan period, ControlledThread thread, int site) => New(period, TimeProvider.System, thread, site);

    public static PeriodicTimer New(TimeSpan period, TimeProvider timeProvider, ControlledThread thread, int site)
    {
        thread.StartSite = site;
        return new PeriodicTimer(period, VirtualTimeProvider.For(timeProvider));
    }

    public static ValueTask<bool> WaitForNextTickAsync(
        PeriodicTimer self, [Default] CancellationToken cancellationToken, ControlledThread thread, int site)
    {
        thread.Step(OperationKind.Update, Of(thread, self), site);
        return self.WaitForNextTickAsync(cancellationToken);
    }

    public static void set_Period(PeriodicTimer self, TimeSpan value, ControlledThread thread, int site)
    {
        thread.Step(OperationKind.Update, Of(thread, self), site);
        thread.StartSite = site;
        self.Period = value;
    }

    public static void Dispose(PeriodicTimer self, ControlledThread thread, int site)
    {
        if (thread.Execution.Ending)
        {
            return;
        }

        thread.Step(OperationKind.Reset, Of(thread, self), site);
        self.Dispose();
        TaskResource.Drain(thread);
    }

    private static TimerUse Of(ControlledThread thread, PeriodicTimer self) =>
        thread.Execution.Resources.Get(self ?? throw new NullReferenceException(), thread.Execution, static _ => new TimerUse());

    /// <summary>Orders the calls.</summary>
    private sealed class TimerUse : Resource
    {
        public override string Noun => "timer";
    }
}
