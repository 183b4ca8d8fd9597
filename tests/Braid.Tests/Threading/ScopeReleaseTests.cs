using System.Reflection;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>A scope releases once, whatever is done to it and its copies: what is acquired later is never released by it.</summary>
public sealed class ScopeReleaseTests : TimedTest
{
    /// <summary>How to enter each type that has scopes, and how to see how often it is held.</summary>
    private static readonly Dictionary<Type, Func<Entered>> s_kinds = new()
    {
        [typeof(Threading.Lock)] = () => Of(new Threading.Lock()),
        [typeof(Threading.RLock)] = () => Of(new Threading.RLock()),
        [typeof(Threading.Condition)] = () => Of(new Threading.Condition(new Threading.Lock())),
        [typeof(Threading.Semaphore)] = () => Of(new Threading.Semaphore(5)),
        [typeof(Threading.BoundedSemaphore)] = () => Of(new Threading.BoundedSemaphore(5)),
        [typeof(GlobalInterpreterLock)] = () => Of(new GlobalInterpreterLock()),
        [typeof(Multiprocessing.Lock)] = () => Of(new Multiprocessing.Lock()),
        [typeof(Multiprocessing.RLock)] = () => Of(new Multiprocessing.RLock()),
        [typeof(Multiprocessing.Condition)] = () => Of(new Multiprocessing.Condition(new Multiprocessing.Lock())),
        [typeof(Multiprocessing.Semaphore)] = () => Of(new Multiprocessing.Semaphore(5)),
        [typeof(Multiprocessing.BoundedSemaphore)] = () => Of(new Multiprocessing.BoundedSemaphore(5)),
        [typeof(Multiprocessing.Value<>)] = () => Of(new Multiprocessing.Value<int>()),
        [typeof(Multiprocessing.Array<>)] = () => Of(new Multiprocessing.Array<int>(1)),
    };

    private delegate Scope Enter(CancellationToken token = default);

    private delegate ValueTask<AsyncScope> EnterAsync(CancellationToken token = default);

    public static TheoryData<string> Kinds() => [.. s_kinds.Keys.Select(kind => kind.FullName!)];

    public static TheoryData<string> AwaitedKinds() => [.. s_kinds.Keys.Where(kind => MethodOf(kind, nameof(Threading.Lock.EnterScopeAsync)) is not null).Select(kind => kind.FullName!)];

