using LibraryUse;

namespace Braid.Checking.Tests.Libraries;

/// <summary>Correct uses of libraries that many programs use; bench/versus/Zoo --libraries runs many more schedules of them.</summary>
public sealed class LibraryTests
{
    public static TheoryData<string> Bodies => [.. LibraryBodies.All.Select(body => body.Name)];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Nothing_is_found_in_it_but_notes(string body)
    {
        CheckReport report = Check.Explore(LibraryBodies.All.Single(method => method.Name == body), new CheckOptions { Schedules = 15, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }
}
