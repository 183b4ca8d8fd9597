using System.Reflection;
using System.Runtime.CompilerServices;

namespace Braid.Checking.Tests.Hooks;

/// <summary>Whatever code has a timer armed by, the timer fires in virtual time.</summary>
public class TimerSourcesTests
{
    private const string TimerQueueTimer = "System.Threading.TimerQueueTimer, System.Private.CoreLib";

    private static readonly TimeSpan s_never = Timeout.InfiniteTimeSpan;

    // Each returns a task that completes when a timer fires after the given time. Those of .NET have the names of its members.
    private static readonly Dictionary<string, Func<TimeSpan, Task>> s_ways = new()
    {
        ["Timer..ctor(TimerCallback)"] = due => Fired(fire => new Timer(_ => fire()), timer => timer.Change(due, s_never)),
        ["Timer..ctor(TimerCallback, Object, Int32, Int32)"] = due =>
            Fired(fire => new Timer(_ => fire(), null, (int)due.TotalMilliseconds, Timeout.Infinite)),
        ["Timer..ctor(TimerCallback, Object, Int64, Int64)"] = due =>
            Fired(fire => new Timer(_ => fire(), null, (long)due.TotalMilliseconds, Timeout.Infinite)),
        ["Timer..ctor(TimerCallback, Object, UInt32, UInt32)"] = due =>
            Fired(fire => new Timer(_ => fire(), null, (uint)due.TotalMilliseconds, uint.MaxValue)),
        ["Timer..ctor(TimerCallback, Object, TimeSpan, TimeSpan)"] = due => Fired(fire => new Timer(_ => fire(), null, due, s_never)),
        ["Timer.Change(Int32, Int32)"] = due => Fired(Unarmed, timer => timer.Change((int)due.TotalMilliseconds, Timeout.Infinite)),
        ["Timer.Change(Int64, Int64)"] = due => Fired(Unarmed, timer => timer.Change((long)due.TotalMilliseconds, Timeout.Infinite)),
        ["Timer.Change(UInt32, UInt32)"] = due => Fired(Unarmed, timer => timer.Change((uint)due.TotalMilliseconds, uint.MaxValue)),
        ["Timer.Change(TimeSpan, TimeSpan)"] = due => Fired(Unarmed, timer => timer.Change(due, s_never)),
        ["ITimer.Change(TimeSpan, TimeSpan)"] = due => Fired<ITimer>(Unarmed, timer => timer.Change(due, s_never)),
        ["TimeProvider.CreateTimer(TimerCallback, Object, TimeSpan, TimeSpan)"] = due =>
            Fired(fire => TimeProvider.System.CreateTimer(_ => fire(), null, due, s_never)),
        ["PeriodicTimer..ctor(TimeSpan)"] = due => Ticked(new PeriodicTimer(due)),
        ["PeriodicTimer..ctor(TimeSpan, TimeProvider)"] = due => Ticked(new PeriodicTimer(due, TimeProvider.System)),
        ["PeriodicTimer.set_Period(TimeSpan)"] = due => Ticked(new PeriodicTimer(2 * due) { Period = due }),
        ["Task.Delay(Int32)"] = due => Task.Delay((int)due.TotalMilliseconds),
        ["Task.Delay(Int32, CancellationToken)"] = due => Task.Delay((int)due.TotalMilliseconds, NewToken()),
        ["Task.Delay(TimeSpan)"] = Task.Delay,
        ["Task.Delay(TimeSpan, CancellationToken)"] = due => Task.Delay(due, NewToken()),
        ["Task.Delay(TimeSpan, TimeProvider)"] = due => Task.Delay(due, TimeProvider.System),
        ["Task.Delay(TimeSpan, TimeProvider, CancellationToken)"] = due => Task.Delay(due, TimeProvider.System, NewToken()),
        ["Task.WaitAsync(TimeSpan)"] = due => TimedOut(Endless().WaitAsync(due)),
        ["Task.WaitAsync(TimeSpan, CancellationToken)"] = due => TimedOut(Endless().WaitAsync(due, NewToken())),
        ["Task.WaitAsync(TimeSpan, TimeProvider)"] = due => TimedOut(Endless().WaitAsync(due, TimeProvider.System)),
        ["Task.WaitAsync(TimeSpan, TimeProvider, CancellationToken)"] = due =>
            TimedOut(Endless().WaitAsync(due, TimeProvider.System, NewToken())),
        ["Task`1.WaitAsync(TimeSpan)"] = due => TimedOut(EndlessNumber().WaitAsync(due)),
        ["Task`1.WaitAsync(TimeSpan, CancellationToken)"] = due => TimedOut(EndlessNumber().WaitAsync(due, NewToken())),
        ["Task`1.WaitAsync(TimeSpan, TimeProvider)"] = due => TimedOut(EndlessNumber().WaitAsync(due, TimeProvider.System)),
        ["Task`1.WaitAsync(TimeSpan, TimeProvider, CancellationToken)"] = due =>
            TimedOut(EndlessNumber().WaitAsync(due, TimeProvider.System, NewToken())),
        ["CancellationTokenSource..ctor(Int32)"] = due => Cancelled(new CancellationTokenSource((int)due.TotalMilliseconds)),
        ["CancellationTokenSource..ctor(TimeSpan)"] = due => Cancelled(new CancellationTokenSource(due)),
        ["CancellationTokenSource..ctor(TimeSpan, TimeProvider)"] = due =>
            Cancelled(new CancellationTokenSource(due, TimeProvider.System)),
        ["CancellationTokenSource.CancelAfter(Int32)"] = due => Cancelled(new(), source => source.CancelAfter((int)due.TotalMilliseconds)),
        ["CancellationTokenSource.CancelAfter(TimeSpan)"] = due => Cancelled(new(), source => source.CancelAfter(due)),

        ["a source that is used again"] = due => Cancelled(new(due / 2), source =>
        {
            Assert.True(source.TryReset());
            source.CancelAfter(due);
        }),
        ["a linked source"] = due => Cancelled(CancellationTokenSource.CreateLinkedTokenSource(new CancellationTokenSource(due).Token)),
        ["a source with the provider of a class"] = due => Cancelled(new(due, new Shifted())),
        ["a later limit of such a source"] = due => Cancelled(new(2 * due, new Shifted()), source => source.CancelAfter(due)),
        ["a delay with the provider of a class"] = due => Task.Delay(due, new Shifted()),
        ["a wait with the provider of a class"] = due => TimedOut(Endless().WaitAsync(due, new Shifted())),
        ["a periodic timer with the provider of a class"] = due => Ticked(new PeriodicTimer(due, new Shifted())),
        ["a timer of a class's provider"] = due => Fired(fire => new Shifted().CreateTimer(_ => fire(), null, due, s_never)),
        ["a timer of a class that asks its base"] = due => Fired(fire => new Doubling().CreateTimer(_ => fire(), null, due / 2, s_never)),
        ["a source with such a provider"] = due => Cancelled(new(due / 2, new Doubling())),
        ["a delay with such a provider"] = due => Task.Delay(due / 2, new Doubling()),

        ["a delegate of a constructor of the inner timer"] = due =>
        {
            Func<TimerCallback, object?, TimeSpan, TimeSpan, bool, object> make = NewInner;
            return Fired(fire => (ITimer)make(_ => fire(), null, due, s_never, false));
        },
        ["the inner timer"] = due => Fired(fire => (ITimer)NewInner(_ => fire(), null, due, s_never, flowExecutionContext: false)),
        ["the inner timer in milliseconds"] = due =>
            Fired(fire => (ITimer)NewInner(_ => fire(), null, (uint)due.TotalMilliseconds, uint.MaxValue, flowExecutionContext: true)),
        ["the inner timer, changed"] = due =>
            Fired(fire => (ITimer)NewInner(_ => fire(), null, s_never, s_never, true), timer => timer.Change(due, s_never)),
        ["the inner timer, changed in milliseconds"] = due => Fired(
            fire => (ITimer)NewInner(_ => fire(), null, s_never, s_never, true),
            timer => Change(timer, (uint)due.TotalMilliseconds, uint.MaxValue)),
        ["a timer that does not take its context along"] = due =>
            Fired(fire => NewTimer(_ => fire(), null, (int)due.TotalMilliseconds, Timeout.Infinite, flowExecutionContext: false)),
        ["a private limit of a source"] = due => Cancelled(new(), source => CancelAfter(source, (uint)due.TotalMilliseconds)),
    };

