using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>A suspended async method of Braid's. It comes from a pool and returns there when its result is read.</summary>
internal abstract class AwaitingMethod
{
    [ThreadStatic]
    private static AwaitingMethod? t_registering;

    /// <summary>The method that is about to await something on the calling thread, if it is one of Braid's. Read once.</summary>
    public static AwaitingMethod? TakeRegistering()
    {
        AwaitingMethod? registering = t_registering;
        if (registering is not null)
        {
            t_registering = null;
        }

        return registering;
    }

    /// <summary>Runs to the next await, on the thread that completed the last one. It never throws.</summary>
    public abstract void TakeStep();

    protected void Await<TAwaiter>(ref TAwaiter awaiter, Action continuation)
        where TAwaiter : ICriticalNotifyCompletion
    {
        t_registering = this;
        try
        {
            awaiter.UnsafeOnCompleted(continuation);   // from here on another thread may run the method
        }
        finally
        {
            t_registering = null;
        }
    }
}

/// <inheritdoc/>
internal abstract class AwaitingMethod<T> : AwaitingMethod, IValueTaskSource<T>, IValueTaskSource
{
    private Continuation _continuation;
    private T? _result;                 // written before the method is completed, like the next field
    private Exception? _failure;

    public short Version => _continuation.Version;

    /// <summary>
    /// Whether the current step was posted or queued, so that it runs where the caller wants it, on a stack on which no other code depends.
    /// The current step's own.
    /// </summary>
    protected bool IsInCallersContext { get; set; }

    public void SetResult(T result)
    {
        _result = result;
        _continuation.Complete(IsInCallersContext);
    }

    public void SetException(Exception failure)
    {
        _failure = failure;
        _continuation.Complete(IsInCallersContext);
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        _continuation.ThrowUnlessCurrent(token);
        return !_continuation.IsCompleted ? ValueTaskSourceStatus.Pending
            : _failure is null ? ValueTaskSourceStatus.Succeeded
            : _failure is OperationCanceledException ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _continuation.OnCompleted(continuation, state, token, flags);

    public T GetResult(short token)
    {
        _continuation.ThrowUnlessReadable(token);
        T result = _result!;
        Exception? failure = _failure;
        _result = default;
        _failure = null;
        _continuation.Reset();
        Recycle();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return result;
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <summary>Returns it to the pool. Nothing else refers to it any more.</summary>
    protected abstract void Recycle();
}

/// <inheritdoc/>
/// <typeparam name="T">The type of the result.</typeparam>
/// <typeparam name="TMachine">The state machine that the compiler made of the method.</typeparam>
internal sealed class AwaitingMethod<T, TMachine> : AwaitingMethod<T>
    where TMachine : IAsyncStateMachine
{
    private readonly Action _next;
    private TMachine? _machine;             // the method's own, one step at a time
    private ExecutionContext? _flow;        // the caller's; null if its flow is suppressed

    private AwaitingMethod() => _next = () => TakeStep(isAtCallersPlace: true);

    /// <summary>
    /// Moves the method's state out of the stack frame in which it began. The machine's builder already refers to the method.
    /// </summary>
    public static AwaitingMethod<T, TMachine> Rent()
    {
        AwaitingMethod<T, TMachine> method = WaiterPool<AwaitingMethod<T, TMachine>>.Rent() ?? new AwaitingMethod<T, TMachine>();
        method._flow = ExecutionContext.Capture();
        return method;
    }

    public void Keep(in TMachine machine) => _machine = machine;

    public void Await<TAwaiter>(ref TAwaiter awaiter)
        where TAwaiter : ICriticalNotifyCompletion => Await(ref awaiter, _next);

    public override void TakeStep() => TakeStep(isAtCallersPlace: false);

    protected override void Recycle()
    {
        _machine = default;
        _flow = null;
        WaiterPool<AwaitingMethod<T, TMachine>>.Return(this);
    }

    private void TakeStep(bool isAtCallersPlace)
    {
        IsInCallersContext = isAtCallersPlace;
        if (_flow is null)
        {
            _machine!.MoveNext();
        }
        else
        {
            ExecutionContext.Run(_flow, static method => ((AwaitingMethod<T, TMachine>)method!)._machine!.MoveNext(), this);
        }
    }
}
