namespace Braid.Waiting;

/// <summary>
/// Builds those async methods of Braid's own that await the kernel: <c>[AsyncMethodBuilder(typeof(AwaitingMethodBuilder&lt;&gt;))]</c>.
/// </summary>
/// <remarks>
/// <para>Two rules apply in such a method, and a test checks both:</para>
/// <list type="bullet">
/// <item><c>await x.ConfigureAwait(false)</c>: the following code runs on the thread that completed <c>x</c>. It is short, does not block,
/// and runs no user code.</item>
/// <item><c>await x</c>: the following code runs in the caller's context, so it may run user code: a predicate, a barrier's action, a
/// converter.</item>
/// </list>
/// <para>
/// The method's awaiter is queued or posted, never run on the thread that ends the method. A method that never suspends costs no object;
/// one that does reuses one. .NET's own builders run the awaiter wherever the method ends, and resume the method on the thread pool.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal struct AwaitingMethodBuilder<T>
{
    private AsyncValueTaskMethodBuilder<T> _unsuspended;   // has the outcome of a method that never suspended
    private AwaitingMethod<T>? _method;                    // null until it suspends

    public readonly AwaitingMethod<T>? Method => _method;

    public ValueTask<T> Task => _method is null ? _unsuspended.Task : new ValueTask<T>(_method, _method.Version);

    public static AwaitingMethodBuilder<T> Create() => default;

    public void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => _unsuspended.Start(ref machine);

    /// <summary>Required by the compiler; nothing calls it any more.</summary>
    public void SetStateMachine(IAsyncStateMachine machine) => _unsuspended.SetStateMachine(machine);

    public void SetResult(T result)
    {
        if (_method is null)
        {
            _unsuspended.SetResult(result);
        }
        else
        {
            _method.SetResult(result);
        }
    }

    public void SetException(Exception exception)
    {
        if (_method is null)
        {
            _unsuspended.SetException(exception);
        }
        else
        {
            _method.SetException(exception);
        }
    }

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine =>
            throw new NotSupportedException("Braid's own methods await what can be awaited without flowing the execution context.");

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine
    {
        if (_method is not AwaitingMethod<T, TMachine> method)
        {
            method = AwaitingMethod<T, TMachine>.Rent();
            _method = method;          // before the copy: this builder is part of the machine
            method.Keep(machine);
        }

        method.Await(ref awaiter);
    }
}

/// <inheritdoc cref="AwaitingMethodBuilder{T}"/>
internal struct AwaitingMethodBuilder
{
    private AwaitingMethodBuilder<ValueTuple> _builder;

    public ValueTask Task => _builder.Method is { } method ? new ValueTask(method, method.Version) : Unsuspended();

    public static AwaitingMethodBuilder Create() => default;

    public void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => _builder.Start(ref machine);

    /// <inheritdoc cref="AwaitingMethodBuilder{T}.SetStateMachine"/>
    public void SetStateMachine(IAsyncStateMachine machine) => _builder.SetStateMachine(machine);

    public void SetResult() => _builder.SetResult(default);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : INotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : ICriticalNotifyCompletion
        where TMachine : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref machine);

    private ValueTask Unsuspended()
    {
        ValueTask<ValueTuple> task = _builder.Task;
        return task.IsCompletedSuccessfully ? default : new ValueTask(task.AsTask());
    }
}