    public static TheoryData<string> Ways => [.. s_ways.Keys];

    [Theory]
    [MemberData(nameof(Ways))]
    public void It_fires_in_virtual_time(string way) => Explored.Runs(async () =>
    {
        DateTime begun = DateTime.UtcNow;
        await s_ways[way](TimeSpan.FromHours(4));
        Assert.Equal(4, (DateTime.UtcNow - begun).TotalHours, 3);
    });

    [Fact]
    public void Each_member_of_NET_that_arms_a_timer_is_tried()
    {
        Type[] types = [.. typeof(object).Assembly.GetExportedTypes(), .. typeof(Barrier).Assembly.GetExportedTypes()];
        IEnumerable<string> arming =
            from type in types
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let method = member as MethodBase
            where method is not null && Arms(method)
            let parameters = string.Join(", ", method.GetParameters().Select(static parameter => parameter.ParameterType.Name))
            select $"{type.Name}.{method.Name}({parameters})";
        Assert.Empty(arming.Except([.. s_ways.Keys]));
    }

    [Fact]
    public void A_source_that_was_reset_is_not_cancelled_by_the_limit_before() => Explored.Holds(() =>
    {
        using var source = new CancellationTokenSource(1_000);
        Thread.Sleep(1_000);
        if (source.TryReset())
        {
            Thread.Sleep(10_000);
            Assert.False(source.IsCancellationRequested);
        }
    });

