using LibraryUse;

namespace Braid.Checking.Tests.Libraries;

/// <summary>Correct uses of popular libraries; bench/versus/Zoo --libraries runs many more schedules of them.</summary>
public sealed class LibraryTests
{
    public static TheoryData<string> Bodies => [.. LibraryBodies.All.Select(body => body.Name)];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Only_notes_are_found_in_it(string body)
    {
        CheckReport report = Check.Explore(
            LibraryBodies.All.Single(method => method.Name == body), new CheckOptions { Schedules = 15, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }
}
