using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A condition, and a barrier, whose wait list was overwritten with nonsense: every call ends, by itself or with an exception that says it, and nothing outside is touched.</summary>
public sealed class DamagedWaitListTests() : TimedTest(TimeSpan.FromMinutes(10))
{
    private const int Head = SharedGate.Bytes;     // from the beginning of the list
    private const int Records = Head + 64;
    private const int FirstRecord = Records + 32;
    private const int End = FirstRecord + (3 * 32);

    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(3);
    private static readonly int[] s_nonsense = [-1, int.MaxValue, int.MinValue, 1, 2, 70_000];

    private int _found;

    [Fact]
    public async Task Whatever_is_written_over_the_wait_list_of_a_condition_every_call_on_it_ends()
    {
        for (int offset = Head; offset < End; offset += 4)
        {
            foreach (int value in s_nonsense)
            {
                var mutex = new Multiprocessing.Lock();
                var condition = new Multiprocessing.Condition(mutex);
                Task[] waits = [Wait(condition, mutex), Wait(condition, mutex)];
                Write(condition, Multiprocessing.Condition.WaitersAt + offset, value);
                await Locked(mutex, () => condition.Notify(1));
                Task late = Wait(condition, mutex);
                await Locked(mutex, condition.NotifyAll);
                await Task.WhenAll([.. waits, late]);
                condition.Close();
                mutex.Close();
            }
        }

        Assert.True(_found > 0, "Nothing of it was found.");
    }

    [Fact]
    public async Task Whatever_is_written_over_the_wait_list_of_a_barrier_every_call_on_it_ends()
    {
        for (int offset = Head; offset < End; offset += 4)
        {
            foreach (int value in s_nonsense)
            {
                using var barrier = new Multiprocessing.Barrier(3);
                Task[] waits = [Wait(barrier), Wait(barrier)];
                Write(barrier, SharedBarrierCore.WaitersAt + offset, value);
                Try(() => barrier.Release() >= 0);
                Task[] round = [Wait(barrier), Wait(barrier), Wait(barrier)];
                _ = barrier.Waiting;
                await Task.WhenAll([.. waits, .. round]);
                Try(() => { barrier.Reset(); return true; });
            }
        }

        Assert.True(_found > 0, "Nothing of it was found.");
    }

    [Theory]
    [InlineData(0, "it names place")]                     // the first in order
    [InlineData(2 * sizeof(int), "more leave it")]        // their number
    [InlineData(FirstRecord - Head + 16, "it names place")]
    public void A_damaged_room_is_told_as_such(int offset, string what)
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        mutex.Acquire(Cancellation);
        ValueTask<bool> wait = condition.TryWaitAsync(Ample, Cancellation);
        mutex.Acquire(Cancellation);
        Write(condition, Multiprocessing.Condition.WaitersAt + Head + offset, int.MinValue);
        InvalidDataException told = Assert.Throws<InvalidDataException>(condition.NotifyAll);
        Assert.Contains("is damaged", told.Message, StringComparison.Ordinal);
        Assert.Contains(what, told.Message, StringComparison.Ordinal);
        Assert.False(wait.IsCompletedSuccessfully);
        condition.Close();
        mutex.Release();
        mutex.Close();
    }

    private static unsafe void Write(IShared shared, int offset, int value) => Volatile.Write(ref *(int*)(shared.Segment.Data + offset), value);

    private async Task Wait(Multiprocessing.Condition condition, Multiprocessing.Lock mutex)
    {
        await mutex.AcquireAsync(Cancellation);
        ValueTask<bool> wait = default;
        try
        {
            wait = condition.TryWaitAsync(s_short, Cancellation);
        }
        catch (InvalidDataException)
        {
            _found++;
        }

        await Ends(async () => await wait);
        mutex.Release();
    }

    private Task Wait(Multiprocessing.Barrier barrier) => Ends(async () => await barrier.TryWaitAsync(s_short, Cancellation));

    private async Task Locked(Multiprocessing.Lock mutex, Action action)
    {
        await mutex.AcquireAsync(Cancellation);
        Try(() =>
        {
            action();
            return true;
        });
        mutex.Release();
    }

    private async Task Ends(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (InvalidDataException)
        {
            Interlocked.Increment(ref _found);
        }
        catch (Exception exception) when (exception is Threading.BrokenBarrierException or InvalidOperationException)
        {
            // It says so in another way, or what lies there could be.
        }
    }

    private void Try(Func<bool> call)
    {
        try
        {
            Assert.True(call());
        }
        catch (InvalidDataException)
        {
            Interlocked.Increment(ref _found);
        }
        catch (InvalidOperationException)
        {
            // As above.
        }
    }
}
