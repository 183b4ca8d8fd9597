using System.Runtime.CompilerServices;
using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>A task of a loop that fails is reported to the loop exactly when nobody awaits it.</summary>
public sealed class UnseenFailureTests : TimedTest
{
    private readonly List<EventLoopErrorArgs> _told = [];

    [Fact]
    public void An_unawaited_task_is_reported_by_the_end_of_the_loop()
    {
        Run(static async loop =>
        {
            Begin(loop);
            await Turns();
        });
        EventLoopErrorArgs error = Assert.Single(_told);
        Assert.IsType<InvalidDataException>(error.Exception);
        Assert.Matches("^The task the-one .* failed, and it was never awaited", error.Message);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Begin(EventLoop loop) => _ = loop.CreateTask(static Task (_) => throw new InvalidDataException(), name: "the-one");
    }

    [Fact]
    public void A_task_with_a_result_too_and_while_the_loop_runs()
    {
        Run(async loop =>
        {
            Begin(loop);
            while (_told.Count == 0)
            {
                await Turns();
                GC.Collect();
                GC.WaitForPendingFinalizers();   // lets the finalizer's thread run, which the next collection would stop again
            }
        });
        Assert.IsType<InvalidDataException>(Assert.Single(_told).Exception);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Begin(EventLoop loop) => _ = loop.CreateTask(static Task<int> (_) => throw new InvalidDataException());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_unawaited_group_is_reported(bool hasResult)
    {
        Run(async _ =>
        {
            Begin(hasResult);
            await Turns();
        });
        Assert.Equal("A task group failed, and it was never awaited.", Assert.Single(_told).Message);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Begin(bool hasResult)
        {
            _ = hasResult
                ? new TaskGroup().RunAsync(static async group =>
                {
                    await Task.Yield();
                    _ = group.CreateTask(static Task (_) => throw new InvalidDataException());
                    return 1;
                })
                : new TaskGroup().RunAsync(static group => { _ = group.CreateTask(static Task (_) => throw new InvalidDataException()); });
        }
    }

    [Fact]
    public void What_is_awaited_or_looked_at_is_not_reported()
    {
        Run(static async loop =>
        {
            Task awaited = loop.CreateTask(static Task (_) => throw new InvalidDataException());
            await Assert.ThrowsAsync<InvalidDataException>(() => awaited);
            await Assert.ThrowsAsync<AggregateException>(static () => new TaskGroup().RunAsync(static group => { _ = group.CreateTask(static Task (_) => throw new InvalidDataException()); }));
            Task lookedAt = loop.CreateTask(static Task (_) => throw new InvalidDataException());
            while (!lookedAt.IsFaulted)
            {
                await Task.Yield();
            }

            Assert.NotNull(lookedAt.Exception);
            Task cancelled = loop.CreateTask(static Task (_) => throw new OperationCanceledException());
            await Turns();
            Assert.True(cancelled.IsCanceled);
        });
        Assert.Empty(_told);
    }

    private void Run(Func<EventLoop, Task> main) => EventLoop.Run(loop =>
    {
        loop.ExceptionHandler = _told.Add;
        return main(loop);
    });

    private static async Task Turns()
    {
        for (int i = 0; i < 20; i++)
        {
            await Task.Yield();
        }
    }
}
