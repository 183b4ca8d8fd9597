using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>An object that is closed in one process while somebody waits for it there: that one goes on, and leaves nothing behind that others would miss.</summary>
public sealed class ClosedWaiterTests : TimedTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_closed_condition_swallows_no_notification(bool awaits)
    {
        var mutex = new Multiprocessing.Lock();
        var closed = new Multiprocessing.Condition(mutex);
        Multiprocessing.Condition stays = Twin.Of(closed);
        await using Actor first = awaits ? new AwaitingActor() : new BlockingActor();
        await using var second = new BlockingActor();
        Task leaves = Wait(first, closed);
        Eventually.Holds(() => stays.WaiterCount == 1);
        Task<bool> goesOn = second.Do(() =>
        {
            using (stays.EnterScope(Cancellation))
            {
                return stays.TryWait(Ample, Cancellation);
            }
        });
        Eventually.Holds(() => stays.WaiterCount == 2);
        closed.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => leaves);
        Assert.Equal(1, stays.WaiterCount);
        using (stays.EnterScope(Cancellation))
        {
            stays.Notify();
        }

        Assert.True(await goesOn);
        stays.Close();
        mutex.Close();

        static Task Wait(Actor actor, Multiprocessing.Condition condition) => actor.Do(
            () =>
            {
                using (condition.EnterScope())
                {
                    condition.Wait();
                }
            },
            async () =>
            {
                using (await condition.EnterScopeAsync())
                {
                    await condition.WaitAsync();
                }
            });
    }

    [Fact]
    public async Task A_notification_goes_on_when_its_waiter_does_not_come_back_because_the_lock_was_closed()
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        Multiprocessing.Condition stays = Twin.Of(condition);
        await using var first = new BlockingActor();
        await using var second = new BlockingActor();
        Task leaves = first.Do(() =>
        {
            condition.Acquire();
            condition.Wait();
        });
        Eventually.Holds(() => stays.WaiterCount == 1);
        Task<bool> goesOn = second.Do(() =>
        {
            using (stays.EnterScope())
            {
                return stays.TryWait(Ample);
            }
        });
        Eventually.Holds(() => stays.WaiterCount == 2);
        stays.Acquire(Cancellation);
        stays.Notify();
        Eventually.Holds(() => ((IShared)condition).Companion is Multiprocessing.Lock { WaiterCount: 1 });
        mutex.Close();                                    // as it waits for it
        await Assert.ThrowsAsync<ObjectDisposedException>(() => leaves);
        stays.Release();
        Assert.True(await goesOn);
        condition.Close();
        stays.Close();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_waiter_that_a_close_has_ended_is_not_counted(bool awaits)
    {
        await using Actor actor = awaits ? new AwaitingActor() : new BlockingActor();
        var mutex = new Multiprocessing.Lock();
        Multiprocessing.Lock mutexTwin = Twin.Of(mutex);
        mutex.Acquire(Cancellation);
        await Ends(() => mutex.Acquire(), () => mutex.AcquireAsync(), () => mutexTwin.WaiterCount, mutex.Close);
        mutexTwin.Release();
        mutexTwin.Close();

        var permits = new Multiprocessing.Semaphore(0);
        Multiprocessing.Semaphore permitsTwin = Twin.Of(permits);
        await Ends(() => permits.Acquire(), () => permits.AcquireAsync(), () => permitsTwin.WaiterCount, permits.Close);
        permitsTwin.Release();
        Assert.True(permitsTwin.TryAcquire(token: Cancellation));
        permitsTwin.Close();

        var flag = new Multiprocessing.Event();
        using Multiprocessing.Event flagTwin = Twin.Of(flag);
        await Ends(() => flag.Wait(), () => flag.WaitAsync(), () => flagTwin.WaiterCount, flag.Dispose);

        var barrier = new Multiprocessing.Barrier(2);
        using Multiprocessing.Barrier barrierTwin = Twin.Of(barrier);
        await Ends(() => barrier.Wait(), async () => await barrier.WaitAsync(), () => barrierTwin.WaiterCount, barrier.Dispose);
        Assert.False(barrierTwin.Broken);

        async Task Ends(Action block, Func<ValueTask> wait, Func<int> waiters, Action close)
        {
            Task waiting = actor.Do(block, wait);
            Eventually.Holds(() => waiters() == 1);
            close();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
            Eventually.Holds(() => waiters() == 0);
        }
    }

    [Fact]
    public async Task A_semaphore_closed_under_its_users_keeps_no_gate_locked()
    {
        for (int round = 0; round < 50; round++)
        {
            var closed = new Multiprocessing.Semaphore(2);
            using var memory = new SecondMapping(((IShared)closed).Segment.Handle);
            await using var crew = new Crew(2, Cast.Blocking);
            Task[] users = crew.Each(actor => actor.Do(() =>
            {
                while (true)
                {
                    closed.Acquire();
                    closed.Release();
                }
            }));
            closed.Close();
            foreach (Task user in users)
            {
                await Assert.ThrowsAsync<ObjectDisposedException>(() => user);
            }

            Assert.Equal(0, memory.FirstWord);   // the gate's
        }
    }

    /// <summary>The memory of a segment as other processes have it, whatever this process does with its own mapping.</summary>
    private sealed unsafe class SecondMapping : IDisposable
    {
        private readonly byte* _address;
        private readonly long _bytes;
        private readonly long _dataBytes;

        public SecondMapping(SegmentHandle handle)
        {
            int descriptor = SharedMapping.OpenOf(handle.Pid, handle.Descriptor);
            _bytes = SharedMapping.SizeOf(descriptor);
            _dataBytes = handle.DataBytes;
            _address = SharedMapping.Map(descriptor, _bytes);
            _ = SharedMapping.Close(descriptor);
        }

        public int FirstWord => Volatile.Read(ref *(int*)(_address + _bytes - _dataBytes));

        public void Dispose() => SharedMapping.Unmap(_address, _bytes);
    }
}
