namespace Braid.Checking.Tests.Hooks;

public class ThreadPoolTests
{
    [Fact]
    public void Work_items_race_with_each_other() => Explored.Fails(Verdict.LostUpdate, () =>
    {
        int count = 0;
        int ended = 0;
        for (int i = 0; i < 2; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                count++;
                Interlocked.Increment(ref ended);
            });
        }

        while (Volatile.Read(ref ended) < 2)
        {
            Thread.Yield();
        }

        Assert.Equal(2, count);
    });

    [Fact]
    public void A_work_item_gets_its_state_and_runs_on_the_pool() => Explored.Holds(() =>
    {
        object gate = new();
        int sum = 0;
        void Add(int number)
        {
            Assert.True(Thread.CurrentThread.IsThreadPoolThread);
            Assert.True(Thread.CurrentThread.IsBackground);
            lock (gate)
            {
                sum += number;
                Monitor.Pulse(gate);
            }
        }

        ThreadPool.QueueUserWorkItem(state => Add((int)state!), 1);
        ThreadPool.QueueUserWorkItem(Add, 2, preferLocal: true);
        ThreadPool.UnsafeQueueUserWorkItem(Add, 4, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(new Item(() => Add(8)), preferLocal: false);
        lock (gate)
        {
            while (sum < 15)
            {
                Monitor.Wait(gate);
            }
        }
    });

    [Fact]
    public void The_execution_context_flows_unless_the_call_suppresses_it() => Explored.Holds(() =>
    {
        var local = new AsyncLocal<int> { Value = 7 };
        int[] seen = [-1, -1, -1];
        int ended = 0;
        void Look(int place)
        {
            Volatile.Write(ref seen[place], local.Value);
            local.Value = 100;
            Interlocked.Increment(ref ended);
        }

        ThreadPool.QueueUserWorkItem(Look, 0, preferLocal: false);
        ThreadPool.UnsafeQueueUserWorkItem(Look, 1, preferLocal: false);
        var thread = new Thread(() => Look(2));
        thread.Start();
        while (Volatile.Read(ref ended) < 3)
        {
            Thread.Yield();
        }

        Assert.Equal([7, 0, 7], seen);
        Assert.Equal(7, local.Value);
    });

    private sealed class Item(Action body) : IThreadPoolWorkItem
    {
        public void Execute() => body();
    }
}
