namespace Braid.Contracts;

/// <summary>Somebody who waits: a contract is written against actors, and runs over each kind of them.</summary>
/// <remarks>An actor does one thing after another, always as the same somebody; so a lock that has an owner can be released by who acquired it.</remarks>
public abstract class Actor : IAsyncDisposable
{
    /// <summary>Whether it awaits instead of blocking its thread.</summary>
    public abstract bool Awaits { get; }

    /// <summary>Does something that may wait, in the blocking or in the awaiting shape.</summary>
    /// <param name="blocking">The blocking shape.</param>
    /// <param name="awaiting">The awaiting shape.</param>
    /// <param name="token">What the act gets as its token; an actor that lives elsewhere gives it one that stands for this.</param>
    public abstract Task<T> Do<T>(Func<CancellationToken, T> blocking, Func<CancellationToken, ValueTask<T>> awaiting, CancellationToken token);

    /// <inheritdoc cref="Do{T}(Func{CancellationToken, T}, Func{CancellationToken, ValueTask{T}}, CancellationToken)"/>
    public Task Do(Action<CancellationToken> blocking, Func<CancellationToken, ValueTask> awaiting, CancellationToken token) => Do(
        token =>
        {
            blocking(token);
            return true;
        },
        async token =>
        {
            await awaiting(token);
            return true;
        },
        token);

    /// <inheritdoc cref="Do{T}(Func{CancellationToken, T}, Func{CancellationToken, ValueTask{T}}, CancellationToken)"/>
    public Task<T> Do<T>(Func<T> blocking, Func<ValueTask<T>> awaiting) => Do(_ => blocking(), _ => awaiting(), CancellationToken.None);

    /// <inheritdoc cref="Do{T}(Func{CancellationToken, T}, Func{CancellationToken, ValueTask{T}}, CancellationToken)"/>
    public Task Do(Action blocking, Func<ValueTask> awaiting) => Do(_ => blocking(), _ => awaiting(), CancellationToken.None);

    /// <summary>Does something that does not wait.</summary>
    public Task<T> Do<T>(Func<T> action) => Do(action, () => ValueTask.FromResult(action()));

    /// <inheritdoc cref="Do{T}(Func{T})"/>
    public Task Do(Action action) => Do(
        action,
        () =>
        {
            action();
            return default;
        });

    public abstract ValueTask DisposeAsync();
}

/// <summary>A thread of its own that blocks.</summary>
public sealed class BlockingActor : Actor
{
    private readonly System.Collections.Concurrent.BlockingCollection<Action> _work = [];
    private readonly System.Threading.Thread _thread;

    public BlockingActor()
    {
        _thread = new System.Threading.Thread(() =>
        {
            foreach (Action action in _work.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true, Name = "actor" };
        _thread.Start();
    }

    public override bool Awaits => false;

    public System.Threading.Thread Thread => _thread;

    public override Task<T> Do<T>(Func<CancellationToken, T> blocking, Func<CancellationToken, ValueTask<T>> awaiting, CancellationToken token)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action act = () =>
        {
            try
            {
                done.SetResult(blocking(token));
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        };
        _work.Add(act, CancellationToken.None);   // the act itself ends by its token
        return done.Task;
    }

    public override ValueTask DisposeAsync()
    {
        _work.CompleteAdding();
        if (!_thread.Join(TimeSpan.FromSeconds(20)))
        {
            _thread.Interrupt();   // a test that failed left it waiting; let the failure be told, not a hang
            _thread.Join();
        }

        return default;
    }
}

/// <summary>A flow of awaits.</summary>
public sealed class AwaitingActor : Actor
{
    public override bool Awaits => true;

    public override async Task<T> Do<T>(Func<CancellationToken, T> blocking, Func<CancellationToken, ValueTask<T>> awaiting, CancellationToken token) =>
        await awaiting(token);

    public override ValueTask DisposeAsync() => default;
}
