namespace Braid.Diagnostics;

/// <summary>Reports a wait that got as far as sleeping to the event source and the meter. Costs two reads if no one listens.</summary>
internal readonly struct WaitObserver
{
    private readonly object? _target;   // null: no one listened when the wait began
    private readonly long _startedAt;

    private WaitObserver(object target)
    {
        _target = target;
        _startedAt = Stopwatch.GetTimestamp();
        BraidEventSource.Log.WaitStart(NameOf(target), RuntimeHelpers.GetHashCode(target));
    }

    public static WaitObserver Start(object target) =>
        (BraidEventSource.Log.IsEnabled() || Instruments.WaitDuration.Enabled) && target is not IInternal
            ? new WaitObserver(target)
            : default;

    public void Stop()
    {
        if (_target is null)
        {
            return;
        }

        string name = NameOf(_target);
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

    /// <summary>
    /// The name of the target's type as the program knows it: for Braid's own subclasses, that of their public base type; for a stand-in,
    /// that of the program's object.
    /// </summary>
    private static string NameOf(object target)
    {
        Type type = target is IStandIn standIn ? standIn.For : target.GetType();
        while (!type.IsPublic && type.Assembly == typeof(WaitObserver).Assembly && type.BaseType is { } above && above != typeof(object))
        {
            type = above;
        }

        return type.Name.Split('`')[0];
    }
}
