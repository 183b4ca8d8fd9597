using Braid.AsyncIO;
using Timeout = Braid.AsyncIO.Timeout;

namespace Braid.Tests;

/// <summary>Pairs of an outer and an inner scope, in an event loop.</summary>
public sealed class LoopScopePairTests : ScopePairContract
{
    protected override void Run(Func<Task> main) => EventLoop.Run(main);
}

/// <summary>Pairs of an outer and an inner scope, without an event loop.</summary>
public sealed class PoolScopePairTests : ScopePairContract
{
    protected override void Run(Func<Task> main) => Task.Run(main).GetAwaiter().GetResult();
}

/// <summary>A cancellation strikes the code inside a scope once: at the next thing that takes the scope's token, else at the next scope; never lost between, never in the clean-up.</summary>
public abstract class ScopePairContract : TimedTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly HandSetClock _clock = new();
    private readonly CancellationTokenSource _token = new();

    /// <summary>What cancels the outer scope, and so what that is.</summary>
    public enum Strike
    {
        SiblingFails,
        CancelOfTheGroup,
        TokenOfTheGroup,
        LimitExpires,
        TokenOfTheLimit,
    }

    /// <summary>What the code is in when that happens.</summary>
    public enum During
    {
        NoScope,
        GroupThatFails,
        GroupThatEndsWell,
        LimitAndAFailure,
        LimitThatEndsWell,
        AfterALimitThatExpired,
    }

    /// <summary>What begins next.</summary>
    public enum Next
    {
        Group,
        TaskOfAGroup,
        Limit,
    }

    protected abstract void Run(Func<Task> main);

    public override void Dispose()
    {
        _token.Dispose();
        base.Dispose();
    }

    public static TheoryData<Strike, During, Next> Pairs()
    {
        var pairs = new TheoryData<Strike, During, Next>();
        foreach (Strike strike in Enum.GetValues<Strike>())
        {
            foreach (During during in Enum.GetValues<During>())
            {
                foreach (Next next in Enum.GetValues<Next>())
                {
                    pairs.Add(strike, during, next);
                }
            }
        }

        return pairs;
    }

    public static TheoryData<Strike, Next> StrikesAndNexts()
    {
        var pairs = new TheoryData<Strike, Next>();
        foreach (Strike strike in Enum.GetValues<Strike>())
        {
            foreach (Next next in Enum.GetValues<Next>())
            {
                pairs.Add(strike, next);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void It_strikes_at_the_next_scope_and_spares_the_clean_up(Strike how, During during, Next next) => Run(async () =>
    {
        bool hasCleanedUp = false;
        await Outer(how, async (_, strike) =>
        {
            await Inside(during, strike);
            try
            {
                await Begin(next, Forever.Until);
            }
            finally
            {
                await Begin(next, static async token =>
                {
                    Assert.False(token.IsCancellationRequested);
                    await Task.Delay(1, token);
                });
                hasCleanedUp = true;
            }
        });
        Assert.True(hasCleanedUp);
    });

    [Theory]
    [MemberData(nameof(StrikesAndNexts))]
    public void Told_by_an_await_the_code_may_use_scopes_to_clean_up(Strike how, Next next) => Run(async () =>
    {
        bool hasCleanedUp = false;
        await Outer(how, async (token, strike) =>
        {
            await strike();
            try
            {
                await Forever.Until(token);
            }
            finally
            {
                await Begin(next, static token => Task.Delay(1, token));
                hasCleanedUp = true;
            }
        });
        Assert.True(hasCleanedUp);
    });

    [Fact]
    public void What_one_task_was_told_the_others_were_not() => Run(async () =>
    {
        var isTold = new Threading.Event();
        Task? second = null;
        await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup().RunAsync(group =>
        {
            _ = group.CreateTask(async token =>
            {
                try
                {
                    await Forever.Until(token);
                }
                finally
                {
                    isTold.Set();
                }
            });
            second = group.CreateTask(async _ =>
            {
                await isTold.WaitAsync(Cancellation);
                await New(s_hour, CancellationToken.None).RunAsync(static limit => Forever.Until(limit.Token));
            });
            _ = group.CreateTask(static Task (_) => throw new InvalidDataException());
        }));
        Assert.True(second!.IsCanceled);
    });

    [Fact]
    public void A_group_that_fails_hides_no_cancellation_that_its_body_was_told_of() => Run(async () =>
    {
        bool isStruck = false;
        await Outer(Strike.TokenOfTheLimit, async (outer, strike) =>
        {
            try
            {
                await new TaskGroup().RunAsync(async group =>
                {
                    _ = group.CreateTask(static async Task (token) =>
                    {
                        await Forever.Until(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                        throw new InvalidDataException();
                    });
                    await strike();
                    await Forever.Until(group.Token);
                });
            }
            catch (AggregateException)
            {
            }

            try
            {
                await Begin(Next.Group, Forever.Until);
            }
            finally
            {
                isStruck = true;
            }
        });
        Assert.True(isStruck);
    });

    private async Task Outer(Strike how, Func<CancellationToken, Func<Task>, Task> body)
    {
        switch (how)
        {
            case Strike.SiblingFails:
                AggregateException failures = await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup().RunAsync(group => body(group.Token, async () =>
                {
                    _ = group.CreateTask(static Task (_) => throw new InvalidDataException("the sibling"));
                    await Cancelled(group.Token);
                })));
                Assert.Equal("the sibling", Assert.Single(failures.InnerExceptions).Message);
                break;
            case Strike.CancelOfTheGroup:
                await new TaskGroup().RunAsync(group => body(group.Token, () =>
                {
                    group.Cancel();
                    return Task.CompletedTask;
                }));
                break;
            case Strike.TokenOfTheGroup:
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new TaskGroup(_token.Token).RunAsync(group => body(group.Token, _token.CancelAsync)));
                break;
            case Strike.LimitExpires:
                await Assert.ThrowsAsync<TimeoutException>(() => New(10 * s_second).RunAsync(limit => body(limit.Token, () =>
                {
                    _clock.Advance(10 * s_second);
                    return Task.CompletedTask;
                })));
                break;
            default:
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => New(s_hour, _token.Token).RunAsync(limit => body(limit.Token, _token.CancelAsync)));
                break;
        }
    }

    private async Task Inside(During during, Func<Task> strike)
    {
        switch (during)
        {
            case During.NoScope:
                await strike();
                break;
            case During.GroupThatFails:
                await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup().RunAsync(async _ =>
                {
                    await strike();
                    throw new InvalidDataException();
                }));
                break;
            case During.GroupThatEndsWell:
                await new TaskGroup().RunAsync(group => { _ = group.CreateTask(_ => strike()); });
                break;
            case During.LimitAndAFailure:
                await Assert.ThrowsAsync<InvalidDataException>(() => New(s_hour).RunAsync(async _ =>
                {
                    await strike();
                    throw new InvalidDataException();
                }));
                break;
            case During.LimitThatEndsWell:
                await New(s_hour).RunAsync(_ => strike());
                break;
            default:
                Task attempt = New(s_second).RunAsync(static limit => Forever.Until(limit.Token));
                _clock.Advance(s_second);
                await Assert.ThrowsAsync<TimeoutException>(() => attempt);
                await strike();
                break;
        }
    }

    private Task Begin(Next next, Func<CancellationToken, Task> body) => next switch
    {
        Next.Group => new TaskGroup().RunAsync(group => body(group.Token)),
        Next.TaskOfAGroup => new TaskGroup().RunAsync(group => { _ = group.CreateTask(body); }),
        _ => New(s_hour).RunAsync(limit => body(limit.Token)),
    };

    private static async Task Cancelled(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            await Task.Yield();
        }
    }

    private Timeout New(TimeSpan? delay, CancellationToken token = default) => new(delay, _clock, token);
}