    [Fact]
    public void Every_type_with_scopes_is_tested() =>
        Assert.Equal(
            typeof(Threading.Lock).Assembly.GetExportedTypes().Where(type => !type.IsInterface && MethodOf(type, nameof(Threading.Lock.EnterScope)) is not null).Select(type => type.FullName).Order(),
            s_kinds.Keys.Select(type => type.FullName).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_scope_disposed_of_again_releases_nothing(string kind)
    {
        Entered entered = NewOf(kind);
        Scope scope = entered.Enter();
        Scope copy = scope;
        Assert.Equal(1, entered.Held());
        scope.Dispose();
        Assert.Equal(0, entered.Held());
        Scope next = entered.Enter();
        scope.Dispose();
        copy.Dispose();
        Assert.Equal(1, entered.Held());
        next.Dispose();
        Assert.Equal(0, entered.Held());
        default(Scope).Dispose();
    }

    [Theory]
    [MemberData(nameof(AwaitedKinds))]
    public async Task An_awaited_scope_disposed_of_again_releases_nothing(string kind)
    {
        Entered entered = NewOf(kind);
        AsyncScope scope = await entered.EnterAsync!(Cancellation);
        AsyncScope copy = scope;
        IDisposable[] boxed = [scope];
        Assert.Equal(scope, copy);
        boxed[0].Dispose();
        Assert.Equal(0, entered.Held());
        AsyncScope next = await entered.EnterAsync(Cancellation);
        Assert.NotEqual(scope, next);
        Assert.True(scope == copy && scope != next);
        boxed[0].Dispose();
        scope.Dispose();
        copy.Dispose();
        Assert.Equal(1, entered.Held());
        next.Dispose();
        Assert.Equal(0, entered.Held());
        default(AsyncScope).Dispose();
    }

    [Fact]
    public void An_inner_scope_disposed_of_again_leaves_the_outer_one_alone()
    {
        var mutex = new Threading.RLock();
        using (mutex.EnterScope())
        {
            Scope inner = mutex.EnterScope();
            inner.Dispose();
            using (mutex.EnterScope())
            {
                inner.Dispose();
                Assert.Equal(2, mutex.Depth);
            }

            inner.Dispose();
            Assert.Equal(1, mutex.Depth);
        }

        Assert.False(mutex.Locked);
    }

    [Fact]
    public void Scopes_may_end_in_any_order()
    {
        var first = new Threading.Lock();
        var second = new Threading.Semaphore();
        Scope one = first.EnterScope();
        Scope two = second.EnterScope();
        one.Dispose();
        Scope three = first.EnterScope();
        two.Dispose();
        one.Dispose();
        Assert.True(first.Locked);
        Assert.Equal(1, second.Value);
        three.Dispose();
        Assert.False(first.Locked);
    }

    [Fact]
    public async Task A_scope_outlasts_a_wait_of_a_condition_in_which_others_enter()
    {
        var mutex = new Threading.Lock();
        var condition = new Threading.Condition(mutex);
        await using var other = new BlockingActor();
        Task waiting = other.Do(() =>
        {
            using (mutex.EnterScope())
            {
                condition.Wait(Cancellation);
            }
        });
        Eventually.Holds(() => condition.WaiterCount == 1);
        using (mutex.EnterScope())
        {
            condition.Notify();
        }

        await waiting;
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task Of_threads_that_dispose_of_copies_at_once_one_releases()
    {
        var permits = new Threading.Semaphore(1);
        await using var crew = new Crew(2, Cast.Blocking);
        for (int i = 0; i < 500; i++)
        {
            AsyncScope scope = await permits.EnterScopeAsync(Cancellation);
            await Task.WhenAll(crew.Each(actor => actor.Do(() => scope.Dispose())));
            Assert.Equal(1, permits.Value);
        }
    }

    [Fact]
    public void A_stretch_without_the_interpreter_lock_ends_once()
    {
        var gil = new GlobalInterpreterLock();
        gil.Acquire(Cancellation);
        GlobalInterpreterLock.ReleasedScope released = gil.Released();
        GlobalInterpreterLock.ReleasedScope copy = released;
        released.Dispose();
        gil.Release();
        released.Dispose();
        copy.Dispose();
        default(GlobalInterpreterLock.ReleasedScope).Dispose();
        Assert.False(gil.Locked);
    }

    private static MethodInfo? MethodOf(Type type, string name) => type.GetMethod(name, BindingFlags.Public | BindingFlags.Instance);

    private static Entered NewOf(string kind) => s_kinds.Single(pair => pair.Key.FullName == kind).Value();

    private static Entered Of(object what)
    {
        Func<int> held = what switch
        {
            Threading.Semaphore permits => () => 5 - permits.Value,
            Multiprocessing.Semaphore permits => () => 5 - permits.Value,
            ILock mutex => () => mutex.Locked ? 1 : 0,
            GlobalInterpreterLock gil => () => gil.Locked ? 1 : 0,
            Multiprocessing.Value<int> value => () => value.Lock.Locked ? 1 : 0,
            _ => () => ((Multiprocessing.Array<int>)what).Lock.Locked ? 1 : 0,
        };
        return new Entered(
            MethodOf(what.GetType(), nameof(Threading.Lock.EnterScope))!.CreateDelegate<Enter>(what),
            MethodOf(what.GetType(), nameof(Threading.Lock.EnterScopeAsync))?.CreateDelegate<EnterAsync>(what),
            held);
    }

    private sealed record Entered(Enter Enter, EnterAsync? EnterAsync, Func<int> Held);
}
