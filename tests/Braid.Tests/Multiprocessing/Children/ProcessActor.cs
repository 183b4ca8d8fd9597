namespace Braid.Tests;

/// <summary>An actor in a child process: what it does travels there with what it has captured, and comes back as a result or an exception.</summary>
/// <remarks>So an act sees copies of the test's variables, except for what is shared between processes, and cannot change the originals.</remarks>
public sealed class ProcessActor(ActorStock stock, bool awaits) : Actor
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);

    public override bool Awaits => awaits;

    public ActorChild Child { get; } = stock.Take();

    public int Pid => Child.Process.Pid!.Value;

    public override async Task<T> Do<T>(Func<CancellationToken, T> blocking, Func<CancellationToken, ValueTask<T>> awaiting, CancellationToken token)
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            return (T)(await (awaits ? Child.Await(Boxed(awaiting), token) : Child.Block(Boxed(blocking), token)))!;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Kills the process with whatever it is doing, and returns when it has ended. Its act fails with an <see cref="EndOfStreamException"/>.</summary>
    public void Kill()
    {
        Child.Process.Kill();
        Child.Process.Join(CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        if (await _turn.WaitAsync(s_patience) && Child.Process.IsAlive)
        {
            stock.Return(Child);
        }
        else
        {
            Child.Dispose();   // a test that failed left it waiting; or killed it
        }

        _turn.Dispose();
    }

    private static Func<CancellationToken, object?> Boxed<T>(Func<CancellationToken, T> act) => token => act(token);

    private static Func<CancellationToken, ValueTask<object?>> Boxed<T>(Func<CancellationToken, ValueTask<T>> act) => async token => await act(token);
}
