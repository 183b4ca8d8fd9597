namespace Braid.Checking.Tests.Hooks;

public class ThreadLocalTests
{
    [Fact]
    public void Each_thread_has_its_own_value() => Explored.Holds(() =>
    {
        int made = 0;
        using var local = new ThreadLocal<int>(() => Interlocked.Increment(ref made), trackAllValues: true);
        void Count()
        {
            Assert.False(local.IsValueCreated);
            local.Value += 10;
            Assert.True(local.IsValueCreated);
        }

        Thread[] threads = [new(Count), new(Count)];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal([11, 12], local.Values.Order());
        Assert.Equal(3, local.Value);
        local.Dispose();
        Assert.Throws<ObjectDisposedException>(() => local.Value);
    });

    [Fact]
    public void A_work_item_does_not_see_state_of_earlier_ones() => Explored.Holds(() =>
    {
        var local = new ThreadLocal<string>();
        for (int i = 0; i < 3; i++)
        {
            var thread = new Thread(() =>
            {
                Assert.Null(local.Value);
                local.Value = "mine";
            });
            thread.Start();
            thread.Join();
        }

        Assert.Throws<InvalidOperationException>(() => local.Values);
    });
}
