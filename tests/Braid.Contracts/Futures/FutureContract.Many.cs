namespace Braid.Contracts;

/// <summary>Waiting for several futures. After CPython's <c>WaitTests</c> and <c>AsCompletedTests</c>.</summary>
public abstract partial class FutureContract
{
    [Theory]
    [InlineData(Futures.ReturnWhen.AllCompleted)]
    [InlineData(Futures.ReturnWhen.FirstCompleted)]
    [InlineData(Futures.ReturnWhen.FirstException)]
    public async Task Wait_returns_when_what_it_waits_for_has_come(Futures.ReturnWhen returnWhen)
    {
        Futures.Future<int>[] futures = [new(), new(), new(), new()];
        await using Actor one = NewActor();
        Task<Split> wait = Wait(one, futures, null, returnWhen);
        Assert.False(wait.IsCompleted);
        var done = new HashSet<Futures.Future<int>>();
        foreach ((int place, Action<Futures.Future<int>> end, Futures.ReturnWhen? reached) in new (int, Action<Futures.Future<int>>, Futures.ReturnWhen?)[]
        {
            (2, future => future.SetResult(1), Futures.ReturnWhen.FirstCompleted),
            (0, future => future.Cancel(), null),
            (3, future => future.SetException(Error), Futures.ReturnWhen.FirstException),
            (1, future => future.SetResult(2), Futures.ReturnWhen.AllCompleted),
        })
        {
            done.Add(futures[place]);
            end(futures[place]);
            if (reached == returnWhen)
            {
                (IReadOnlySet<Futures.Future<int>> isDone, IReadOnlySet<Futures.Future<int>> isNot) = await wait;
                Assert.Equal(done, isDone);
                Assert.Equal(futures.Except(done).ToHashSet(), isNot);
                return;
            }

            Assert.False(wait.IsCompleted);
        }
    }

    [Theory]
    [InlineData(State.Successful, Futures.ReturnWhen.FirstCompleted)]
    [InlineData(State.Cancelled, Futures.ReturnWhen.FirstCompleted)]
    [InlineData(State.CancelledAndNotified, Futures.ReturnWhen.FirstCompleted)]
    [InlineData(State.Failed, Futures.ReturnWhen.FirstException)]
    public async Task Wait_returns_at_once_when_it_has_come_before(State state, Futures.ReturnWhen returnWhen)
    {
        Futures.Future<int> done = In(state);
        var pending = new Futures.Future<int>();
        await using Actor one = NewActor();
        (IReadOnlySet<Futures.Future<int>> isDone, IReadOnlySet<Futures.Future<int>> isNot) = await Wait(one, [pending, done], null, returnWhen);
        Assert.Same(done, Assert.Single(isDone));
        Assert.Same(pending, Assert.Single(isNot));
    }

    [Fact]
    public async Task Wait_counts_a_future_given_twice_once_and_takes_any_sequence()
    {
        var future = new Futures.Future<int>();
        await using Actor one = NewActor();
        Task<Split> wait = Wait(one, Enumerable.Repeat(future, 3).Append(In(State.Cancelled)), null);
        future.SetResult(1);
        Assert.Equal((2, 0), ((await wait).Done.Count, (await wait).NotDone.Count));
        Assert.Equal((0, 0), ((await Wait(one, [], null)).Done.Count, (await Wait(one, [], null)).NotDone.Count));
    }

    [Fact]
    public async Task Wait_returns_what_there_is_when_the_time_is_up()
    {
        Futures.Future<int> done = In(State.Successful);
        Futures.Future<int> running = In(State.Running);
        await using Actor one = NewActor();
        foreach (TimeSpan timeout in new[] { TimeSpan.Zero, Brief })
        {
            Split split = await Wait(one, [done, running], timeout);
            Assert.Same(done, Assert.Single(split.Done));
            Assert.Same(running, Assert.Single(split.NotDone));
        }

        Assert.True(running.Running);
    }

