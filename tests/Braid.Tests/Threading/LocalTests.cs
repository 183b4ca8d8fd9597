namespace Braid.Tests;

/// <summary>A value per thread. After CPython's <c>test_threading_local</c>.</summary>
public sealed class LocalTests : TimedTest
{
    [Fact]
    public async Task Each_thread_has_a_value_of_its_own()
    {
        using var local = new Threading.Local<int>();
        await using var one = new BlockingActor();
        await using var other = new BlockingActor();
        await one.Do(() => local.Value = 1);
        Assert.Equal(0, await other.Do(() => local.Value));
        await other.Do(() => local.Value = 2);
        Assert.Equal(1, await one.Do(() => local.Value));
        Assert.Equal(2, await other.Do(() => local.Value));
    }

    [Fact]
    public async Task Each_thread_makes_its_first_value_anew()
    {
        int made = 0;
        using var local = new Threading.Local<List<int>>(() => [Interlocked.Increment(ref made)]);
        await using var one = new BlockingActor();
        await using var other = new BlockingActor();
        List<int> ofOne = await one.Do(() => local.Value!);
        List<int> ofOther = await other.Do(() => local.Value!);
        Assert.NotSame(ofOne, ofOther);
        Assert.Same(ofOne, await one.Do(() => local.Value!));
        Assert.Equal([1], ofOne);
        Assert.Equal([2], ofOther);
        Assert.Equal(2, made);
    }

    [Fact]
    public void Objects_do_not_share_values()
    {
        using var one = new Threading.Local<string>();
        using var other = new Threading.Local<string>();
        one.Value = "one";
        Assert.Null(other.Value);
        Assert.Equal("one", one.Value);
    }

    [Fact]
    public void A_value_is_freed_when_its_thread_ends()
    {
        using var local = new Threading.Local<object>();
        WeakReference kept = UseInAThread(local);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(kept.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference UseInAThread(Threading.Local<object> local)
    {
        WeakReference? kept = null;
        var thread = new Threading.Thread(() =>
        {
            local.Value = new object();
            kept = new WeakReference(local.Value);
        });
        thread.Start();
        thread.Join();
        return kept!;
    }
}
