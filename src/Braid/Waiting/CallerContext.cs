namespace Braid.Waiting;

/// <summary>The place where the caller of an async method wants to continue. Awaiting it moves there, before user code runs.</summary>
internal readonly struct CallerContext : ICriticalNotifyCompletion
{
    private static readonly Action<object?> s_invoke = static continuation => ((Action)continuation!)();

    private readonly object? _place;

    private CallerContext(object? place) => _place = place;

    public bool IsCompleted => false;

    /// <summary>Read it before the first await.</summary>
    public static CallerContext Current => new(Continuation.CurrentContext());

    public CallerContext GetAwaiter() => this;

    public void OnCompleted(Action continuation) => CapturedContexts.Queue(_place, s_invoke, continuation, ExecutionContext.Capture());

    public void UnsafeOnCompleted(Action continuation) => CapturedContexts.Queue(_place, s_invoke, continuation, flow: null);

    public void GetResult()
    {
    }
}