    [Fact]
    public void A_source_without_any_time_is_cancelled_from_the_start() => Explored.Runs(() =>
    {
        Assert.True(new CancellationTokenSource(0).IsCancellationRequested);
        Assert.True(new CancellationTokenSource(TimeSpan.Zero).IsCancellationRequested);
        Assert.True(new CancellationTokenSource(TimeSpan.Zero, new Shifted()).IsCancellationRequested);
        Assert.True(new CancellationTokenSource(TimeSpan.Zero, TimeProvider.System).IsCancellationRequested);
    });

    [Fact]
    public void A_delay_that_no_timer_can_wait_for_is_refused_as_by_NET() => Explored.Holds(() =>
    {
        TimeSpan tooLong = TimeSpan.FromMilliseconds(uint.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CancellationTokenSource(tooLong));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CancellationTokenSource().CancelAfter(tooLong));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Timer(static _ => { }, null, tooLong, s_never));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Timer(static _ => { }).Change(s_never, tooLong));
        using var longest = new Timer(static _ => { }, null, TimeSpan.FromMilliseconds(uint.MaxValue - 1), s_never);
    });

    [Fact]
    public void A_source_with_a_provider_of_the_program_is_cancelled_by_whoever_lets_its_time_pass() => Explored.Holds(async () =>
    {
        var time = new Manual();
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        Assert.False(source.TryReset());
        source.CancelAfter(TimeSpan.FromSeconds(10));
        int written = 0;
        Task advances = Task.Run(() =>
        {
            time.Pass(TimeSpan.FromSeconds(5));
            Assert.False(source.IsCancellationRequested);
            written = 1;
            time.Pass(TimeSpan.FromSeconds(5));
        });
        while (!source.IsCancellationRequested)
        {
            await Task.Yield();
        }

        Assert.Equal(1, written);
        await advances;
        Assert.Equal(0, time.Timers);
    });

    [Fact]
    public void A_provider_of_the_program_shows_virtual_time_in_what_it_leaves_to_its_base() => Explored.Runs(() =>
    {
        var time = new Shifted();
        long began = time.GetTimestamp();
        DateTimeOffset utc = TimeProvider.System.GetUtcNow();
        DateTimeOffset local = time.GetLocalNow();
        DateTimeOffset plain = new Doubling().GetLocalNow();
        Thread.Sleep(TimeSpan.FromHours(4));
        Assert.Equal(5, (time.GetUtcNow() - utc).TotalHours, 3);
        Assert.Equal(4, (time.GetLocalNow() - local).TotalHours, 3);
        Assert.Equal(4, (new Doubling().GetLocalNow() - plain).TotalHours, 3);
        Assert.Equal(4, time.GetElapsedTime(began).TotalHours, 3);
        Assert.Equal(4, time.SinceByBase(began).TotalHours, 3);
    });

    [Fact]
    public void The_inner_timer_knows_whether_it_has_fired() => Explored.Holds(() =>
    {
        object timer = NewInner(static _ => { }, null, TimeSpan.FromHours(1), s_never, flowExecutionContext: false);
        Assert.False(EverQueued(timer));
        Thread.Sleep(TimeSpan.FromHours(2));
        Assert.True(EverQueued(timer));
        EverQueued(timer) = false;
        Assert.True(((ITimer)timer).Change(TimeSpan.FromHours(1), s_never));
        ((IDisposable)timer).Dispose();
        Assert.False(((ITimer)timer).Change(TimeSpan.FromHours(1), s_never));
        Thread.Sleep(TimeSpan.FromHours(2));
        Assert.False(EverQueued(timer));
    });

    [Theory]
    [InlineData("Threading.TimerQueueTimer.Fire")]
    [InlineData("Threading.ThreadPool.TryPopCustomWorkItem")]
    [InlineData("Threading.SemaphoreSlim.WaitUntilCountOrTimeout")]
    public void What_is_not_controlled_behind_an_accessor_is_refused_by_name(string member)
    {
        CheckReport report = Explored.Fails(Verdict.NotControlled, () =>
        {
            using var semaphore = new SemaphoreSlim(0);
            switch (member)
            {
                case "Threading.TimerQueueTimer.Fire":
                    Fire(NewInner(static _ => { }, null, s_never, s_never, true), isThreadPool: false);
                    break;
                case "Threading.ThreadPool.TryPopCustomWorkItem":
                    TryPopCustomWorkItem(null, new object());
                    break;
                default:
                    Func<SemaphoreSlim, long, long, CancellationToken, bool> wait = WaitUntilCountOrTimeout;
                    wait(semaphore, 1, 0, CancellationToken.None);
                    break;
            }
        });
        Assert.Contains($"System.{member}", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Libraries_ask_a_source_whether_its_callbacks_have_returned() => Explored.Holds(() =>
    {
        using var source = new CancellationTokenSource();
        int called = 0;
        source.Token.Register(() =>
        {
            Assert.False(IsCancellationCompleted(source));
            called = 1;
        });
        var cancels = new Thread(source.Cancel);
        cancels.Start();
        if (IsCancellationCompleted(source))
        {
            Assert.Equal(1, called);
        }

        cancels.Join();
        Assert.True(IsCancellationCompleted(source));
    });

    [Fact]
    public void Libraries_offer_the_pool_what_their_thread_has_queued() => Explored.Holds(() =>
    {
        using var done = new ManualResetEventSlim();
        ThreadPool.QueueUserWorkItem(_ => done.Set(), null);
        OfferWork();
        done.Wait();
    });

    private static bool Arms(MethodBase method) =>
        (!method.IsAbstract || method.DeclaringType == typeof(ITimer))
        && Array.Exists(method.GetParameters(), parameter =>
            (parameter.ParameterType == typeof(TimeProvider) && !method.DeclaringType!.Name.Contains("Stopwatch", StringComparison.Ordinal))
            || parameter.Name is "dueTime" or "period" or "delay" or "millisecondsDelay"
            || (parameter.Name == "callback" && parameter.ParameterType == typeof(TimerCallback))
            || (parameter.Name == "value" && method.Name == "set_Period")
            || (parameter.Name == "timeout" && method is MethodInfo { Name: nameof(Task.WaitAsync) } && IsTask(method.DeclaringType!)));

    private static bool IsTask(Type type) => type == typeof(Task) || type == typeof(Task<>);

    private static Timer Unarmed(Action fire) => new(_ => fire());

    private static async Task Fired<T>(Func<Action, T> make, Action<T>? arm = null)
        where T : ITimer
    {
        var fired = new TaskCompletionSource();
        using T timer = make(fired.SetResult);
        arm?.Invoke(timer);
        await fired.Task;
    }

    private static async Task Ticked(PeriodicTimer timer)
    {
        using (timer)
        {
            Assert.True(await timer.WaitForNextTickAsync());
        }
    }

    private static async Task Cancelled(CancellationTokenSource source, Action<CancellationTokenSource>? arm = null)
    {
        using (source)
        {
            arm?.Invoke(source);
            var cancelled = new TaskCompletionSource();
            using CancellationTokenRegistration registration = source.Token.Register(cancelled.SetResult);
            await cancelled.Task;
        }
    }

    private static async Task TimedOut(Task waits) => await Assert.ThrowsAsync<TimeoutException>(() => waits);

    private static Task Endless() => new TaskCompletionSource().Task;

    private static Task<int> EndlessNumber() => new TaskCompletionSource<int>().Task;

    private static CancellationToken NewToken() => new CancellationTokenSource().Token;

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(TimerQueueTimer)]
    private static extern object NewInner(
        TimerCallback timerCallback, object? state, TimeSpan dueTime, TimeSpan period, bool flowExecutionContext);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(TimerQueueTimer)]
    private static extern object NewInner(
        TimerCallback timerCallback, object? state, uint dueTime, uint period, bool flowExecutionContext);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool Change([UnsafeAccessorType(TimerQueueTimer)] object timer, uint dueTime, uint period);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void Fire([UnsafeAccessorType(TimerQueueTimer)] object timer, bool isThreadPool);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_everQueued")]
    private static extern ref bool EverQueued([UnsafeAccessorType(TimerQueueTimer)] object timer);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern Timer NewTimer(TimerCallback callback, object? state, int dueTime, int period, bool flowExecutionContext);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void CancelAfter(CancellationTokenSource source, uint millisecondsDelay);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool WaitUntilCountOrTimeout(SemaphoreSlim semaphore, long timeout, long startTime, CancellationToken token);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_IsCancellationCompleted")]
    private static extern bool IsCancellationCompleted(CancellationTokenSource source);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "TransferAllLocalWorkItemsToHighPriorityGlobalQueue")]
    private static extern void OfferWork(
        [UnsafeAccessorType("System.Threading.ThreadPoolWorkQueue, System.Private.CoreLib")] object? type = null);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod)]
    private static extern bool TryPopCustomWorkItem(
        [UnsafeAccessorType("System.Threading.ThreadPool, System.Private.CoreLib")] object? type, object item);

    /// <summary>Ahead by an hour, with the timers of its base.</summary>
    private sealed class Shifted : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);

        public TimeSpan SinceByBase(long began) => base.GetElapsedTime(began);
    }

    /// <summary>Its timers take twice as long.</summary>
    private sealed class Doubling : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, 2 * dueTime, period);
    }

    /// <summary>Its time passes only when it is told so.</summary>
    private sealed class Manual : TimeProvider
    {
        private readonly Lock _gate = new();
        private readonly List<ManualTimer> _timers = [];
        private TimeSpan _now;

        public int Timers
        {
            get
            {
                lock (_gate)
                {
                    return _timers.Count;
                }
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(this, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }

        public void Pass(TimeSpan time)
        {
            ManualTimer[] due;
            lock (_gate)
            {
                _now += time;
                due = [.. _timers.Where(timer => timer.Due <= _now)];
            }

            Array.ForEach(due, static timer => timer.Callback());
        }

        private sealed class ManualTimer(Manual provider, Action callback) : ITimer
        {
            public Action Callback => callback;

            public TimeSpan Due { get; private set; }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                lock (provider._gate)
                {
                    provider._timers.Remove(this);
                    Due = provider._now + dueTime;
                    provider._timers.Add(this);
                    return true;
                }
            }

            public void Dispose()
            {
                lock (provider._gate)
                {
                    provider._timers.Remove(this);
                }
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
