namespace Braid.Diagnostics;

/// <summary>Tells the event source and the meter of one wait that got as far as sleeping. Costs two reads when nobody listens.</summary>
internal readonly struct WaitObserver
{
    private readonly object? _target;   // null: nobody listened when the wait began
    private readonly long _startedAt;

    private WaitObserver(object target)
    {
        _target = target;
        _startedAt = Stopwatch.GetTimestamp();
        BraidEventSource.Log.WaitStart(target.GetType().Name, RuntimeHelpers.GetHashCode(target));
    }

    public static WaitObserver Start(object target) =>
        BraidEventSource.Log.IsEnabled() || Instruments.WaitDuration.Enabled ? new WaitObserver(target) : default;

    public void Stop()
    {
        if (_target is null)
        {
            return;
        }

        string name = _target.GetType().Name;
        double seconds = Stopwatch.GetElapsedTime(_startedAt).TotalSeconds;
        BraidEventSource.Log.WaitStop(name, RuntimeHelpers.GetHashCode(_target), seconds);
        try
        {
            Instruments.WaitDuration.Record(seconds, new KeyValuePair<string, object?>("braid.primitive", name));
        }
        catch (Exception exception)
        {
            // A listener that fails must not change the outcome of the wait it measures.
            BraidEventSource.Log.UnhandledException(nameof(WaitObserver), exception.ToString());
        }
    }
}
