namespace Braid.Checking.Hooks;

/// <summary>ITimer, which may be a timer of .NET or one of the program's own.</summary>
[Hooks(typeof(ITimer))]
internal static class TimerInterfaceHooks
{
    public static bool Change(ITimer self, TimeSpan dueTime, TimeSpan period, int site) =>
        self is Timer timer ? TimerHooks.Change(timer, dueTime, period, site) : self.Change(dueTime, period);
}
