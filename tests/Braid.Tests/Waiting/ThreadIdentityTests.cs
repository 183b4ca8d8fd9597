using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Threads are told apart even if .NET gives one the managed id of another that has ended.</summary>
public sealed class ThreadIdentityTests : TimedTest
{
    [Fact]
    public void Each_thread_has_a_number_of_its_own_besides_its_managed_id()
    {
        (long Identity, int ManagedId) one = OfNewThread();
        (long Identity, int ManagedId) other = OfNewThread();
        Assert.NotEqual(0, one.Identity >> 32);
        Assert.NotEqual(one.Identity >> 32, other.Identity >> 32);
        Assert.Equal(one.ManagedId, ThreadIdentity.ManagedIdOf(one.Identity));
        Assert.Equal(other.ManagedId, ThreadIdentity.ManagedIdOf(other.Identity));
        Assert.Equal(0, one.Identity & 1);
    }

    private static (long Identity, int ManagedId) OfNewThread()
    {
        (long, int) made = default;
        var thread = new System.Threading.Thread(() =>
        {
            made = (ThreadIdentity.Current, Environment.CurrentManagedThreadId);
            Assert.Equal(made.Item1, ThreadIdentity.Current);
        });
        thread.Start();
        thread.Join();
        return made;
    }
}
