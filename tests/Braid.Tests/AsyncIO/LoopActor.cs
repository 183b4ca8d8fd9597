using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>A flow of awaits in an event loop, which all actors of this kind share.</summary>
public sealed class LoopActor : Actor
{
    private static readonly Lazy<EventLoop> s_loop = new(Start);

    public override bool Awaits => true;

    public override Task<T> Do<T>(Func<CancellationToken, T> blocking, Func<CancellationToken, ValueTask<T>> awaiting, CancellationToken token)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_loop.Value.CallSoonThreadsafe(() => s_loop.Value.CreateTask(async _ =>
        {
            try
            {
                T result = await awaiting(token);
                Assert.Same(s_loop.Value, EventLoop.Running);
                done.SetResult(result);
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }));
        return done.Task;
    }

    public override ValueTask DisposeAsync() => default;

    private static EventLoop Start()
    {
        var started = new Futures.Future<EventLoop>();
        new Threading.Thread(
            () => EventLoop.Run(loop =>
            {
                started.SetResult(loop);
                return Forever.Until(loop.Token);
            }),
            name: "loop of the actors",
            daemon: true).Start();
        return started.Result();
    }
}
