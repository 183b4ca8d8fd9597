using System.Globalization;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Actions of users that run one after the other.</summary>
public sealed class SerialQueueTests : TimedTest
{
    [Fact]
    public void An_action_finds_the_thread_as_it_was_before_the_action_in_front_of_it()
    {
        var queue = new SerialQueue();
        using var mayGoOn = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        string before = "";
        string seen = "";
        int[] threads = new int[2];
        queue.Post(() =>
        {
            mayGoOn.Wait(Cancellation);   // until the second action is there, so that the same thread runs both
            before = CultureInfo.CurrentCulture.Name;
            threads[0] = Environment.CurrentManagedThreadId;
            CultureInfo.CurrentCulture = new CultureInfo(before == "eo" ? "la" : "eo");
        });
        queue.Post(() =>
        {
            seen = CultureInfo.CurrentCulture.Name;
            threads[1] = Environment.CurrentManagedThreadId;
            isDone.Set();
        });
        mayGoOn.Set();
        Assert.True(isDone.Wait(Ample, Cancellation));
        Assert.Equal(threads[0], threads[1]);
        Assert.Equal(before, seen);
    }

    [Fact]
    public void It_knows_whether_the_calling_thread_is_running_one_of_its_actions()
    {
        object owner = new();
        var queue = new SerialQueue(owner);
        var other = new SerialQueue();
        using var isDone = new ManualResetEventSlim();
        (bool, bool, object?) inside = default;
        queue.Post(() =>
        {
            inside = (queue.IsRunningHere, other.IsRunningHere, SerialQueue.CurrentOwner);
            isDone.Set();
        });
        Assert.True(isDone.Wait(Ample, Cancellation));
        Assert.Equal((true, false, owner), inside);
        Assert.False(queue.IsRunningHere);
        Assert.Null(SerialQueue.CurrentOwner);
    }
}
