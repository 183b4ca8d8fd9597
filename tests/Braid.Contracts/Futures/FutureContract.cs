namespace Braid.Contracts;

/// <summary>What a future does, whoever waits for it. After CPython's <c>FutureTests</c>.</summary>
public abstract partial class FutureContract(Func<Actor> newActor) : TimedTest
{
    public enum State
    {
        Pending,
        Running,
        Cancelled,
        CancelledAndNotified,
        Failed,
        Successful,
    }

    public static TheoryData<State> States => [.. Enum.GetValues<State>()];

    protected Actor NewActor() => newActor();

    protected static ArithmeticException Error { get; } = new("the worker's");

    [Theory]
    [MemberData(nameof(States))]
    public void Cancelled_Running_and_Done_tell_the_states_apart(State state)
    {
        Futures.Future<int> future = In(state);
        Assert.Equal(state is State.Cancelled or State.CancelledAndNotified, future.Cancelled);
        Assert.Equal(state is State.Running, future.Running);
        Assert.Equal(state is not (State.Pending or State.Running), future.Done);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Cancel_succeeds_unless_the_call_runs_or_is_finished(State state)
    {
        Futures.Future<int> future = In(state);
        bool cancels = state is State.Pending or State.Cancelled or State.CancelledAndNotified;
        Assert.Equal(cancels, future.Cancel());
        Assert.Equal(cancels, future.Cancelled);
        Assert.Equal(cancels, future.Cancel());
        Assert.Equal(state is State.Running, future.Running);
    }

    [Theory]
    [InlineData(State.Pending, "Future, pending")]
    [InlineData(State.Running, "Future, running")]
    [InlineData(State.Cancelled, "Future, cancelled")]
    [InlineData(State.CancelledAndNotified, "Future, cancelled")]
    [InlineData(State.Failed, "Future, finished, raised ArithmeticException")]
    [InlineData(State.Successful, "Future, finished, returned Int32")]
    public void Its_text_names_the_state_and_the_outcome(State state, string text) => Assert.Equal(text, In(state).ToString());

    [Theory]
    [MemberData(nameof(States))]
    public async Task Looking_for_the_outcome_without_waiting_answers_in_every_state(State state)
    {
        Futures.Future<int> future = In(state);
        await using Actor one = NewActor();
        Task<(bool Success, int Result)> result = TryResult(one, future, TimeSpan.Zero);
        Task<(bool Success, Exception? Exception)> exception = TryException(one, future, TimeSpan.Zero);
        switch (state)
        {
            case State.Pending or State.Running:
                Assert.False((await result).Success);
                Assert.Equal((false, null), await exception);
                break;
            case State.Cancelled or State.CancelledAndNotified:
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exception);
                break;
            case State.Failed:
                Assert.Same(Error, await Assert.ThrowsAsync<ArithmeticException>(() => result));
                Assert.Equal((true, Error), await exception);
                break;
            case State.Successful:
                Assert.Equal((true, 42), await result);
                Assert.Equal((true, null), await exception);
                break;
        }
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_leaves_the_future_as_it_was()
    {
        Futures.Future<int> future = In(State.Running);
        await using Actor one = NewActor();
        Assert.False((await TryResult(one, future, Brief)).Success);
        Assert.False((await TryException(one, future, Brief)).Success);
        Assert.True(future is { Running: true, WaiterCount: 0 });
        future.SetResult(1);
        Assert.Equal((true, 1), await TryResult(one, future, Brief));
    }

    [Fact]
    public async Task All_who_wait_get_the_result()
    {
        var future = new Futures.Future<int>();
        Actor[] actors = [NewActor(), NewActor(), NewActor()];
        Task<int> result = actors[0].Do(() => future.Result(), () => future.ResultAsync());
        Task<(bool Success, int Result)> tried = TryResult(actors[1], future, Ample);
        Task<Exception?> exception = actors[2].Do(() => future.Exception(), () => future.ExceptionAsync());
        Eventually.Holds(() => future.WaiterCount == 3);
        Assert.True(future.SetRunningOrNotifyCancel());
        Assert.Equal(3, future.WaiterCount);
        future.SetResult(42);
        Assert.Equal(42, await result);
        Assert.Equal((true, 42), await tried);
        Assert.Null(await exception);
        await DisposeAll(actors);
    }

    [Fact]
    public async Task All_who_wait_get_the_same_exception()
    {
        var future = new Futures.Future<int>();
        Actor[] actors = [NewActor(), NewActor(), NewActor()];
        Task result = actors[0].Do(() => future.Result(), () => future.ResultAsync());
        Task<Exception?> exception = actors[1].Do(() => future.Exception(), () => future.ExceptionAsync());
        Task untyped = actors[2].Do(() => ((Futures.Future)future).Result(), () => ((Futures.Future)future).ResultAsync());
        Eventually.Holds(() => future.WaiterCount == 3);
        future.SetException(Error);
        Assert.Same(Error, await Assert.ThrowsAsync<ArithmeticException>(() => result));
        Assert.Same(Error, await exception);
        Assert.Same(Error, await Assert.ThrowsAsync<ArithmeticException>(() => untyped));
        await DisposeAll(actors);
    }

    [Fact]
    public async Task Cancelling_the_call_ends_all_waits()
    {
        var future = new Futures.Future<int>();
        Actor[] actors = [NewActor(), NewActor()];
        Task result = actors[0].Do(() => future.Result(), () => future.ResultAsync());
        Task exception = actors[1].Do(() => future.Exception(), () => future.ExceptionAsync());
        Eventually.Holds(() => future.WaiterCount == 2);
        Assert.True(future.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exception);
        await DisposeAll(actors);
    }

    [Fact]
    public async Task A_token_ends_the_wait_and_not_the_call()
    {
        var future = new Futures.Future<int>();
        await using Actor one = NewActor();
        using var cancel = new CancellationTokenSource();
        Task<int> wait = one.Do(() => future.Result(cancel.Token), () => future.ResultAsync(cancel.Token));
        Eventually.Holds(() => future.WaiterCount == 1);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.False(future.Done);
        future.SetResult(3);
        Assert.Equal(3, await one.Do(() => future.Result(), () => future.ResultAsync()));
    }

    /// <summary>A future in a state of its life.</summary>
    protected static Futures.Future<int> In(State state)
    {
        var future = new Futures.Future<int>();
        if (state is State.Cancelled or State.CancelledAndNotified)
        {
            Assert.True(future.Cancel());
        }

        if (state is not (State.Pending or State.Cancelled))
        {
            Assert.Equal(state is not State.CancelledAndNotified, future.SetRunningOrNotifyCancel());
        }

        switch (state)
        {
            case State.Failed:
                future.SetException(Error);
                break;
            case State.Successful:
                future.SetResult(42);
                break;
        }

        return future;
    }

    protected static Task<(bool Success, int Result)> TryResult(Actor actor, Futures.Future<int> future, TimeSpan timeout) =>
        actor.Do(() => (future.TryResult(out int result, timeout), result), () => future.TryResultAsync(timeout));

    protected static Task<(bool Success, Exception? Exception)> TryException(Actor actor, Futures.Future<int> future, TimeSpan timeout) =>
        actor.Do(() => (future.TryException(out Exception? exception, timeout), exception), () => future.TryExceptionAsync(timeout));

    protected static async Task DisposeAll(IEnumerable<Actor> actors)
    {
        foreach (Actor actor in actors)
        {
            await actor.DisposeAsync();
        }
    }
}
