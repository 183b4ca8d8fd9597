using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Threading;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>
/// What can be acquired and released at a manager's server: the base of <see cref="LockProxy"/>, <see cref="RLockProxy"/> and
/// <see cref="ConditionProxy"/>.
/// </summary>
/// <remarks>
/// It is not disposable, as no lock of Braid's is: <c>using (mutex)</c> would look like Python's <c>with mutex:</c> and acquire nothing.
/// Python counterpart: <c>AcquirerProxy</c>.
/// </remarks>
[DebuggerDisplay("{Target.Typeid,nq} proxy")]
public abstract class AcquirerProxy : IScoped
{
    private const string AcquireMethod = "acquire";
    private const string ReleaseMethod = "release";

    private readonly HeldConnections _held;

    private protected AcquirerProxy(ProxyReference reference, bool belongsToThread)
    {
        Target = new Proxy(reference);
        _held = belongsToThread ? reference.Link.OfThreads : new HeldConnections(belongsToThread: false);
    }

    internal Proxy Target { get; }

    private ManagerLink Link => Target.Reference.Link;

    /// <summary>Acquires it, blocking until it is free.</summary>
    /// <param name="token">Ends the wait, a quarter of a second later at most.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Acquire(CancellationToken token = default) => TryAcquire(Timeout.InfiniteTimeSpan, token);

    /// <summary>Acquires it, blocking until it is free or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, a quarter of a second later at most.</param>
    /// <returns>Whether it was acquired; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Acquire" path="/exception"/>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        Connection connection = OfThread() ?? Link.Rent(token);
        try
        {
            return SlicedWait.Run(timeout, Attempt, token);
        }
        finally
        {
            ReturnConnection(connection);
        }

        bool Attempt(double? seconds) =>
            Note(connection, Link.Call(connection, AcquireRequest(seconds), AcquireMethod, CancellationToken.None));
    }

    /// <summary>Acquires it, and waits without blocking the thread until it is free.</summary>
    /// <inheritdoc cref="Acquire" path="/param"/>
    /// <exception cref="NotSupportedException">It belongs to the thread that acquires it, and an await may go on in another.</exception>
    /// <inheritdoc cref="Acquire" path="/exception"/>
    public ValueTask AcquireAsync(CancellationToken token = default)
    {
        return Wait(TryAcquireAsync(Timeout.InfiniteTimeSpan, token));

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
        static async ValueTask Wait(ValueTask<bool> acquisition) => await acquisition.ConfigureAwait(false);
    }

    /// <summary>Acquires it, and waits without blocking the thread until it is free or the time is up.</summary>
    /// <inheritdoc cref="TryAcquire" path="/param"/>
    /// <inheritdoc cref="TryAcquire" path="/returns"/>
    /// <inheritdoc cref="AcquireAsync" path="/exception"/>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return _held.BelongsToThread
            ? throw new NotSupportedException(
                $"A {Target.Typeid} belongs to the thread that acquires it, and an await may go on in another.")
            : Wait();

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<bool> Wait()
        {
            Connection connection = await Link.RentAsync(token).ConfigureAwait(false);
            try
            {
                return await SlicedWait.RunAsync(timeout, Attempt, token).ConfigureAwait(false);
            }
            finally
            {
                ReturnConnection(connection);
            }

            [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
            async ValueTask<bool> Attempt(double? seconds) => Note(
                connection,
                await Link.CallAsync(connection, AcquireRequest(seconds), AcquireMethod, CancellationToken.None)
                    .ConfigureAwait(false));
        }
    }

    /// <summary>Releases it.</summary>
    /// <exception cref="SynchronizationLockException">It is not held, or not by this thread.</exception>
    /// <inheritdoc cref="Proxy.Call{T}" path="/exception"/>
    public void Release() => Release([]);

    /// <summary>Acquires it until the end of a <c>using</c> block: Python's <c>with lock:</c>.</summary>
    /// <inheritdoc cref="Acquire" path="/param"/>
    /// <inheritdoc cref="Acquire" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    /// <summary>Acquires it until the end of a <c>using</c> block, and waits without blocking the thread.</summary>
    /// <inheritdoc cref="Acquire" path="/param"/>
    /// <inheritdoc cref="AcquireAsync" path="/exception"/>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(this, AcquireAsync(token));

    /// <summary>
    /// Gives the reference back, so that the server need not keep the object for it; the collector does so too. Releases nothing. Blocks
    /// while the server answers.
    /// </summary>
    public void Close() => Target.Dispose();

    /// <summary>What Python's <c>str</c> shows of the object, asked of the server.</summary>
    public override string ToString() => Target.ToString();

    /// <summary>Releases it, with arguments.</summary>
    private protected void Release(object?[] args)
    {
        byte[] request = Target.Request(ReleaseMethod, args);
        Connection? held = _held.Take();
        Connection connection = held ?? Link.Rent(CancellationToken.None);
        try
        {
            Link.Call(connection, request, ReleaseMethod, CancellationToken.None);
        }
        catch (PythonException exception)
        {
            if (held is not null && _held.BelongsToThread)
            {
                _held.Add(held);                 // what the thread holds over it is another lock
            }

            throw Refused(exception);
        }
        finally
        {
            ReturnConnection(connection);
        }
    }

    /// <summary>Calls a method for the thread that holds it.</summary>
    private protected object? CallHolding(string method, params object?[] args)
    {
        Connection connection = OfThread() ?? Link.Rent(CancellationToken.None);
        try
        {
            return Link.Call(connection, Target.Request(method, args), method, CancellationToken.None);
        }
        catch (PythonException exception)
        {
            throw Refused(exception);
        }
        finally
        {
            ReturnConnection(connection);
        }
    }

    /// <summary>What to throw for a refusal of the server.</summary>
    private protected virtual Exception Refused(PythonException exception) => Translated.Of(exception);

    private Connection? OfThread()
    {
        Connection? connection = _held.OfThread(out IReadOnlyList<Connection> orphaned);
        foreach (Connection orphan in orphaned)
        {
            orphan.Close();
            Link.Return(orphan);                 // closed, it is forgotten
        }

        return connection;
    }

    private byte[] AcquireRequest(double? seconds) =>
        Target.Request(AcquireMethod, seconds is null ? [true] : seconds == 0 ? [false] : [true, seconds]);

    private bool Note(Connection connection, object? reply)
    {
        if (reply is not true)
        {
            return false;
        }

        _held.Add(connection);
        return true;
    }

    private void ReturnConnection(Connection connection)
    {
        if (connection.Closed)
        {
            _held.Forget(connection);            // the server has released what was held over it
        }

        if (!_held.Has(connection))
        {
            Link.Return(connection);
        }
    }
}
