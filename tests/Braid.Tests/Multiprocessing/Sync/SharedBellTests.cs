using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A sleeper is woken, whatever becomes of those who ring.</summary>
public sealed unsafe class SharedBellTests : TimedTest
{
    private readonly int* _word = (int*)NativeMemory.AllocZeroed(sizeof(int));
    private readonly SharedBell _bell;

    public SharedBellTests() => _bell = new SharedBell(_word);

    public override void Dispose()
    {
        NativeMemory.Free(_word);
        base.Dispose();
    }

    [Fact]
    public void Each_who_rings_wakes_until_the_sleeper_is_up()
    {
        FutexPoint silent = _bell.Arm();
        _bell.Ring();                 // as by one that is killed before the wake
        Assert.True(silent.HasChanged);
        Assert.True(_bell.IsArmed);   // so the next one wakes
        Assert.True(_bell.Disarm());
        Assert.False(_bell.Disarm());
    }

    [Fact]
    public void No_bell_is_rung_while_the_process_works()
    {
        _bell.Arm();
        _bell.Disarm();
        int before = *_word;
        _bell.Ring();
        Assert.Equal(before, *_word);
    }

    [Fact]
    public void A_sleep_is_the_same_after_another_thread_has_stood_in_for_the_sleeper()
    {
        FutexPoint silent = _bell.Arm();
        Assert.True(_bell.Disarm());
        Assert.True(silent.HasChanged);
        _bell.Arm();
        Assert.False(silent.HasChanged);
    }

    [Fact]
    public void A_ring_ends_a_sleep()
    {
        var sleeper = new System.Threading.Thread(() => _bell.Sleep(static () => false, Timeout.Infinite));
        sleeper.Start();
        Eventually.Holds(() => _bell.IsArmed);
        _bell.Ring();
        Assert.True(sleeper.Join(Ample));
        Assert.False(_bell.IsArmed);
    }
}
