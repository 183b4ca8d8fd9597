namespace Braid.Waiting;

/// <summary>Where the caller of an async method wants to go on. To await it is to go there, before user code runs.</summary>
internal readonly struct CallerPlace : ICriticalNotifyCompletion
{
    private static readonly Action<object?> s_invoke = static continuation => ((Action)continuation!)();

    private readonly object? _place;

    private CallerPlace(object? place) => _place = place;

    public bool IsCompleted => false;

    /// <summary>To be asked before the first await.</summary>
    public static CallerPlace Current => new(Continuation.CurrentPlace());

    public CallerPlace GetAwaiter() => this;

    public void OnCompleted(Action continuation) => Places.Queue(_place, s_invoke, continuation, ExecutionContext.Capture());

    public void UnsafeOnCompleted(Action continuation) => Places.Queue(_place, s_invoke, continuation, flow: null);

    public void GetResult()
    {
    }
}
