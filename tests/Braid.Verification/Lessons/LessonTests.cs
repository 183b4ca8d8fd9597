using Braid.Checking;

namespace Braid.Verification.Lessons;

/// <summary>
/// The lessons arrange their threads so that the mistake shows on every run. Here nothing is arranged, and the checker finds it.
/// </summary>
public sealed class LessonTests
{
    [Fact]
    public void An_update_is_lost() => Find(Verdict.LostUpdate, Race.Buggy, Race.Fixed);

    [Fact]
    public void Additions_and_subtractions_are_lost() => Find(Verdict.LostUpdate, AddSubtract.Buggy, AddSubtract.Fixed);

    [Fact]
    public void A_new_lock_in_each_call_admits_two_threads() => Find(Verdict.AssertionFailed, FreshLock.Buggy, FreshLock.Fixed);

    [Fact]
    public void A_join_waits_for_items_that_are_never_taken() => Find(Verdict.Deadlock, QueueHang.Buggy, QueueHang.Fixed);

    private static void Find(Verdict fault, Action buggy, Action mended)
    {
        CheckReport found = Check.Explore(buggy, new CheckOptions { Schedules = 2_000, Time = Timeout.InfiniteTimeSpan });
        Assert.True(found.Verdict == fault, $"expected {fault}, and this was reported:{Environment.NewLine}{found}");
        Assert.NotNull(found.Replay);

        CheckReport passed = Check.Explore(mended, new CheckOptions { Schedules = 500, Time = Timeout.InfiniteTimeSpan });
        Assert.True(passed.Verdict == Verdict.Passed, passed.ToString());
    }
}
