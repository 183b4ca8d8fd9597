using System.Globalization;
using System.Reflection;
using System.Security.Principal;

namespace Braid.Tests;

/// <summary>Whatever a call changes of its thread, the next call does not find, nor a callback; what the initializer has set stays.</summary>
public sealed class WorkerSurroundingsTests : TimedTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    /// <summary>What can be changed of a thread: how, and what is seen of it.</summary>
    private static readonly Dictionary<string, (Action Change, Func<object?> See)> s_changes = new()
    {
        ["SynchronizationContext"] = (static () => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()), static () => SynchronizationContext.Current),
        ["Priority"] = (static () => System.Threading.Thread.CurrentThread.Priority = ThreadPriority.Lowest, static () => System.Threading.Thread.CurrentThread.Priority),
        ["Name"] = (static () => System.Threading.Thread.CurrentThread.Name = "a call's", static () => System.Threading.Thread.CurrentThread.Name),
        ["Name of Braid's thread"] = (static () => Threading.Thread.Current.Name = "a call's", static () => Threading.Thread.Current.Name),
        ["IsBackground"] = (static () => System.Threading.Thread.CurrentThread.IsBackground = false, static () => System.Threading.Thread.CurrentThread.IsBackground),
        ["CurrentCulture"] = (static () => System.Threading.Thread.CurrentThread.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR"), static () => CultureInfo.CurrentCulture.Name),
        ["CurrentUICulture"] = (static () => System.Threading.Thread.CurrentThread.CurrentUICulture = CultureInfo.GetCultureInfo("tr-TR"), static () => CultureInfo.CurrentUICulture.Name),
        ["CurrentPrincipal"] = (static () => System.Threading.Thread.CurrentPrincipal = new GenericPrincipal(new GenericIdentity("a call's"), null), static () => System.Threading.Thread.CurrentPrincipal?.Identity?.Name),
        ["AsyncLocal"] = (static () => s_local.Value = "a call's", static () => s_local.Value),
        ["Flow of the context"] = (static () => ExecutionContext.SuppressFlow(), static () => ExecutionContext.IsFlowSuppressed()),
    };

    public static TheoryData<string> Changes => [.. s_changes.Keys];

    [Fact]
    public void Everything_that_can_be_set_of_a_thread_is_looked_at_here()
    {
        string[] settable = [.. typeof(System.Threading.Thread).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(static property => property.SetMethod?.IsPublic == true && property.Name != "ApartmentState")   // which a running thread cannot change
            .Select(static property => property.Name)];
        Assert.Empty(settable.Except(s_changes.Keys));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_next_call_finds_what_the_one_before_found(string change)
    {
        (Action act, Func<object?> see) = s_changes[change];
        using var executor = new Futures.ThreadPoolExecutor(1);
        object? before = executor.Submit(see).Result(Cancellation);
        executor.Submit(act).Result(Cancellation);
        Assert.Equal(before, executor.Submit(see).Result(Cancellation));
        executor.Submit(() =>
        {
            act();
            throw new QuietException();
        }).Exception(Cancellation);
        Assert.Equal(before, executor.Submit(see).Result(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_call_of_a_submitter_with_async_locals_or_without_a_context_leaves_nothing_either(string change)
    {
        (Action act, Func<object?> see) = s_changes[change];
        using var executor = new Futures.ThreadPoolExecutor(1);
        object? before = executor.Submit(see).Result(Cancellation);
        var other = new AsyncLocal<string?> { Value = "the submitter's" };
        executor.Submit(act).Result(Cancellation);
        other.Value = null;
        Assert.Equal(before, executor.Submit(see).Result(Cancellation));
        using (ExecutionContext.SuppressFlow())
        {
            executor.Submit(act).Result(Cancellation);
            Assert.Equal(before, executor.Submit(see).Result(Cancellation));
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Callbacks_find_nothing_of_the_call_and_the_next_call_nothing_of_the_callbacks(string change)
    {
        (Action act, Func<object?> see) = s_changes[change];
        using var executor = new Futures.ThreadPoolExecutor(1);
        object? before = executor.Submit(see).Result(Cancellation);
        object? seen = null;
        var begins = new Threading.Event();
        Futures.Future first = executor.Submit(() =>
        {
            begins.Wait();
            act();
        });
        first.AddDoneCallback(_ =>
        {
            seen = see();
            act();
        });
        begins.Set();
        Assert.Equal(before, executor.Submit(see).Result(Cancellation));
        Assert.Equal(before, seen);
    }

    [Fact]
    public void An_async_call_after_one_that_left_a_dead_context_ends()
    {
        using var executor = new Futures.ThreadPoolExecutor(1);
        executor.Submit(() => SynchronizationContext.SetSynchronizationContext(new DeadContext())).Result(Cancellation);
        Assert.True(executor.Submit(async () =>
        {
            await Task.Yield();
            return 1;
        }).TryResult(out int result, Ample));
        Assert.Equal(1, result);
    }

    [Fact]
    public void What_the_initializer_sets_of_the_thread_stays_and_its_async_locals_do_not_reach_the_calls()
    {
        var context = new SynchronizationContext();
        using var executor = new Futures.ThreadPoolExecutor(1, initializer: () =>
        {
            Threading.Thread.Current.Name = "prepared";
            System.Threading.Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
            SynchronizationContext.SetSynchronizationContext(context);
            s_local.Value = "the initializer's";
        });
        for (int call = 0; call < 3; call++)
        {
            var seen = executor.Submit(() => (Threading.Thread.Current.Name, System.Threading.Thread.CurrentThread.Priority, SynchronizationContext.Current, s_local.Value)).Result(Cancellation);
            Assert.Equal(("prepared", ThreadPriority.BelowNormal, context, null), seen);
            executor.Submit(() =>
            {
                Threading.Thread.Current.Name = "a call's";
                System.Threading.Thread.CurrentThread.Priority = ThreadPriority.Lowest;
                SynchronizationContext.SetSynchronizationContext(null);
            }).Result(Cancellation);
        }
    }

    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