    [Fact]
    public async Task Wait_refuses_wrong_arguments_also_when_there_is_nothing_to_wait_for()
    {
        await using Actor one = NewActor();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("returnWhen", () => Wait(one, [], null, (Futures.ReturnWhen)7));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("returnWhen", () => Wait(one, [In(State.Successful)], null, (Futures.ReturnWhen)(-1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", () => Wait(one, [], TimeSpan.FromSeconds(-1)));
        await Assert.ThrowsAsync<ArgumentNullException>("futures", () => Wait(one, null!, null));
        await Assert.ThrowsAsync<ArgumentNullException>("futures", () => Wait(one, [null!], null));
    }

    [Fact]
    public async Task AsCompleted_gives_each_future_once_those_that_are_done_first()
    {
        Futures.Future<int> late = new();
        Futures.Future<int> later = new();
        HashSet<Futures.Future<int>> early = [In(State.Successful), In(State.Failed), In(State.CancelledAndNotified), In(State.Cancelled)];
        await using Actor one = NewActor();
        var given = new Queues.SimpleQueue<Futures.Future<int>>();
        Task all = AsCompleted(one, [later, late, .. early, late, later], null, given.Put);
        Eventually.Holds(() => given.Qsize == 4);
        Assert.Equal(early, Enumerable.Range(0, 4).Select(_ => given.Get()).ToHashSet());
        late.SetResult(1);
        Assert.Same(late, given.Get());
        later.SetException(Error);
        Assert.Same(later, given.Get());
        await all;
        Assert.True(given.Empty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task AsCompleted_fails_when_the_time_is_up_and_says_how_many_are_missing(int milliseconds)
    {
        await using Actor one = NewActor();
        var given = new List<Futures.Future<int>>();
        var exception = await Assert.ThrowsAsync<TimeoutException>(
            () => AsCompleted(one, [In(State.Running), In(State.Successful), In(State.Pending), In(State.Failed)], TimeSpan.FromMilliseconds(milliseconds), given.Add));
        Assert.Equal("2 (of 4) futures unfinished", exception.Message);
        Assert.Equal(2, given.Count);
    }

    [Fact]
    public async Task AsCompleted_ends_at_once_when_nothing_is_given_and_refuses_wrong_arguments_at_the_call()
    {
        await using Actor one = NewActor();
        await AsCompleted(one, [], TimeSpan.Zero, _ => Assert.Fail("There was no future."));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Futures.Future.AsCompleted<Futures.Future<int>>([], TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Futures.Future.AsCompletedAsync<Futures.Future<int>>([], TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentNullException>("futures", () => Futures.Future.AsCompleted<Futures.Future<int>>([null!]));
    }

    /// <summary>The answer of <see cref="Futures.Future.Wait"/>.</summary>
    protected sealed record Split(IReadOnlySet<Futures.Future<int>> Done, IReadOnlySet<Futures.Future<int>> NotDone);

    private static Task<Split> Wait(
        Actor actor, IEnumerable<Futures.Future<int>> futures, TimeSpan? timeout, Futures.ReturnWhen returnWhen = Futures.ReturnWhen.AllCompleted) => actor.Do(
        () =>
        {
            (IReadOnlySet<Futures.Future<int>> done, IReadOnlySet<Futures.Future<int>> notDone) = Futures.Future.Wait(futures, timeout, returnWhen);
            return new Split(done, notDone);
        },
        async () =>
        {
            (IReadOnlySet<Futures.Future<int>> done, IReadOnlySet<Futures.Future<int>> notDone) = await Futures.Future.WaitAsync(futures, timeout, returnWhen);
            return new Split(done, notDone);
        });

    private static Task AsCompleted(Actor actor, IEnumerable<Futures.Future<int>> futures, TimeSpan? timeout, Action<Futures.Future<int>> use) => actor.Do(
        () =>
        {
            foreach (Futures.Future<int> future in Futures.Future.AsCompleted(futures, timeout))
            {
                use(future);
            }
        },
        async () =>
        {
            await foreach (Futures.Future<int> future in Futures.Future.AsCompletedAsync(futures, timeout))
            {
                use(future);
            }
        });
}
